import assert from 'node:assert/strict';
import type { ExplainStatement } from '../../../src/core/dialect/contract';
import { createExplainer } from '../../../src/local/explain/explainer';
import type { CatalogQuery } from '../../../src/local/ports';

/** The catalogue's answer for one table, as `lookUpTables` asks for it. */
const catalog: CatalogQuery = () =>
  Promise.resolve([
    [
      'public',
      't',
      '1000',
      JSON.stringify([
        { name: 'id', type: 'int4', widthBytes: 4 },
        { name: 'a', type: 'int4', widthBytes: 4 },
        { name: 'b', type: 'text', widthBytes: 900 },
      ]),
      JSON.stringify([
        { name: 't_pkey', primary: true, key: ['id'], include: [] },
        { name: 't_a', primary: false, key: ['a'], include: [] },
      ]),
    ],
  ]);

function statement(changes: Partial<ExplainStatement>): ExplainStatement {
  return {
    analyze: true,
    verbose: true,
    settings: false,
    costs: true,
    format: 'text',
    otherOptions: [],
    inner: {
      kind: 'query',
      text: 'SELECT b FROM t',
      sql: '',
      tag: '',
      writes: false,
      locking: false,
      returnsRows: true,
      writeTargets: [],
    },
    ...changes,
  };
}

function explain(plan: object, changes: Partial<ExplainStatement> = {}, rest: object = {}): Promise<string[]> {
  const json = JSON.stringify([{ Plan: plan, ...rest }], null, 2);
  return createExplainer().toDsql(json, statement(changes), catalog);
}

const costs = { 'Startup Cost': 4.3, 'Total Cost': 12.5, 'Plan Rows': 4, 'Plan Width': 900 };
const actuals = { 'Actual Startup Time': 0.01, 'Actual Total Time': 0.02, 'Actual Rows': 2, 'Actual Loops': 1 };

describe('columns without VERBOSE', () => {
  it('stand bare in the filter of a scan, and with its alias in that of a subquery scan, as PostgreSQL prints them', async () => {
    const scan = {
      ...{ 'Node Type': 'Seq Scan', 'Relation Name': 't', Schema: 'public', Alias: 't', ...costs },
      ...{ Output: ['t.a'], Filter: '(t.a > 1)' },
    };
    const lines = await explain(
      {
        ...{ 'Node Type': 'Subquery Scan', Alias: 'x', ...costs, Output: ['x.a'], Filter: '(x.a < 4)' },
        Plans: [{ ...scan, 'Parent Relationship': 'Subquery' }],
      },
      { analyze: false, verbose: false, costs: false },
    );
    assert.deepEqual(
      lines.filter(line => /^ *Filters?:/.test(line)).map(line => line.trim()),
      ['Filter: (x.a < 4)', 'Filters: (a > 1)'],
    );
  });

  it('have an alias above a subquery scan, also where no table is read', async () => {
    const result = { 'Node Type': 'Result', 'Parent Relationship': 'Subquery', ...costs, Output: ['1'] };
    const subquery = { 'Node Type': 'Subquery Scan', 'Parent Relationship': 'Outer', Alias: 'x', ...costs };
    const lines = await explain(
      {
        ...{ 'Node Type': 'Sort', ...costs, Output: ['x.a'], 'Sort Key': ['x.a'] },
        Plans: [{ ...subquery, Output: ['x.a'], Plans: [result] }],
      },
      { analyze: false, verbose: false, costs: false },
    );
    assert.equal(lines[1]?.trim(), 'Sort Key: x.a');
  });
});

