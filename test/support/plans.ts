import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../src/build/repository';

const folder = path.join(repositoryRoot(), 'test', 'fixtures', 'plans');

/** A recorded plan whose file name starts so. */
export function recordedPlan(start: string): string {
  const name = fs.readdirSync(folder).find(file => file.startsWith(start));
  if (name === undefined) throw new Error(`no recorded plan starts with ${start}`);
  return fs.readFileSync(path.join(folder, name), 'utf8');
}

/** An analysed plan of about `nodes` nodes: an Append of index scans with their storage nodes, five nodes each. */
export function largePlan(nodes: number): string {
  const scans = Math.ceil((nodes - 1) / 5);
  const lines = [
    `Append  (cost=0.00..9999.00 rows=${scans * 10} width=36) (actual time=0.100..${scans}.000 rows=${scans * 10} loops=1)`,
  ];
  for (let i = 0; i < scans; i++) {
    const cost = `(cost=100.54..208.56 rows=10 width=36)`;
    const actual = `(actual rows=10 loops=1)`;
    lines.push(
      `  ->  Index Scan using idx_${i} on part_${i}  ${cost} (actual time=0.010..${(0.1 + (i % 7) / 10).toFixed(3)} rows=10 loops=1)`,
      `        Index Cond: (payer_id = ${i})`,
      `        -> Storage Scan on idx_${i} ${cost} ${actual}`,
      `            -> B-Tree Scan on idx_${i} ${cost} ${actual}`,
      `                Index Cond: (payer_id = ${i})`,
      `        -> Storage Lookup on part_${i} ${cost} ${actual}`,
      `            Projections: id, payer_id`,
      `            -> B-Tree Lookup on part_${i} ${cost} ${actual}`,
    );
  }
  return [...lines, 'Planning Time: 1.000 ms', `Execution Time: ${scans}.100 ms`, ''].join('\n');
}

/** A large table read whole for few rows: an index on `payer_id` is what it wants. */
export const slowPlan = `Full Scan (btree-table) on public.transactions  (cost=100.00..9000.00 rows=240 width=8) (actual time=0.900..31.000 rows=240 loops=1)
  Output: amount
  -> Storage Scan on public.transactions  (cost=100.00..9000.00 rows=240 width=8) (actual rows=240 loops=1)
      Projections: amount
      Filters: (payer_id = 42)
      Rows Filtered: 119760
      -> B-Tree Scan on public.transactions  (cost=100.00..9000.00 rows=120000 width=8) (actual rows=120000 loops=1)
Planning Time: 0.100 ms
Execution Time: 31.400 ms
`;
