import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparePlanViews } from '../../../src/core/plan-view/comparison';
import { nameOfStatement, restoredMemory } from '../../../src/core/plan-view/memory';
import { planMarkdown } from '../../../src/core/plan-view/markdown';
import { showPlan } from '../../../src/core/plan-view/plan-view';
import { planSvg } from '../../../src/core/plan-view/svg';
import type { PlanNodeView, PlanView } from '../../../src/protocol/plan-view';
import { largePlan, recordedPlan } from '../../support/plans';
import { anyCharacter } from '../../support/any-character';

const view = (text: string): PlanView => showPlan({ name: 'test', text }).view;
const lookup = view(recordedPlan('r15'));

function overlapping({ nodes, drawing }: PlanView): [number, number][] {
  const hit = (a: PlanNodeView, b: PlanNodeView): boolean =>
    a.x < b.x + drawing.nodeWidth && b.x < a.x + drawing.nodeWidth && a.y < b.y + b.height && b.y < a.y + a.height;
  return nodes.flatMap((a, i) =>
    nodes.slice(i + 1).flatMap(b => (hit(a, b) ? [[a.id, b.id] as [number, number]] : [])),
  );
}

describe('what the plan viewer shows', () => {
  it('finds nothing hot in a plan of one node, whose share is always the whole', () => {
    const { nodes } = view('Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..0.002 rows=1 loops=1)\n');
    assert.equal(nodes.length, 1);
    assert.deepEqual(
      Object.values(nodes[0]?.heat ?? {}).map(heat => heat?.level),
      Object.keys(nodes[0]?.heat ?? {}).map(() => 0),
    );
    assert.match(nodes[0]?.heat.cost?.text ?? '', /100 %/);
  });

  it('names nodes, their place in the tree and their lines of the text', () => {
    assert.deepEqual(
      lookup.nodes.map(node => [node.level, node.position, node.siblings, node.layer, node.title, node.object ?? '']),
      [
        [1, 1, 1, 'query', 'Limit', ''],
        [2, 1, 1, 'query', 'Index Scan Backward', 'idx_transactions_payer on transactions'],
        [3, 1, 2, 'storage', 'Storage Scan', 'idx_transactions_payer'],
        [4, 1, 1, 'storage', 'B-Tree Scan', 'idx_transactions_payer'],
        [3, 2, 2, 'storage', 'Storage Lookup', 'transactions'],
        [4, 1, 1, 'storage', 'B-Tree Lookup', 'transactions'],
      ],
    );
    const lines = lookup.text.split('\n');
    lookup.lineNodes.forEach((id, index) => {
      if (id >= 0 && lines[index]?.includes('cost=')) assert.equal(lookup.nodes[id]?.line, index + 1);
    });
    const own = lookup.lineNodes.flatMap((id, index) => (id === 4 ? [lines[index]?.trim().split(' ')[0]] : []));
    assert.deepEqual(own, ['->', 'Projections:']);
    assert.equal(lookup.lineNodes[lines.findIndex(line => line.includes('Planning Time'))], -1);
  });

  it('gives storage no time of its own, and the scan above all of it', () => {
    const [limit, scan, storage] = lookup.nodes;
    assert.deepEqual([limit?.cells.self, scan?.cells.self, storage?.cells.self], ['0.002 ms', '1.595 ms', '']);
    assert.equal(scan?.heat.time?.level, 4);
    assert.equal(storage?.heat.time, undefined);
    assert.deepEqual(lookup.top.find(({ metric }) => metric === 'time')?.nodes, [1]);
  });

  it('spreads the DPUs over the nodes so that they are the statement’s again, with a price', () => {
    const shown = showPlan({ name: 'test', text: recordedPlan('r06'), region: 'ap-northeast-2' });
    const sum = shown.document.nodes.reduce((all, node) => all + (node.dpu ?? 0), 0);
    assert.ok(Math.abs(sum - 1.51922) < 1e-4, String(sum));
    assert.match(shown.view.dpu?.price ?? '', /^\$15\.\d\d per million/);
    assert.match(shown.view.dpu?.note ?? '', /\$10 per million DPU in ap-northeast-2/);
  });

  it('draws every recorded plan, and a wide one, without overlaps and inside the drawing', () => {
    for (const plan of ['r06', 'r10', 'r14', 'r15', 'r18', 'd06']
      .map(name => view(recordedPlan(name)))
      .concat(view(largePlan(300)))) {
      assert.deepEqual(overlapping(plan), []);
      const { width, height, nodeWidth } = plan.drawing;
      for (const node of plan.nodes)
        assert.ok(node.x >= 0 && node.x + nodeWidth <= width && node.y >= 0 && node.y + node.height <= height);
      for (const node of plan.nodes)
        for (const child of node.children) assert.ok(plan.nodes[child]!.y >= node.y + node.height);
    }
    const { width, height } = view(largePlan(2_000)).drawing;
    assert.ok(width / height < 4 && height / width < 4, `${width} x ${height}`);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), text => {
        const shown = view(text);
        assert.equal(shown.lineNodes.length, shown.text.split('\n').length);
        planSvg(shown, 'time');
        planMarkdown(shown);
      }),
      { numRuns: 50 },
    );
    assert.equal(view('no plan').summary, 'No plan was found in this text.');
  });

  it('exports hostile names as text', () => {
    const hostile = '</text><script>alert(1)</script>```';
    const shown = showPlan({
      name: hostile,
      text: `Full Scan (btree-table) on t  (cost=1.00..2.00 rows=1 width=4)\n  Filter: (a = '${hostile}'::text)`,
      statement: hostile,
    }).view;
    const svg = planSvg(shown, 'cost');
    assert.ok(!svg.includes('<script'), svg);
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    const markdown = planMarkdown(shown);
    assert.ok(markdown.startsWith('# Plan: \\<\\/'.replace('\\/', '/')), markdown.slice(0, 60));
    assert.match(markdown, /\n````sql\n<\/text><script>alert\(1\)<\/script>```\n````\n/);
  });

  it('tells what changed between two plans', () => {
    const plan = (scan: string, ms: number, rows: number) =>
      showPlan({
        name: scan,
        text: [
          `${scan}  (cost=100.00..200.00 rows=3 width=36) (actual time=0.100..${ms.toFixed(3)} rows=3 loops=1)`,
          `  -> Storage Scan on t  (cost=100.00..200.00 rows=3 width=36) (actual rows=3 loops=1)`,
          `      -> B-Tree Scan on t  (cost=100.00..200.00 rows=3 width=36) (actual rows=${rows} loops=1)`,
          `Planning Time: 0.100 ms`,
          `Execution Time: ${ms.toFixed(3)} ms`,
        ].join('\n'),
      });
    const compared = comparePlanViews(
      plan('Full Scan (btree-table) on t', 900, 50_000),
      plan('Index Only Scan using i on t', 3, 3),
    );
    assert.equal(compared.better, 'after');
    assert.deepEqual(
      compared.facts.find(({ name }) => name === 'Rows read in storage'),
      { name: 'Rows read in storage', before: '50,000', after: '3', change: '16,667× less', better: true },
    );
    assert.equal(compared.rows[0]?.change, 'replaced');
    assert.deepEqual([compared.rows[0]?.before, compared.rows[0]?.after], [0, 0]);
  });

  it('restores only what a panel could have kept', () => {
    const source = { name: 'a', text: 'Result', statement: 'SELECT 1', connection: 'c', region: 'r', local: true };
    assert.deepEqual(restoredMemory({ source, place: {} }), source);
    for (const state of [
      undefined,
      null,
      7,
      {},
      { source: 1 },
      { source: { name: 'a' } },
      { source: { name: 1, text: 'x' } },
    ])
      assert.equal(restoredMemory(state), undefined);
    assert.equal(nameOfStatement('SELECT 1\n  FROM t'), 'SELECT 1 FROM t');
    assert.equal(nameOfStatement('x'.repeat(100)).length, 48);
  });
});
