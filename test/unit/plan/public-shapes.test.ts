import assert from 'node:assert/strict';
import { planDocument } from '../../../src/core/plan/document';
import { parsePlan } from '../../../src/core/plan/parse';
import { printPlan } from '../../../src/core/plan/print';
import { readPlans } from '../../../src/core/plan/read-plans';

/** Plans of the shapes in which people publish them: repositories, notes, answers. */
function read(text: string) {
  assert.equal(printPlan(parsePlan(text)), text);
  return readPlans(text).map(plan => planDocument(plan));
}

const scan = [
  'Full Scan (btree-table) on orders  (cost=100.76..104.68 rows=7 width=45) (actual time=1.120..1.200 rows=7 loops=1)',
  '  -> Storage Scan on orders  (cost=100.76..104.68 rows=7 width=45) (actual rows=7 loops=1)',
  '      Projections: id, amount',
  '      -> B-Tree Scan on orders  (cost=100.76..104.68 rows=7 width=45) (actual rows=7 loops=1)',
  'Planning Time: 0.100 ms',
  'Execution Time: 1.300 ms',
].join('\n');

describe('published plans', () => {
  it('without costs come several to a note, each below its words', () => {
    const text = [
      'before:',
      '',
      'Sort',
      '  Sort Key: t.id',
      '  ->  Full Scan (btree-table) on transaction t',
      '        -> Storage Scan on transaction t',
      '            -> B-Tree Scan on transaction t',
      '',
      'after:',
      '',
      'Index Scan using idx1 on transaction t',
      '  Index Cond: (customer_id = 1)',
      '  -> Storage Scan on idx1',
      '      -> B-Tree Scan on idx1',
      '  -> Storage Lookup on transaction   ← columns that idx1 does not have',
      '      -> B-Tree Lookup on transaction',
      '',
      'Sort',
    ].join('\n');
    const [before, after, ...others] = read(text);
    assert.deepEqual(others, []);
    assert.deepEqual(
      before!.nodes.map(n => [n.type, n.depth]),
      [
        ['Sort', 0],
        ['Full Scan', 1],
        ['Storage Scan', 2],
        ['B-Tree Scan', 3],
      ],
    );
    assert.deepEqual(
      after!.nodes.map(n => [n.type, n.depth, n.index ?? n.relation]),
      [
        ['Index Scan', 0, 'idx1'],
        ['Storage Scan', 1, 'idx1'],
        ['B-Tree Scan', 2, 'idx1'],
        ['Storage Lookup', 1, 'transaction'],
        ['B-Tree Lookup', 2, 'transaction'],
      ],
    );
    const strange = [before!, after!].flatMap(d => d.unparsed.map(u => d.firstLine + u.line - 1));
    assert.deepEqual(strange, [1, 9, 15, 18], 'prose, and the line with the remark');
  });

  it('stand in a program’s string: its code is named, and taken from neither node nor time', () => {
    for (const [open, close] of [
      ['  const plan = `', '`;'],
      ["text = '", "'"],
      ['let raw = "', '";'],
      ['assert_plan("""', '""")'],
      ['EXPLAIN gave: ', ''],
    ]) {
      const text = `${open}${scan}${close}`;
      const [plan] = read(text);
      assert.deepEqual([plan!.nodes[0]!.type, plan!.nodes[0]!.relation], ['Full Scan', 'orders'], open);
      assert.deepEqual(
        plan!.nodes.map(n => n.depth),
        [0, 1, 2],
        open,
      );
      assert.equal(plan!.totals.executionMs, 1.3, open);
      assert.deepEqual(
        plan!.unparsed.map(u => u.line),
        [1],
        open,
      );
    }
  });

  it('stand in the lines of a benchmark’s JSON log, one a line', () => {
    const line = (rows: number) =>
      JSON.stringify({ TotalDPU: 0.1, explain_output: scan.replaceAll('rows=7', `rows=${rows}`), test_id: 'read' });
    const plans = read(`${line(7)}\n${line(9)}\n`);
    assert.deepEqual(
      plans.map(p => p.totals.rowsRead),
      [7, 9],
    );
    assert.deepEqual(
      plans.flatMap(p => p.unparsed),
      [],
    );
  });

  it('take no longer where a line is long and says nothing', () => {
    const lines = [`Limit  ${'= '.repeat(50_000)}`, `x${'='.repeat(100_000)}Y (cost=1`, `Sort${' '.repeat(100_000)}`];
    for (const line of lines) read(`${line}\n${scan}`);
  });
});
