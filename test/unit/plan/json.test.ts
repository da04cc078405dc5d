import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { planDocument } from '../../../src/local/explain/document';
import { printDocument } from '../../../src/local/explain/formats';
import { measurePlan } from '../../../src/core/plan/measures';
import { property, walk } from '../../../src/core/plan/model';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';
import { readPlans } from '../../../src/core/plan/read-plans';

const POSTGRES = [
  {
    Plan: {
      'Node Type': 'Aggregate',
      Strategy: 'Hashed',
      'Partial Mode': 'Simple',
      'Parallel Aware': false,
      'Startup Cost': 61.32,
      'Total Cost': 63.32,
      'Plan Rows': 200,
      'Plan Width': 12,
      'Actual Startup Time': 0.8,
      'Actual Total Time': 0.9,
      'Actual Rows': 3,
      'Actual Loops': 1,
      'Group Key': ['o.payer', 'o.payee'],
      Plans: [
        {
          'Node Type': 'Hash Join',
          'Parent Relationship': 'Outer',
          'Join Type': 'Left',
          'Startup Cost': 1,
          'Total Cost': 50,
          'Plan Rows': 10,
          'Plan Width': 8,
          'Actual Startup Time': 0.1,
          'Actual Total Time': 0.7,
          'Actual Rows': 7,
          'Actual Loops': 1,
          'Hash Cond': '(o.id = i.id)',
          Plans: [
            {
              'Node Type': 'Seq Scan',
              'Relation Name': 'Order',
              Schema: 'public',
              Alias: 'o',
              'Startup Cost': 0,
              'Total Cost': 10,
              'Plan Rows': 5,
              'Plan Width': 4,
              'Actual Startup Time': 0.01,
              'Actual Total Time': 0.2,
              'Actual Rows': 5,
              'Actual Loops': 1,
              Filter: "(note ~~ '%x\"y%'::text)",
              'Rows Removed by Filter': 95,
            },
            {
              'Node Type': 'Index Scan',
              'Scan Direction': 'Backward',
              'Index Name': 'items_pkey',
              'Relation Name': 'items',
              Alias: 'i',
              'Startup Cost': 0,
              'Total Cost': 8,
              'Plan Rows': 1,
              'Plan Width': 4,
              'Actual Startup Time': 0,
              'Actual Total Time': 0,
              'Actual Rows': 0,
              'Actual Loops': 0,
            },
          ],
        },
      ],
    },
    Settings: { work_mem: '128MB' },
    'Query Identifier': -42,
    'Planning Time': 0.2,
    Triggers: [],
    'Execution Time': 1.1,
  },
];

const pretty = JSON.stringify(POSTGRES, null, 2);

