import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { measurePlan } from '../../../src/core/plan/measures';
import { parsePlan } from '../../../src/core/plan/parse';
import { findNodes, planIndexes, planUses, rowsRead } from '../../../src/core/plan/query';

const folder = path.join(__dirname, '../../fixtures/plans');
const plan = (start: string) => {
  const name = fs.readdirSync(folder).find(f => f.startsWith(start))!;
  return parsePlan(fs.readFileSync(path.join(folder, name), 'utf8'));
};
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

describe('measures of a plan', () => {
  it('give the time to the scan, not to the sort above it', () => {
    const model = measurePlan(plan('r14'));
    const exclusive = Object.fromEntries(model.nodes.map(n => [n.node.type, n.exclusiveMs]));
    near(exclusive['Limit'], 0.649 - 0.647);
    near(exclusive['Sort'], 0.647 - 0.637);
    near(exclusive['Full Scan'], 0.637);
    assert.equal(exclusive['Storage Scan'], undefined);
  });

  it('add up to the whole where loops multiply', () => {
    const model = measurePlan(plan('r06'));
    near(
      model.nodes.reduce((sum, n) => sum + (n.exclusiveMs ?? 0), 0),
      1459.536,
    );
    const materialize = model.nodes.filter(n => n.node.type === 'Materialize');
    assert.deepEqual(
      materialize.map(n => n.rows),
      [50 * 50, 50 * 2500, 50 * 125000],
    );
    assert.equal(model.rowsRead, 200);
    assert.equal(model.rowsReturned, 1);
  });

  it('show how far the planner was off, and which way', () => {
    const model = measurePlan(plan('r03'));
    assert.equal(model.nodes[0]!.estimateErrorFactor, 1_000_000);
    assert.equal(model.nodes[0]!.underestimated, false);
    assert.equal(measurePlan(plan('r14')).nodes[0]!.estimateErrorFactor, 1);
  });

  it('count rows at each filter layer, and look-ups', () => {
    const model = measurePlan(plan('r15'));
    assert.deepEqual(model.nodes[1]!.layers, {
      read: 3,
      sent: 3,
      lookedUp: 3,
      returned: 3,
      indexCondition: '(payer_id = 1)',
    });
    assert.equal(model.lookups, 3);
    assert.equal(model.rowsRead, 6);
  });

  it('of a plan that was not executed have no rows', () => {
    const model = measurePlan(plan('r18'));
    assert.equal(model.analysed, false);
    assert.equal(model.rowsRead, undefined);
    assert.equal(model.nodes[0]!.rows, undefined);
  });
});

describe('questions to a plan', () => {
  it('tell scans apart', () => {
    assert.equal(planUses(plan('r14'), 'Full Scan'), true);
    assert.equal(planUses(plan('r14'), 'Full Scan (btree-table) on transactions'), true);
    assert.equal(planUses(plan('r14'), 'Index Scan'), false);
    assert.equal(planUses(plan('r15'), 'Index Scan'), true);
    assert.equal(planUses(plan('r15'), 'Index Scan Backward using idx_transactions_payer'), true);
    assert.equal(planUses(plan('r15'), 'Index Scan using other'), false);
    assert.equal(planUses(plan('r15'), 'Index Only Scan'), false);
    assert.equal(planUses(plan('r02'), 'Index Only Scan'), true);
    assert.equal(planUses(plan('d06'), 'Nested Loop (Batched Join)'), true);
  });

  it('name indexes and count rows', () => {
    assert.deepEqual(planIndexes(plan('r15')), ['idx_transactions_payer']);
    assert.deepEqual(planIndexes(plan('r14')), []);
    assert.equal(rowsRead(plan('r15')), 6);
    assert.equal(rowsRead(plan('r18')), undefined);
    assert.equal(findNodes(plan('r06'), n => n.type === 'Nested Loop').length, 3);
  });

  it('count what storage read also where the plan shows no tree below it', () => {
    const at = '(cost=100.00..200.00 rows=5 width=4) (actual rows=5 loops=2)';
    const text = [
      'Full Scan (btree-table) on t  (cost=100.00..200.00 rows=5 width=4) (actual time=1.000..2.000 rows=5 loops=2)',
      `  -> Storage Scan on t  ${at}`,
      '      Rows Filtered: 3',
    ];
    assert.equal(rowsRead(parsePlan(text.join('\n'))), 16);
    assert.equal(rowsRead(parsePlan([...text, `      -> B-Tree Scan on t  ${at}`].join('\n'))), 10);
  });

  it("work on PostgreSQL's own plans", () => {
    const text = [
      ' Seq Scan on t  (cost=0.00..2.00 rows=10 width=4) (actual time=0.010..0.020 rows=5 loops=2)',
      '   Filter: (a > 3)',
      '   Rows Removed by Filter: 7',
      ' Planning Time: 0.050 ms',
    ].join('\n');
    assert.equal(rowsRead(parsePlan(text)), 24);
  });

  it('hold no estimate against nodes that count no rows', () => {
    const at = (rows: number) => `(cost=0.00..6.00 rows=500 width=0) (actual time=0.010..0.040 rows=${rows} loops=1)`;
    const text = [
      `Bitmap Heap Scan on a  ${at(500)}`,
      `  ->  BitmapOr  ${at(0)}`,
      `        ->  Bitmap Index Scan on a_x  ${at(500)}`,
      `        ->  Bitmap Index Scan on a_y  ${at(100)}`,
    ].join('\n');
    assert.deepEqual(
      measurePlan(parsePlan(text)).nodes.map(n => n.estimateErrorFactor),
      [1, undefined, 1, 5],
    );
  });
});
