import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodedError } from '../../../src/base/errors';
import { readSessionScript } from '../../../src/core/sessions/read-script';

const MINIMAL = 'session A\nstep a1 { SELECT 1 }\n';

describe('session scripts', () => {
  it('are read whole', () => {
    const script = readSessionScript(`# a comment
title My script
summary { It shows
  something. }
postgres { PostgreSQL's answer }
setup {
  CREATE TABLE t (id int); -- with a ; in a comment
  INSERT INTO t VALUES (1);
}
teardown { DROP TABLE IF EXISTS t; }
watch { SELECT * FROM t }
session A
setup { BEGIN; SELECT 1; }
step a1 { SELECT '}' || "}" || $$}$$ FROM t /* } */; }
session B
step b1 { COMMIT }
permutation a1 (b1 a1)  # together
  called The order
  expect a1 rows {
    1 | x
    2 | NULL
  }
  expect b1 error 40001|23505 OC000
  expect b1 tag COMMIT
  expect b1 ok
  finally rows { }
  verdict { It held. }
permutation b1
`);
    assert.equal(script.title, 'My script');
    assert.equal(script.summary, 'It shows something.');
    assert.equal(script.postgres, "PostgreSQL's answer");
    assert.deepEqual(script.setup, ['CREATE TABLE t (id int)', 'INSERT INTO t VALUES (1)']);
    assert.deepEqual(script.teardown, ['DROP TABLE IF EXISTS t']);
    assert.equal(script.watch, 'SELECT * FROM t');
    assert.deepEqual(script.sessions, [
      {
        name: 'A',
        setup: ['BEGIN', 'SELECT 1'],
        steps: [{ name: 'a1', session: 'A', sql: `SELECT '}' || "}" || $$}$$ FROM t /* } */`, line: 14 }],
      },
      { name: 'B', setup: [], steps: [{ name: 'b1', session: 'B', sql: 'COMMIT', line: 16 }] },
    ]);
    const [first, second] = script.orders;
    assert.deepEqual(first, {
      name: 'The order',
      groups: [['a1'], ['b1', 'a1']],
      line: 17,
      expectations: [
        {
          step: 'a1',
          answer: {
            type: 'rows',
            rows: [
              ['1', 'x'],
              ['2', 'NULL'],
            ],
          },
        },
        { step: 'b1', answer: { type: 'error', sqlstates: ['40001', '23505'], contains: 'OC000' } },
        { step: 'b1', answer: { type: 'tag', tag: 'COMMIT' } },
        { step: 'b1', answer: { type: 'ok' } },
      ],
      finalRows: [],
      verdict: 'It held.',
    });
    assert.equal(second?.name, 'Order 2');
  });

  it('without an order are run by turns, either session first', () => {
    const script = readSessionScript(`${MINIMAL}step a2 { SELECT 2 }\nsession B\nstep b1 { SELECT 3 }\n`);
    assert.deepEqual(
      script.orders.map(({ groups }) => groups.flat().join(' ')),
      ['a1 b1 a2', 'b1 a1 a2'],
    );
  });

  const wrong: [string, string, RegExp][] = [
    ['an unknown word', `${MINIMAL}stop`, /^line 3: "stop" is not understood/],
    ['a step before a session', 'step a1 { SELECT 1 }', /^line 1: step a1 stands before/],
    ['a step without an end', 'session A\nstep a1 { SELECT 1', /^line 2: the block does not end/],
    ['an empty step', 'session A\nstep a1 { }', /^line 2: step a1 is empty/],
    ['two sessions of one name', `${MINIMAL}session A`, /^line 3: session A is there twice/],
    ['an order of unknown lines', `${MINIMAL}permutation a1 a2`, /^line 3: there is no step a2/],
    [
      'an expectation of a line that is not run',
      `${MINIMAL}permutation a1\nexpect b1 ok`,
      /^line 3: the order does not run b1/,
    ],
    ['an expectation before an order', `${MINIMAL}expect a1 ok`, /^line 3: "expect" stands before the first order/],
    ['an expectation of nothing', `${MINIMAL}permutation a1\nexpect a1 maybe`, /^line 4: "expect a1 maybe"/],
    ['what is no SQLSTATE', `${MINIMAL}permutation a1\nexpect a1 error conflict`, /^line 4: "conflict" is no SQLSTATE/],
    [
      'final rows of nothing watched',
      `${MINIMAL}permutation a1\nfinally rows { 1 }`,
      /^line 3: "finally" without a watch/,
    ],
    ['two orders of one name', `${MINIMAL}permutation a1\ncalled x\npermutation a1\ncalled x`, /^line 5: two orders/],
    ['nothing to run', 'title x', /the script has no line to run/],
  ];
  for (const [what, text, message] of wrong)
    it(`refuse ${what}, with the line`, () => {
      assert.throws(() => readSessionScript(text), { code: 'SESSION_SCRIPT_MALFORMED', message });
    });

  it('are read or refused, whatever the text', () => {
    const word = fc.constantFrom(
      'session A',
      'step a { SELECT 1 }',
      'setup {',
      '}',
      'permutation a',
      'expect a ok',
      '#',
      '\n',
      "'",
      '$$',
      'watch',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 12 }), parts => {
        try {
          assert.ok(readSessionScript(parts.join(' \n')).orders.length > 0);
        } catch (error) {
          assert.ok(error instanceof CodedError && error.code === 'SESSION_SCRIPT_MALFORMED', String(error));
        }
      }),
    );
  });
});
