import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { PlanDocument } from '../../../src/core/plan/contract';
import { planDocument } from '../../../src/core/plan/document';
import { printPlan } from '../../../src/core/plan/print';
import { parsePlan } from '../../../src/core/plan/parse';
import { readPlans } from '../../../src/core/plan/read-plans';

const FILTER = 'query-processor-filter';

/** True when a scan with storage nodes has a Filter of its own. */
const filtered = ({ nodes }: PlanDocument): boolean =>
  nodes.some(n => n.properties.some(p => p.name === 'Filter') && n.children.some(c => nodes[c]!.layer === 'storage'));

describe('plans from real life', () => {
  it('come out of a mail that was wrapped at 72 columns, with the prose named', () => {
    const text = [
      'Hi team,',
      '',
      'this is slow:',
      '',
      '> Limit  (cost=417.28..512.05 rows=1 width=172) (actual',
      '> time=0.010..0.011 rows=1 loops=1)',
      '>   ->  Index Scan using idx_dispatch_queue on',
      '> workflow_dispatch  (cost=417.28..512.05 rows=1 width=172) (actual',
      '> time=0.010..0.011 rows=1 loops=1)',
      ">         Index Cond: ((queue_namespace = 'x'::uuid) AND",
      "> (queue_key = 'y'::text))",
      '>         -> Storage Scan on idx_dispatch_queue',
      '> (cost=417.28..512.05 rows=869 width=172 loops=1) (actual rows=1 loops=1)',
      '>             -> B-Tree Scan on idx_dispatch_queue  (cost=417.28..512.05',
      '> rows=869 width=172 loops=1) (actual rows=1 loops=1)',
      '> Planning Time: 0.100 ms',
      '> Execution Time: 2.300 ms',
      '',
      'Any idea?',
    ].join('\n');
    const plan = planDocument(readPlans(text)[0]!);
    assert.deepEqual(
      plan.nodes.map(n => [n.type, n.depth, n.index ?? n.relation, n.rows]),
      [
        ['Limit', 0, undefined, 1],
        ['Index Scan', 1, 'idx_dispatch_queue', 1],
        ['Storage Scan', 2, 'idx_dispatch_queue', 1],
        ['B-Tree Scan', 3, 'idx_dispatch_queue', 1],
      ],
    );
    assert.equal(plan.totals.executionMs, 2.3);
    assert.deepEqual(
      plan.unparsed.map(u => u.line),
      [1, 3, 19],
    );
    assert.equal(printPlan(parsePlan(text)), text);
  });

  it('of the local cluster have a finding only where a Filter stands above storage', () => {
    const folder = path.join(__dirname, '../../local/explain/golden');
    const found: string[] = [];
    for (const name of fs.readdirSync(folder).filter(f => f.endsWith('.txt'))) {
      // times are kept out of these recordings
      const text = fs
        .readFileSync(path.join(folder, name), 'utf8')
        .replace(/\bT\.\.T\b/g, '0.100..0.200')
        .replace(/: T\b/g, ': 0.200');
      const plan = planDocument(readPlans(text)[0]!);
      assert.deepEqual(plan.unparsed, [], name);
      assert.deepEqual([...new Set(plan.findings.map(f => f.rule))].join(), filtered(plan) ? FILTER : '', name);
      found.push(...plan.findings.filter(f => f.severity !== 'notice').map(f => `${name}: ${f.rule}`));
    }
    assert.deepEqual(found, [`13-regex-full-scan.txt: ${FILTER}`]);
  });

  it('of eight thousand nodes are read and measured', () => {
    const node = (i: number) =>
      `  ->  Index Scan using i${i} on t${i}  (cost=0.00..9.00 rows=5 width=4) (actual time=0.100..0.200 rows=5 loops=1)\n        Index Cond: (a = ${i})`;
    const text = `Append  (cost=0.00..9.00 rows=5 width=4) (actual time=0.100..900.000 rows=5 loops=1)\n${Array.from({ length: 8_000 }, (_, i) => node(i)).join('\n')}`;
    assert.equal(planDocument(readPlans(text)[0]!).nodes.length, 8_001);
  });
});