describe('JSON plans', () => {
  it('of PostgreSQL become the tree that its text says', () => {
    const plan = parsePlan(pretty);
    assert.deepEqual(
      [...walk(plan.roots)].map(n => n.title),
      [
        'HashAggregate',
        'Hash Left Join',
        'Seq Scan on public."Order" o',
        'Index Scan Backward using items_pkey on items i',
      ],
    );
    const [, , scan, index] = [...walk(plan.roots)];
    assert.deepEqual(
      scan!.properties.map(p => `${p.name}: ${p.value}`),
      ["Filter: (note ~~ '%x\"y%'::text)", 'Rows Removed by Filter: 95'],
    );
    assert.equal(index!.neverExecuted, true);
    assert.equal(
      scan!.line,
      pretty.split('\n').findIndex(l => l.includes('"Seq Scan"')),
    );
    assert.equal(measurePlan(plan).rowsRead, 100);
    assert.deepEqual(plan.footer, {
      settings: "work_mem = '128MB'",
      queryIdentifier: '-42',
      planningMs: 0.2,
      executionMs: 1.1,
      other: [],
    });
    assert.deepEqual(plan.unparsed, []);
  });

  it('mean the same on one line, in frames, multi-line cells, fences, quotes, logs and as a bare node', () => {
    const titles = (text: string): string[] => [...walk(parsePlan(text).roots)].map(n => n.title);
    const lines = pretty.split('\n');
    for (const text of [
      JSON.stringify(POSTGRES),
      JSON.stringify(POSTGRES[0]),
      JSON.stringify(POSTGRES[0]!.Plan),
      JSON.stringify([{ 'QUERY PLAN': POSTGRES }]),
      JSON.stringify([{ 'QUERY PLAN': pretty }]),
      [
        '   QUERY PLAN',
        '-------------',
        ...lines.map((l, i) => ` ${l.padEnd(60)}${i < lines.length - 1 ? '+' : ''}`),
        '(1 row)',
      ].join('\n'),
      lines.map(l => `| ${l.padEnd(60)} |`).join('\n'),
      ['```json', ...lines, '```'].join('\n'),
      lines.map(l => `> ${l}`).join('\r\n'),
      lines.map(l => `api-1 | ${l}`).join('\n'),
      ['2026-11-21 06:00:00 UTC LOG:  duration: 1.2 ms  plan:', ...lines.map(l => `\t${l}`)].join('\n'),
    ]) {
      assert.deepEqual(titles(text), titles(pretty), text.slice(0, 60));
      assert.equal(printPlan(parsePlan(text)), text);
    }
  });

  it('of DSQL keep storage nodes, indexes and DPU', () => {
    const folder = path.join(__dirname, '../../fixtures/plans');
    for (const name of fs.readdirSync(folder).filter(f => /^[rd]\d+_(?!EXC).*\.txt$/.test(f) && !f.startsWith('d06'))) {
      const fromText = parsePlan(fs.readFileSync(path.join(folder, name), 'utf8'));
      for (const { properties } of walk(fromText.roots))
        for (const line of properties) if (line.name === 'Projections') line.items = line.value.split(', ');
      const fromJson = parsePlan(
        printDocument(planDocument(fromText, { verbose: true, sourceOf: () => undefined }), 'json'),
      );
      const shape = (p: typeof fromText) =>
        [...walk(p.roots)].map(n => [
          ...[n.type, n.layer, n.index ?? n.relation, n.actual?.rows, n.properties.length],
          property(n, 'Projections'),
        ]);
      assert.deepEqual(shape(fromJson), shape(fromText), name);
      assert.equal(measurePlan(fromJson).rowsRead, measurePlan(fromText).rowsRead, name);
      assert.deepEqual(
        fromJson.footer.dpu?.map(p => p.dpu),
        fromText.footer.dpu?.map(p => p.dpu),
      );
    }
  });

  it('come several in one array or one after the other, each with its own footer', () => {
    const second = [{ ...POSTGRES[0], 'Execution Time': 9 }];
    for (const paste of [JSON.stringify([...POSTGRES, ...second]), `${pretty}\n\n${JSON.stringify(second)}`])
      assert.deepEqual(
        readPlans(paste).map(p => [p.plan.roots.length, p.plan.footer.executionMs, p.format]),
        [
          [1, 1.1, 'json'],
          [1, 9, 'json'],
        ],
      );
  });

  it('cut or damaged give what can be read, and say which line', () => {
    const lines = pretty.split('\n');
    const at = lines.findIndex(l => l.includes('"Hash Cond"'));
    const cut = parsePlan(lines.slice(0, at).join('\n'));
    assert.deepEqual(
      [...walk(cut.roots)].map(n => n.type),
      ['HashAggregate', 'Hash Join'],
    );
    assert.deepEqual(
      cut.unparsed.map(u => u.line),
      [at],
    );
    fc.assert(
      fc.property(fc.nat(pretty.length), fc.nat(40), fc.string({ maxLength: 5 }), (from, length, junk) => {
        const text = pretty.slice(0, from) + junk + pretty.slice(from + length);
        assert.equal(printPlan(parsePlan(text)), text);
        assert.ok(readPlans(text).length >= 1);
      }),
      { numRuns: 300 },
    );
  });

  it('of hostile shape are read in time and without overflow', () => {
    for (const text of [
      '[{"Plan":'.repeat(20_000),
      '{"Node Type": "x", "Plans": ['.repeat(5_000),
      '{'.repeat(50_000) + '"Node Type"',
      '\n[ '.repeat(50_000) + '"Node Type"',
    ])
      assert.equal(printPlan(parsePlan(text)), text);
  });
});
