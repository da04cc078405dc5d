import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { comparePlans } from '../../../src/core/plan/compare/compare';
import type { PlanDocumentOptions } from '../../../src/core/plan/contract';
import { planDocument } from '../../../src/core/plan/document';
import { readPlans } from '../../../src/core/plan/read-plans';
import { slowPlan } from '../../support/plans';

const folder = path.join(__dirname, '../../fixtures/plans');
const fixture = (start: string): string =>
  fs.readFileSync(
    path.join(
      folder,
      fs.readdirSync(folder).find(f => f.startsWith(start))!,
    ),
    'utf8',
  );
const document = (text: string, options?: PlanDocumentOptions) => planDocument(readPlans(text)[0]!, options);
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe('plan document', () => {
  it('is plain data whose ids fit together', () => {
    for (const name of fs.readdirSync(folder).filter(f => f.endsWith('.txt'))) {
      const plan = document(fs.readFileSync(path.join(folder, name), 'utf8'));
      assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan, name);
      plan.nodes.forEach((node, id) => {
        assert.equal(node.id, id);
        for (const child of node.children) assert.equal(plan.nodes[child]!.parent, id);
        for (const heat of Object.values(node.heat)) assert.ok(heat >= 0 && heat <= 1 + 1e-9);
        assert.ok(plan.text.split('\n')[node.line! - 1]!.includes(node.title.slice(0, 10)), name);
      });
      plan.findings.forEach((f, id) => {
        assert.equal(f.id, id);
        for (const node of f.nodes) assert.ok(plan.nodes[node]!.findings.includes(id));
      });
    }
  });

  it('puts the time of CTEs and InitPlans where they ran, once', () => {
    const plan = document(
      [
        'Limit  (cost=30.00..31.00 rows=2 width=12) (actual time=20.000..21.000 rows=2 loops=1)',
        '  CTE recent',
        '    ->  Seq Scan on t  (cost=0.00..20.00 rows=9 width=8) (actual time=0.100..12.000 rows=9 loops=1)',
        '  InitPlan 2 (returns $1)',
        '    ->  Seq Scan on u  (cost=0.00..5.00 rows=1 width=8) (actual time=0.100..3.000 rows=1 loops=1)',
        '  ->  CTE Scan on recent  (cost=0.00..1.00 rows=9 width=12) (actual time=4.000..20.000 rows=2 loops=1)',
        '        Filter: (a > $1)',
      ].join('\n'),
    );
    const exclusive = Object.fromEntries(plan.nodes.map(n => [n.title, n.exclusiveMs]));
    near(exclusive['Limit'], 1);
    near(exclusive['CTE Scan on recent'], 20 - 12 - 3);
    near(exclusive['Seq Scan on t'], 12);
    near(
      plan.nodes.reduce((sum, n) => sum + (n.exclusiveMs ?? 0), 0),
      21,
    );
    assert.equal(plan.totals.rowsRead, 10);
  });

  it('counts a SubPlan on its own node, loops once, and what never ran as nothing', () => {
    const plan = document(
      [
        'Seq Scan on t  (cost=0.00..9.00 rows=10 width=8) (actual time=0.100..50.000 rows=10 loops=1)',
        '  SubPlan 1',
        '    ->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=8) (actual time=0.100..4.000 rows=3 loops=10)',
        '  SubPlan 2',
        '    ->  Seq Scan on v  (cost=0.00..1.00 rows=1 width=8) (never executed)',
      ].join('\n'),
    );
    near(plan.nodes[0]!.exclusiveMs, 10);
    assert.deepEqual(
      plan.nodes.map(n => [n.rows, n.inclusiveMs]),
      [
        [10, 50],
        [30, 40],
        [0, 0],
      ],
    );
  });

  it('takes processes side by side for what the clock showed', () => {
    const plan = document(
      [
        'Gather  (cost=0.00..9.00 rows=10 width=8) (actual time=1.000..30.000 rows=300 loops=1)',
        '  Workers Planned: 2',
        '  Workers Launched: 2',
        '  ->  Parallel Seq Scan on t  (cost=0.00..9.00 rows=10 width=8) (actual time=0.100..24.000 rows=100 loops=3)',
        '        Rows Removed by Filter: 50',
      ].join('\n'),
    );
    near(plan.nodes[1]!.inclusiveMs, 24);
    near(plan.nodes[0]!.exclusiveMs, 6);
    assert.equal(plan.nodes[1]!.rows, 300);
    assert.equal(plan.totals.rowsRead, 450);
  });

  it('prices a run as its own transaction, by Region and by a table of one’s own', () => {
    const text = fixture('r09');
    const { cost } = document(text);
    near(cost!.billedDpu, 0.00742 + 0.00375 + 0.05);
    near(cost!.usdPerMillionRuns, (0.00742 + 0.00375 + 0.05) * 8);
    near(cost!.parts.find(p => p.name === 'Write')!.minimumUsed, 0.125);
    near(cost!.minimumShare, 1 - (0.00742 + 0.00236 + 0.00625) / cost!.billedDpu);
    near(document(text, { region: 'ap-northeast-3' }).cost!.usdPerMillionRuns, cost!.billedDpu * 10);
    assert.equal(document(text, { region: 'eu-west-9' }).cost!.priceConfirmed, false);
    const prices = [{ region: 'x', usdPerMillionDpu: 2, usdPerGbMonth: 1, asOf: '2026-01-01', source: 'own' }];
    near(document(text, { region: 'x', prices }).cost!.usdPerMillionRuns, cost!.billedDpu * 2);
    assert.equal(document(fixture('r14')).cost, undefined);
  });

  it('shares the DPU out to the nodes, and loses none', () => {
    for (const start of ['r01', 'r03', 'r06', 'r09', 'd05']) {
      const plan = document(fixture(start));
      const shared = plan.nodes.reduce((sum, n) => sum + (n.dpu ?? 0), 0);
      const parts = plan.footer.dpu!.filter(
        p => p.name !== 'Total' && (p.name !== 'Read' || plan.totals.rowsRead! > 0),
      );
      near(
        shared,
        parts.reduce((sum, p) => sum + p.dpu, 0),
      );
    }
  });
});

