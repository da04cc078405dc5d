import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import { parseChapter } from '../../../src/core/chapters/parser';
import { verifyReferences } from '../../../src/core/chapters/references';
import { block, chapterOf, chapterText } from '../../support/chapter-text';
import { anyCharacter } from '../../support/any-character';

const CHECK = block('sql check', '-- one\nSELECT 1;\n-- 1');
const step = (content: string): string => `## Step {#step}\n\n${content}\n${CHECK}`;
const malformed = (body: string): CodedError => {
  try {
    const chapter = chapterOf(body);
    verifyReferences(chapter);
  } catch (error) {
    assert.ok(error instanceof CodedError, String(error));
    assert.equal(error.code, 'CHAPTER_MALFORMED');
    return error;
  }
  assert.fail('the chapter was accepted');
};

describe('parseChapter', () => {
  it('reads front matter, introduction, steps and their lines', () => {
    const chapter = chapterOf(
      `# A chapter\n\nWhy.\n\n## First {#first .base}\n\nProse.\n\n## Second {#second}\n\nMore.\n`,
    );
    assert.deepEqual(
      { ...chapter, steps: chapter.steps.map(({ id, title, body, base, line }) => ({ id, title, body, base, line })) },
      {
        number: 7,
        slug: '07-test',
        title: 'A chapter',
        summary: 'For tests.',
        minutes: 1,
        directory: '/chapters/07-test',
        introduction: '# A chapter\n\nWhy.',
        steps: [
          { id: 'first', title: 'First', body: 'Prose.', base: true, line: 11 },
          { id: 'second', title: 'Second', body: 'More.', base: false, line: 15 },
        ],
      },
    );
  });

  it('reads Windows line ends and a byte order mark as the same chapter', () => {
    const text = chapterText(step(block('sql run', 'SELECT 1;')));
    const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    assert.deepEqual(
      parseChapter(windows, 'C:\\chapters\\07-test').steps,
      parseChapter(text, '/chapters/07-test').steps,
    );
  });

  it('makes one action per statement, each with its identity and line', () => {
    const [first, second] = chapterOf(
      step(block('sql run as=lambda user=myapp', "SELECT ';';\n\n-- note\nSELECT\n  2;")),
    ).steps[0]!.actions;
    assert.deepEqual(first, {
      type: 'sql',
      sql: "SELECT ';'",
      as: 'lambda',
      user: 'myapp',
      expectError: undefined,
      tolerate: undefined,
      line: 10,
    });
    assert.deepEqual([second?.type === 'sql' && second.sql, second?.line], ['SELECT\n  2', 13]);
  });

  it('keeps a BEGIN block whole', () => {
    const { actions } = chapterOf(step(block('sql run', 'BEGIN;\nSELECT 1;\nCOMMIT;'))).steps[0]!;
    assert.deepEqual(
      actions.map(action => action.type === 'sql' && action.sql),
      ['BEGIN;\nSELECT 1;\nCOMMIT;'],
    );
  });

  it('reads expected errors, explain, invoke and yaml actions', () => {
    const { actions } = chapterOf(
      step(
        [
          block('sql run error=0A000 contains="use ASYNC"', 'CREATE INDEX i ON t (c);'),
          block('sql explain name=before analyze', 'EXPLAIN ANALYZE SELECT 1;'),
          block('json invoke function=transfer name=first times=3 expect=error', '{ "amount": 10 }'),
          block('yaml deploy', 'lambda: ../01/lambda\nfunction: transfer'),
          block(
            'yaml stress',
            'name: run\nfunction: transfer\ncalls: { laptop: 10, full: 100 }\ninFlight: 5\naccounts: 4',
          ),
          block('yaml load-accounts', 'accounts: 10\nbalance: 100'),
          block('yaml wait-for-jobs', 'indexes: [idx_a]\ntimeoutSeconds: 5'),
          block('yaml token', 'user: myapp\nas: lambda'),
          block('yaml compare', 'runs: [run, run]'),
        ].join('\n'),
      ),
    ).steps[0]!;
    assert.deepEqual(
      actions.map(({ line: _, ...action }) => action),
      [
        {
          type: 'sql',
          sql: 'CREATE INDEX i ON t (c)',
          as: 'admin',
          user: undefined,
          expectError: { sqlstate: '0A000', contains: 'use ASYNC' },
          tolerate: undefined,
        },
        { type: 'explain', sql: 'SELECT 1', analyze: true, verbose: false, name: 'before' },
        {
          type: 'invoke',
          functionName: 'transfer',
          payload: { amount: 10 },
          name: 'first',
          times: 3,
          expectFunctionError: true,
        },
        { type: 'deploy', lambda: '../01/lambda', functionName: 'transfer' },
        {
          type: 'stress',
          name: 'run',
          functionName: 'transfer',
          calls: { laptop: 10, full: 100 },
          inFlight: { laptop: 5, full: 5 },
          workers: 2,
          accounts: { laptop: 4, full: 4 },
          amount: 1,
        },
        { type: 'load-accounts', accounts: { laptop: 10, full: 10 }, balance: 100 },
        { type: 'wait-for-jobs', indexes: ['idx_a'], timeoutSeconds: 5 },
        { type: 'token', user: 'myapp', as: 'lambda' },
        { type: 'compare-runs', runs: ['run', 'run'] },
      ],
    );
  });

  it('reads checks of both forms, and undo blocks', () => {
    const [only] = chapterOf(
      step(
        [
          block('sql check min=3', '-- at least\n-- three\n-- otherwise: Load\n-- them.\nSELECT count(*) FROM t;'),
          block(
            'yaml check',
            '- money: { accounts: 10, balance: 100 }\n  describe: all there\n  otherwise: Begin anew.',
          ),
          block('sql undo tolerate=42P01,42704', 'DROP TABLE t;'),
          block('yaml remove undo', 'function: transfer'),
        ].join('\n'),
      ),
    ).steps;
    assert.deepEqual(
      only!.checks.map(({ line: _, ...check }) => check),
      [
        {
          type: 'rows',
          sql: 'SELECT count(*) FROM t',
          expect: undefined,
          min: 3,
          max: undefined,
          describe: 'at least three',
          otherwise: 'Load them.',
        },
        {
          ...{ type: 'money', accounts: { laptop: 10, full: 10 }, balance: 100 },
          ...{ describe: 'all there', otherwise: 'Begin anew.' },
        },
        { type: 'rows', sql: 'SELECT 1', expect: [['1']], min: undefined, max: undefined, describe: 'one' },
      ],
    );
    assert.deepEqual(
      only!.undo.map(action => (action.type === 'sql' ? [action.sql, action.tolerate] : action.type)),
      [['DROP TABLE t', ['42P01', '42704']], 'remove-function'],
    );
  });

  it('takes blocks without an action as prose', () => {
    const { actions, checks } = chapterOf(
      step([block('ts', 'const a = 1;'), block('sql', 'SELECT 1;'), block('', 'text')].join('\n')),
    ).steps[0]!;
    assert.deepEqual([actions.length, checks.length], [0, 1]);
  });

  const cases: [string, string, RegExp, RegExp][] = [
    ['a heading without an id', '## Step\n', /^07-test\/chapter.md:7: the heading "Step" has no id/, /\{#step-id\}/],
    ['an id twice', '## A {#a}\n\n## B {#a}\n', /:9: "a" is the id of the step in line 7 too/, /an id of its own/],
    ['an unknown class', '## A {#a .bse}\n', /:7: "\.bse" is not known/, /\.base/],
    ['no step', 'Prose.\n', /has no step/, /## Title/],
    ['an action before a step', block('sql run', 'SELECT 1;'), /:7: an action before the first step/, /heading/],
    ['an unknown action', step(block('sql rum', 'SELECT 1;')), /:9: "sql rum" is no action/, /sql run/],
    ['an unknown option', step(block('sql run ass=lambda', 'SELECT 1;')), /:9: "ass" is not an option/, /as, user/],
    ['an option twice', step(block('sql run as=admin as=lambda', 'SELECT 1;')), /:9: the info string/, /once each/],
    ['a wrong identity', step(block('sql run as=root', 'SELECT 1;')), /:9: as=root/, /as=admin or as=lambda/],
    [
      'an identity without a user',
      step(block('sql run as=lambda', 'SELECT 1;')),
      /without a database user/,
      /user=myapp/,
    ],
    ['a wrong SQLSTATE', step(block('sql run error=oops', 'SELECT 1;')), /:9: error=oops/, /SQLSTATE/],
    [
      'an error and two statements',
      step(block('sql run error=0A000', 'A;\nB;')),
      /several statements/,
      /one statement/,
    ],
    ['an empty sql block', step(block('sql run', '-- nothing')), /:9: the block holds no statement/, /SQL statements/],
    [
      'an explain without a name',
      step(block('sql explain', 'SELECT 1;')),
      /:9: the explain block has no name/,
      /name=/,
    ],
    ['a payload that is no JSON', step(block('json invoke function=f name=n', '{a}')), /:10: not JSON/, /JSON/],
    ['yaml that is no YAML', step(block('yaml deploy', 'lambda: [')), /:10: not YAML/, /YAML/],
    [
      'a missing field',
      step(block('yaml deploy', 'lambda: x')),
      /:10: the block lacks "function"/,
      /"function": a text/,
    ],
    [
      'an unknown field',
      step(block('yaml deploy', 'lambda: x\nfunction: f\nname: y')),
      /:12: "name" is not known/,
      /lambda, function/,
    ],
    [
      'a wrong figure',
      step(block('yaml load-accounts', 'accounts: many\nbalance: 1')),
      /:10: "accounts" is "many"/,
      /whole number of at least 1, or a mapping with laptop, full/,
    ],
    [
      'a check that compares nothing',
      step(block('sql check', '-- a\nSELECT 1;')),
      /:9: the check compares nothing/,
      /min=/,
    ],
    [
      'a check without a description',
      step(block('sql check', 'SELECT 1;\n-- 1')),
      /:10: the check does not say/,
      /first line/,
    ],
    ['a check without a query', step(block('sql check', '-- only words')), /:10: the check holds no query/, /query/],
    [
      'a wrong item in a list of checks',
      step(
        block(
          'yaml check',
          '- money: { accounts: 1, balance: 1 }\n  describe: a\n- money: { accounts: 1 }\n  describe: b',
        ),
      ),
      /:12: "1.money" lacks "balance"/,
      /"balance": a whole number/,
    ],
    [
      'a plan nobody made',
      step(block('yaml check', '- plan: after\n  uses: Full Scan\n  describe: a')),
      /:10: no plan is called "after"/,
      /none so far/,
    ],
    ['a run nobody made', step(block('yaml compare', 'runs: [a, b]')), /:9: no stress is called "a"/, /none so far/],
    [
      'a step that proves nothing',
      `## A {#a}\n\n${block('sql run', 'SELECT 1;')}`,
      /:7: step "a" proves nothing/,
      /at least one check/,
    ],
  ];
  for (const [name, body, message, nextStep] of cases) {
    it(`refuses ${name}, naming line and expectation`, () => {
      const error = malformed(body);
      assert.match(error.message, message);
      assert.match(error.nextStep ?? '', nextStep);
    });
  }

  it('refuses a chapter without front matter, or with a wrong one', () => {
    assert.throws(() => parseChapter('# A\n', '/c/07-test'), /07-test\/chapter.md:1: no front matter/);
    assert.throws(() => parseChapter('---\ntitle: A\nminutes: x\n---\n', '/c/07-test'), /:3: "minutes" is "x"/);
  });

  it('refuses a folder whose name gives no number', () => {
    assert.throws(() => parseChapter(chapterText('## A {#a}'), '/c/test'), /the folder is called "test"/);
  });

  it('answers any text with a chapter or CHAPTER_MALFORMED', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '## A {#a}\n',
        '## B {#b}\n',
        '```sql run\n',
        '```yaml check\n',
        '```json invoke function=f name=n\n',
        '```\n',
        '- rows: SELECT 1\n',
        '---\n',
        '-- a\n',
        'SELECT 1;\n',
      ),
      fc.string({ unit: anyCharacter }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
        try {
          chapterOf(pieces.join(''));
        } catch (error) {
          assert.ok(error instanceof CodedError && error.code === 'CHAPTER_MALFORMED', String(error));
        }
      }),
    );
  });
});
