import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { walk, type PlanNode } from '../../../src/core/plan/model';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';
import { readPlans } from '../../../src/core/plan/read-plans';

const folder = path.join(__dirname, '../../fixtures/plans');
const texts = fs
  .readdirSync(folder)
  .filter(f => f.endsWith('.txt') && !f.includes('EXCERPT'))
  .map(f => fs.readFileSync(path.join(folder, f), 'utf8').replace(/\n$/, ''));

/** What a plan says, without where it stood. */
function meaning(text: string): unknown {
  const plan = parsePlan(text);
  const node = (n: PlanNode): unknown => ({
    title: n.title,
    estimate: n.estimate,
    actual: n.actual,
    properties: n.properties.map(p => [p.name, p.value]),
    children: n.children.map(node),
  });
  return { roots: plan.roots.map(node), footer: plan.footer, unparsed: plan.unparsed };
}

const isFrame = (line: string): boolean => /^\s*(?:QUERY PLAN|-+|)\s*$/.test(line);

/** Cuts lines at a width as psql's `wrapped` format does, with its marks. */
function wrapped(lines: string[], width: number): string[] {
  return lines
    .filter(l => !isFrame(l))
    .flatMap(line => {
      const parts = line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
      return parts.map((p, i) => `${i > 0 ? '.' : ' '}${p}${i < parts.length - 1 ? '.' : ''}`);
    });
}

const FORMATS: Record<string, (lines: string[]) => string[]> = {
  "psql's wrapped format": lines => wrapped(lines, 60),
  "psql's expanded format": lines =>
    lines.filter(l => !isFrame(l)).flatMap((l, i) => [`-[ RECORD ${i + 1} ]---------`, `QUERY PLAN | ${l}`]),
  'no-break blanks': lines => lines.map(l => l.replace(/^ +/, b => '\u00a0'.repeat(b.length))),
  'blanks turned into tabs': lines => lines.map(l => l.replaceAll('        ', '\t')),
  'one tab in front': lines => lines.map(l => (l === '' ? l : `\t${l}`)),
  'a pod log': lines => lines.map(l => `2026-11-21T06:00:00.123456789Z stdout F ${l}`),
  'a compose log': lines => lines.map(l => `api-1  | ${l}`),
  "PostgreSQL's log with a prefix on each line": lines =>
    lines.map(l => `2026-11-21 06:00:00.123 UTC [4711] app@bank LOG:  ${l}`),
  syslog: lines => lines.map((l, i) => `Nov 21 06:00:00 db1 postgres[4711]: [5-${i + 1}] ${l}`),
  'a quoted mail with an answer below': lines => [...lines.map(l => `> ${l}`), ''],
  'a prompt and the statement': lines => ['bank=> EXPLAIN ANALYZE SELECT *', 'bank-> FROM t;', ...lines],
  'a statement of several lines': lines => [
    'EXPLAIN (ANALYZE, VERBOSE)',
    'SELECT *',
    '  FROM t',
    ' LIMIT 1;',
    ...lines,
  ],
  'arrows of a mail program': lines => lines.map(l => l.replace(/^( *)->/, '$1→')),
  'escaped arrows': lines => lines.map(l => l.replace(/^( *)->/, '$1-&gt;')),
  'a byte order mark': lines => lines.map((l, i) => (i === 0 ? `\ufeff${l}` : l)),
  'a table of a mail, quoted twice': lines => lines.map(l => `> > | ${l.padEnd(300)} |`),
};