/** A scan of `payments` with its storage nodes. */
function plan(scan: string, tree: string, read: number, returned: number, ms: number, lookups = false): string {
  const group = (rows: number) => `(cost=100.00..${read}.00 rows=${rows} width=40)`;
  return [
    `${scan}  ${group(returned)} (actual time=1.000..${ms}.000 rows=${returned} loops=1)`,
    `  -> Storage Scan on ${tree}  ${group(returned)} (actual rows=${returned} loops=1)`,
    `      -> B-Tree Scan on ${tree}  ${group(read)} (actual rows=${read} loops=1)`,
    ...(lookups
      ? [
          `  -> Storage Lookup on payments  ${group(returned)} (actual rows=${returned} loops=1)`,
          `      -> B-Tree Lookup on payments  ${group(returned)} (actual rows=${returned} loops=1)`,
        ]
      : []),
    `Execution Time: ${ms}.000 ms`,
  ].join('\n');
}

describe('two plans compared', () => {
  const full = document(plan('Full Scan (btree-table) on payments', 'payments', 1_000_000, 3, 900));
  const covered = document(plan('Index Only Scan using by_payer on payments', 'by_payer', 3, 3, 2));
  const looked = document(plan('Index Scan using by_payer on payments', 'by_payer', 3, 3, 4, true));

  it('say that the index is used now, with the rows', () => {
    const comparison = comparePlans(full, covered);
    assert.equal(comparison.verdict[0], 'The index by_payer is used now: 1,000,000 → 3 rows read.');
    assert.match(comparison.verdict[1]!, /^Execution: 900 → 2 ms, 450 times less/);
    assert.equal(comparison.better, 'after');
    assert.deepEqual(comparison.nodes[0], {
      before: 0,
      after: 0,
      change: 'replaced',
      exclusiveMs: -898,
      rows: 0,
      rowsRead: -999_997,
      lookups: 0,
      cost: 3 - 1_000_000,
    });
    assert.deepEqual(
      comparison.measures.find(m => m.name === 'rowsRead'),
      { name: 'rowsRead', before: 1_000_000, after: 3, factor: 3 / 1_000_000 },
    );
  });

  it('tell no rows where only one of them was run', () => {
    const notRun = document(full.text.replaceAll(/ \(actual[^)]*\)|\nExecution.*/g, ''));
    const { verdict } = comparePlans(notRun, covered);
    assert.ok(verdict.includes('The index by_payer is used now.'), verdict.join('\n'));
    assert.ok(verdict.includes('Only one of the plans was analysed: times and rows cannot be compared.'));
  });

  it('say so the other way round, and when an index covers', () => {
    const back = comparePlans(covered, full);
    assert.equal(back.better, 'before');
    assert.ok(back.verdict.includes('The index by_payer is not used any more: 3 → 1,000,000 rows read.'));
    assert.ok(
      comparePlans(looked, covered).verdict.includes(
        'The index covers the query now: no look-ups in the table any more.',
      ),
    );
    assert.deepEqual(
      comparePlans(looked, covered)
        .nodes.filter(n => n.change === 'removed')
        .map(n => looked.nodes[n.before!]!.type),
      ['Storage Lookup', 'B-Tree Lookup'],
    );
  });

  it('of a write that one more index makes dearer are no worse plan', () => {
    const text = fixture('d05');
    const dearer = document(
      text.replace('Write: 0.01875', 'Write: 0.03750').replace('Total: 0.03732', 'Total: 0.05607'),
    );
    const { better, verdict } = comparePlans(document(text), dearer);
    assert.equal(better, 'before');
    assert.equal(verdict[0], 'The write costs more.');
    assert.equal(comparePlans(covered, full).verdict[0], 'The plan got worse.');
  });

  it('of one run against itself are the same', () => {
    for (const start of ['r01', 'r06', 'r15', 'd06', 'r20']) {
      const own = document(fixture(start));
      const comparison = comparePlans(own, own);
      assert.equal(comparison.better, 'same');
      assert.ok(comparison.nodes.every((n, i) => n.before === i && n.after === i && n.change === 'same'));
      assert.deepEqual(comparison.verdict, ['The plans do not differ beyond noise.']);
    }
  });

  it('say the better one of which storage reads less, then of DPU and time, beyond what varies by itself', () => {
    const run = (rows: number, ms: number, dpu?: number) =>
      document(
        slowPlan
          .replaceAll('rows=120000', `rows=${rows}`)
          .replace('31.400', String(ms))
          .concat(dpu === undefined ? '' : `Statement DPU Estimate:\n  Read: ${dpu} DPU\n  Total: ${dpu} DPU\n`),
      );
    const judged = (before: ReturnType<typeof run>, after: ReturnType<typeof run>) =>
      comparePlans(before, after).better;
    assert.equal(judged(run(1_000, 100), run(900, 100)), 'same');
    assert.equal(judged(run(1_000, 100), run(890, 100)), 'after');
    assert.equal(judged(run(890, 100), run(1_000, 100)), 'before');
    assert.equal(judged(run(1_000, 100), run(1_000, 71)), 'same');
    assert.equal(judged(run(1_000, 100), run(1_000, 69)), 'after');
    assert.equal(judged(run(1_000, 69), run(1_000, 100)), 'before');
    assert.equal(judged(run(1_000, 100), run(500, 200)), 'unclear');
    assert.equal(judged(run(1_000, 100, 0.01), run(1_000, 100, 0.02)), 'before');
    assert.equal(judged(run(500, 100, 0.01), run(1_000, 100, 0.02)), 'before');
  });

  it('that read nothing from storage are judged by their times, not by what was guessed before they ran', () => {
    const write = (cost: string, ms: number) =>
      document(
        [
          `Insert on public.t  (cost=0.00..${cost} rows=0 width=0) (actual time=0.900..${ms} rows=0 loops=1)`,
          `  ->  Result  (cost=0.00..${cost} rows=1 width=8) (actual time=0.001..0.001 rows=1 loops=1)`,
          `Execution Time: ${ms} ms`,
        ].join('\n'),
      );
    assert.equal(comparePlans(write('10.00', 100), write('20.00', 10)).better, 'after');
    assert.equal(comparePlans(write('10.00', 100), write('20.00', 100)).better, 'same');
    const planned = (cost: string) => document(`Result  (cost=0.00..${cost} rows=1 width=8)`);
    assert.equal(comparePlans(planned('10.00'), planned('20.00')).better, 'before');
  });

  it('of quick statements do not differ by parts of a millisecond, and no sentence says that they do', () => {
    const quick = (ms: number) => document(slowPlan.replace('31.400', String(ms)));
    for (const [before, after] of [
      [0.3, 0.1],
      [0.1, 1.9],
    ] as const) {
      const { better, verdict } = comparePlans(quick(before), quick(after));
      assert.deepEqual([better, verdict], ['same', ['The plans do not differ beyond noise.']]);
    }
    assert.deepEqual(comparePlans(quick(4), quick(1)).verdict, ['Execution: 4 → 1 ms, 4 times less.']);
  });

  it('hold every node of both plans once', () => {
    const [before, after] = [document(fixture('r06')), document(fixture('r15'))];
    const { nodes } = comparePlans(before, after);
    const ids = (pick: 'before' | 'after') => nodes.flatMap(n => n[pick] ?? []).sort((a, b) => a - b);
    assert.deepEqual(ids('before'), [...before.nodes.keys()]);
    assert.deepEqual(ids('after'), [...after.nodes.keys()]);
  });
});