describe('PostgreSQL plans that DSQL has another form for', () => {
  it('a bitmap scan of one index is an index scan with look-ups', async () => {
    const lines = await explain(
      {
        'Node Type': 'Bitmap Heap Scan',
        'Relation Name': 't',
        Schema: 'public',
        Alias: 't',
        ...costs,
        ...actuals,
        Output: ['b'],
        'Recheck Cond': '(t.a = 1)',
        Filter: "(t.b <> 'x'::text)",
        'Rows Removed by Filter': 3,
        Plans: [
          {
            'Node Type': 'Bitmap Index Scan',
            'Parent Relationship': 'Outer',
            'Index Name': 't_a',
            ...costs,
            ...actuals,
            'Index Cond': '(t.a = 1)',
          },
        ],
      },
      {},
      { 'Query Identifier': -1, 'Planning Time': 0.5, 'Execution Time': 1.5 },
    );
    assert.deepEqual(lines, [
      'Index Scan using t_a on public.t  (cost=201.03..221.10 rows=4 width=900) (actual time=0.010..0.020 rows=2 loops=1)',
      '  Output: b',
      '  Index Cond: (t.a = 1)',
      '  -> Storage Scan on t_a  (cost=201.03..221.10 rows=4 width=900 loops=1) (actual rows=5 loops=1)',
      '      -> B-Tree Scan on t_a  (cost=201.03..221.10 rows=4 width=900 loops=1) (actual rows=5 loops=1)',
      '          Index Cond: (t.a = 1)',
      '  -> Storage Lookup on public.t  (cost=201.03..221.10 rows=4 width=900 loops=1) (actual rows=2 loops=1)',
      '      Projections: b',
      "      Filters: (t.b <> 'x'::text)",
      '      Rows Filtered: 3',
      '      -> B-Tree Lookup on public.t  (cost=201.03..221.10 rows=4 width=900 loops=1) (actual rows=5 loops=1)',
      'Query Identifier: 9999999999996',
      'Planning Time: 0.500 ms',
      'Execution Time: 1.500 ms',
      'Statement DPU Estimate:',
      '  Compute: 0.00200 DPU',
      '  Read: 0.00963 DPU',
      '  Write: 0.00000 DPU',
      '  Total: 0.01163 DPU',
    ]);
  });

  it('a bitmap of several indexes is a full scan', async () => {
    const lines = await explain(
      {
        'Node Type': 'Bitmap Heap Scan',
        'Relation Name': 't',
        Schema: 'public',
        Alias: 't',
        ...costs,
        Output: ['b'],
        'Recheck Cond': '((t.a = 1) OR (t.a = 2))',
        Plans: [{ 'Node Type': 'BitmapOr', 'Parent Relationship': 'Outer', ...costs, Plans: [] }],
      },
      { analyze: false, verbose: false },
    );
    assert.deepEqual(
      lines.map(l => l.replace(/ {2}\(cost.*/, '')),
      [
        'Full Scan (btree-table) on t',
        '  Filter: ((a = 1) OR (a = 2))',
        '  -> Storage Scan on t',
        '      Projections: b, a',
        '      -> B-Tree Scan on t',
      ],
    );
  });

  it('a scan that never ran says so on each of its nodes', async () => {
    const lines = await explain(
      {
        'Node Type': 'Seq Scan',
        'Relation Name': 't',
        Schema: 'public',
        Alias: 't',
        ...costs,
        'Actual Startup Time': 0,
        'Actual Total Time': 0,
        'Actual Rows': 0,
        'Actual Loops': 0,
        Output: ['b'],
        Filter: '(t.a > 5)',
      },
      { verbose: false, costs: false },
    );
    assert.deepEqual(lines, [
      'Full Scan (btree-table) on t  (never executed)',
      '  -> Storage Scan on t  (never executed)',
      '      Projections: b',
      '      Filters: (a > 5)',
      '      -> B-Tree Scan on t  (never executed)',
    ]);
  });

  it("nothing at all is PostgreSQL's own sentence", async () => {
    assert.deepEqual(await createExplainer().toDsql('[]', statement({}), catalog), ['Query rewrites to nothing']);
  });

  it('foreign key checks are triggers of their constraint', async () => {
    const lines = await explain(
      { 'Node Type': 'Result', ...costs, ...actuals },
      { verbose: false },
      {
        'Planning Time': 0.1,
        Triggers: [
          { 'Trigger Name': 'RI_1', 'Constraint Name': 't_fk', Time: 0.25, Calls: 2 },
          { 'Trigger Name': 'own', Calls: 1 },
        ],
        'Execution Time': 1,
      },
    );
    assert.deepEqual(lines.slice(1), [
      'Planning Time: 0.100 ms',
      'Trigger for constraint t_fk: time=0.250 calls=2',
      'Execution Time: 1.000 ms',
    ]);
  });
});