describe('plans as people paste them', () => {
  for (const [name, format] of Object.entries(FORMATS)) {
    it(`mean the same from ${name}, and print back equal`, () => {
      for (const text of texts) {
        const pasted = format(text.split('\n')).join('\n');
        assert.deepEqual(meaning(pasted), meaning(text));
        assert.equal(printPlan(parsePlan(pasted)), pasted);
      }
    });
  }

  it('of auto_explain leave time and statement out', () => {
    const text = [
      '2026-11-21 06:00:00.123 UTC [4711] LOG:  duration: 12.345 ms  plan:',
      '\tQuery Text: SELECT *',
      '\t  FROM t',
      '\tLimit  (cost=0.00..0.04 rows=1 width=4) (actual time=0.010..0.011 rows=1 loops=1)',
      '\t  ->  Seq Scan on t  (cost=0.00..35.50 rows=2550 width=4) (actual time=0.009..0.009 rows=1 loops=1)',
      '\t        Filter: (a > 1)',
    ].join('\n');
    const plan = parsePlan(text);
    assert.deepEqual(
      [...walk(plan.roots)].map(n => n.type),
      ['Limit', 'Seq Scan'],
    );
    assert.deepEqual(
      plan.unparsed.map(u => u.line),
      [1],
    );
    assert.equal(printPlan(plan), text);
  });

  it('are read where mail wrapped titles, groups and lists', () => {
    const text = [
      'Limit  (cost=0.00..0.04 rows=1 width=4) (actual time=0.010..0.011 rows=1',
      'loops=1)',
      '  Output: a, b,',
      'c',
      '  ->  Index Only Scan using a_long_name on public.t',
      '(cost=0.00..35.50 rows=2550 width=4) (actual time=0.009..0.009 rows=1 loops=1)',
      '        Index Cond: (a = 1)',
      '        ->  Seq Scan on u  (cost=0.00..35.50 rows=2550 width=4)',
      '(never executed)',
      ' Planning Time: 0.100 ms',
    ].join('\n');
    const plan = parsePlan(text);
    const nodes = [...walk(plan.roots)];
    assert.deepEqual(plan.unparsed, []);
    assert.deepEqual(
      nodes.map(n => [n.type, n.actual?.loops, n.neverExecuted]),
      [
        ['Limit', 1, undefined],
        ['Index Only Scan', 1, undefined],
        ['Seq Scan', undefined, true],
      ],
    );
    assert.equal(nodes[0]!.properties[0]!.value, 'a, b, c');
    assert.equal(nodes[1]!.relation, 't');
    assert.equal(printPlan(plan), text);
  });

  it('are read where a terminal cut words', () => {
    const line =
      '  ->  Seq Scan on accounts  (cost=0.00..35.50 rows=2550 width=4) (actual time=0.009..0.009 rows=1 loops=1)';
    for (let width = 40; width < line.length; width++) {
      const text = `Limit  (cost=0.00..0.04 rows=1 width=4)\n${line.slice(0, width)}\n${line.slice(width)}`;
      const plan = parsePlan(text);
      assert.equal(printPlan(plan), text);
      assert.equal(plan.roots[0]!.children[0]!.actual?.loops, 1, text);
    }
  });

  it('come several to a paste, each with its own lines', () => {
    const paste = `Before:\n\`\`\`\n${texts[6]}\n\`\`\`\n\nand after the index:\n\`\`\`\n${texts[11]}\n\`\`\`\n`;
    const plans = readPlans(paste);
    assert.equal(plans.length, 2);
    assert.equal(plans.map(p => p.text).join('\n'), paste);
    for (const [i, text] of [texts[6]!, texts[11]!].entries()) {
      assert.equal(plans[i]!.plan.roots.length, 1);
      assert.deepEqual({ ...(meaning(plans[i]!.text) as object), unparsed: [] }, meaning(text));
      assert.equal(plans[i]!.plan.unparsed.length, 1);
    }
    const frames = texts.slice(0, 3).map(t => `QUERY PLAN\n-----\n${t}\n(3 rows)\n`);
    assert.equal(readPlans(frames.join('\n')).length, 3);
    assert.equal(readPlans('').length, 1);
  });

  it('with random insertions and cuts never throw and print back equal', () => {
    const junk = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '\n',
        '\t',
        '\u00a0',
        '(',
        ')',
        '"',
        '> ',
        '-> ',
        '{',
        '[',
        '"Node Type"',
        '{"Plan": {',
        '.',
        '…',
        '+',
      ),
    );
    const cut = fc.record({ at: fc.nat(), length: fc.nat(60), junk });
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(cut, { maxLength: 6 }), (text, cuts) => {
        for (const { at, length, junk } of cuts) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + junk + text.slice(place + length);
        }
        assert.equal(printPlan(parsePlan(text)), text);
        assert.ok(readPlans(text).length >= 1);
      }),
      { numRuns: 500 },
    );
  });
});
