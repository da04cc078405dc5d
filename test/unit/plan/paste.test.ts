import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { walk, type PlanNode } from '../../../src/core/plan/model';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';

const folder = path.join(__dirname, '../../fixtures/plans');
const texts = fs
  .readdirSync(folder)
  .filter(f => f.endsWith('.txt') && !f.includes('EXCERPT'))
  .map(f => fs.readFileSync(path.join(folder, f), 'utf8'));

/** What a plan says, without where it stood. */
function meaning(text: string): unknown {
  const plan = parsePlan(text);
  const node = (n: PlanNode): unknown => ({
    title: n.title,
    estimate: n.estimate,
    actual: n.actual,
    label: n.label,
    properties: n.properties.map(p => [p.name, p.value]),
    children: n.children.map(node),
  });
  return { roots: plan.roots.map(node), footer: plan.footer, unparsed: plan.unparsed };
}

const WRAPPINGS: Record<string, (lines: string[]) => string[]> = {
  'a mail quote': lines => lines.map(l => `> ${l}`),
  'a code fence': lines => ['```', ...lines, '```'],
  'a table with borders': lines => {
    const width = Math.max(...lines.map(l => l.length));
    const rule = `+${'-'.repeat(width + 2)}+`;
    return [rule, ...lines.map(l => `| ${l.padEnd(width)} |`), rule];
  },
  "psql's unicode border": lines => {
    const width = Math.max(...lines.map(l => l.length));
    return [`┌${'─'.repeat(width + 2)}┐`, ...lines.map(l => `│ ${l.padEnd(width)} │`), `└${'─'.repeat(width + 2)}┘`];
  },
  "psql's multi-line cell": lines => lines.map((l, i) => (i < lines.length - 1 ? `${l.padEnd(200)}+` : l)),
  'CSV quotes': lines => lines.filter(l => l !== '').map(l => `"${l}"`),
  'a psql frame': lines => [
    '      QUERY PLAN',
    '-----------------------',
    ...lines.map(l => ` ${l}`),
    `(${lines.length} rows)`,
    '',
    'Time: 12.345 ms',
  ],
  'Windows line ends': lines => lines.map(l => `${l}\r`),
  'trailing blanks': lines => lines.map(l => `${l}   `),
  'deep indentation': lines => lines.map(l => (l === '' ? l : `        ${l}`)),
};

describe('pasted plans', () => {
  for (const [name, wrap] of Object.entries(WRAPPINGS)) {
    it(`mean the same in ${name}, and print back equal`, () => {
      for (const text of texts) {
        const wrapped = wrap(text.replace(/\n$/, '').split('\n')).join('\n');
        assert.deepEqual(meaning(wrapped), meaning(text));
        assert.equal(printPlan(parsePlan(wrapped)), wrapped);
      }
    });
  }

  it('are read where a line was wrapped inside parentheses', () => {
    const text = [
      'Index Scan using i on t  (cost=417.28..512.05 rows=1 width=172)',
      "  Index Cond: ((a = 'x'::text) AND (b = '(open'::text) AND",
      '(c = 3))',
      '  Filter: (d > 1)',
    ].join('\n');
    const [root] = parsePlan(text).roots;
    assert.deepEqual(
      root!.properties.map(p => [p.name, p.value]),
      [
        ['Index Cond', "((a = 'x'::text) AND (b = '(open'::text) AND (c = 3))"],
        ['Filter', '(d > 1)'],
      ],
    );
    assert.equal(printPlan(parsePlan(text)), text);
  });

  it('stand in prose without becoming nodes of it', () => {
    const plan = parsePlan(
      'Hello,\nthe plan on our cluster is this one:\n\n Result  (cost=0.00..0.01 rows=1 width=4)\n\nIs that good?',
    );
    assert.deepEqual(
      [...walk(plan.roots)].map(n => n.type),
      ['Result'],
    );
    assert.deepEqual(
      plan.unparsed.map(u => u.line),
      [1, 2, 6],
    );
  });

  it('never throw and print back equal, whatever the text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '->  ',
        '-> ',
        '  ',
        '      ',
        '\n',
        '\r\n',
        '(cost=0.00..1.00 rows=1 width=4)',
        '(actual rows=1 loops=1)',
        '(actual time=0.1..0.2 rows=3 loops=2)',
        '(never executed)',
        '(cost=x',
        'Limit',
        'Storage Scan on t',
        'Index Scan using "a b" on public.t x',
        'Filter: (a',
        "'",
        '"',
        '(',
        ')',
        '| ',
        ' |',
        '+',
        '> ',
        'InitPlan 1 (returns $0)',
        'CTE x',
        'SubPlan 2',
        'Planning Time: 1 ms',
        'Planning Time: x',
        'Query Identifier: a',
        'Statement DPU Estimate:',
        'Read: 0.1 DPU',
        'Total: 1e9 DPU',
        'Settings: ',
        ':',
        'A:',
        'QUERY PLAN',
        '----',
        '(3 rows)',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
        const text = pieces.join('');
        assert.equal(printPlan(parsePlan(text)), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('survive cuts: any part of a real plan prints back equal', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), fc.nat(), (text, a, b) => {
        const part = text.slice(a % text.length, (a % text.length) + (b % text.length));
        assert.equal(printPlan(parsePlan(part)), part);
      }),
      { numRuns: 500 },
    );
  });

  it('take a tab for the way to the next eighth column, wherever in the line', () => {
    const [root] = parsePlan(
      ['Limit', '  \t->  Sort', `${' '.repeat(12)}->  Full Scan (btree-table) on t`].join('\n'),
    ).roots;
    assert.deepEqual(
      [...walk([root!])].map(node => [node.type, node.children.length]),
      [
        ['Limit', 1],
        ['Sort', 1],
        ['Full Scan', 0],
      ],
    );
  });

  it('of hostile length are read in time that grows with the text', () => {
    for (const unit of ['(', ' ', '| ', '->  a', ' on ', 'x + ', '"', "'"]) {
      assert.equal(parsePlan(unit.repeat(100_000)).roots.length, unit.startsWith('->') ? 1 : 0, unit);
      assert.equal(parsePlan(`Filter: ${unit.repeat(50_000)}`).roots.length, 0, unit);
    }
  });
});
