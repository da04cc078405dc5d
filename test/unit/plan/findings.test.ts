import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { findingsOf } from '../../../src/core/plan/findings/find';
import { percent } from '../../../src/core/plan/findings/finding';
import { keyFor } from '../../../src/core/plan/findings/suggest-index';
import { parsePlan } from '../../../src/core/plan/parse';

const folder = path.join(__dirname, '../../fixtures/plans');
const fixture = (start: string): string =>
  fs.readFileSync(
    path.join(
      folder,
      fs.readdirSync(folder).find(f => f.startsWith(start))!,
    ),
    'utf8',
  );
const found = (text: string) => findingsOf(parsePlan(text));
const rules = (text: string): string[] => found(text).map(f => `${f.rule} ${f.severity}`);

/** A scan with its storage nodes, `read` rows at the tree, `sent` after Filters, `returned` after Filter. */
function scan(read: number, sent: number, returned: number, lines: string[] = []): string {
  return [
    `Full Scan (btree-table) on public.payments  (cost=100.00..900.00 rows=${returned} width=40) (actual time=1.000..90.000 rows=${returned} loops=1)`,
    ...lines,
    `  -> Storage Scan on public.payments  (cost=100.00..900.00 rows=${sent} width=40) (actual rows=${sent} loops=1)`,
    '      Projections: id, amount',
    "      Filters: ((payments.created_at > '2026-01-01'::date) AND (payments.payer = 7))",
    `      -> B-Tree Scan on public.payments  (cost=100.00..900.00 rows=${read} width=40) (actual rows=${read} loops=1)`,
  ].join('\n');
}

describe('shares in findings', () => {
  it('are called all only where they are', () => {
    assert.deepEqual([0, 0.374, 0.999, 0.99951, 1, 1.5].map(percent), [
      ...['0 %', '37.4 %', '99.9 %', 'over 99.9 %', '100 %', '150 %'],
    ]);
  });
});

describe('findings', () => {
  it('are none on good plans: a small full scan, an index scan, a point read, inserts', () => {
    for (const start of ['r01', 'r02', 'r05', 'r09', 'r10', 'r11', 'r14', 'r15', 'r20', 'd05', 'd06'])
      assert.deepEqual(rules(fixture(start)), [], start);
  });

  it('notice a Filter above storage in a plan that was not run, by its estimates', () => {
    assert.deepEqual(rules(fixture('d01')), ['query-processor-filter notice']);
  });

  it('notice any Filter above storage, also of few rows: it will cost more when there are more', () => {
    const one = (text: string) => {
      const [finding, ...others] = found(text);
      assert.deepEqual(others, []);
      assert.equal(`${finding?.rule} ${finding?.severity}`, 'query-processor-filter notice');
      return finding!;
    };
    const page = one(fixture('r18'));
    assert.match(page.observed, /on 869 rows that are expected to leave storage/);
    assert.match(page.recommendation, /row comparison .* UNION ALL/);
    assert.doesNotMatch(page.recommendation, /Nothing to do/);
    assert.match(one(fixture('d02')).recommendation, /key of the index/);
    assert.match(one(fixture('d01')).recommendation, /Patterns are matched by the query processor/);
    const few = one(scan(50, 50, 50, ["  Filter: (payments.note ~ '^[A-Za-z0-9]'::text)"]));
    assert.match(few.observed, /on 50 rows that left storage/);
    assert.match(few.recommendation, /Nothing to do for so few rows/);
    assert.match(one(scan(9, 9, 9, ['  Filter: (NOT (hashed SubPlan 1))'])).recommendation, /EXISTS/);
    const unknown = ['Full Scan (btree-table) on t', '  Filter: (length(b) > 3)', '  -> Storage Scan on t'].join('\n');
    assert.equal(one(unknown).observed, 'The query processor evaluates Filter: (length(b) > 3).');
    assert.deepEqual(rules('Seq Scan on t  (cost=1.00..2.00 rows=9 width=4)\n  Filter: (a = 1)'), []);
  });

  it('name a large table read whole for few rows, with the index that helps', () => {
    const [finding] = found(scan(50_000, 20, 20));
    assert.equal(finding!.rule, 'selective-full-scan');
    assert.equal(finding!.severity, 'severe');
    assert.match(finding!.observed, /All 50,000 rows of payments were read to return 20/);
    assert.equal(finding!.sql, 'CREATE INDEX ASYNC ON public.payments (payer, created_at) INCLUDE (id, amount)');
  });

  it('weigh a full scan by what it returns of what it read: a hundredth, a tenth, a thousand rows', () => {
    const returned = (rows: number): string[] => rules(scan(50_000, rows, rows));
    assert.deepEqual(returned(499), ['selective-full-scan severe']);
    assert.deepEqual(returned(500), ['selective-full-scan warning']);
    assert.deepEqual(returned(5_000), ['selective-full-scan warning']);
    assert.deepEqual(returned(5_001), []);
    assert.deepEqual(rules(scan(1_000, 20, 20)), ['selective-full-scan warning']);
    assert.deepEqual(rules(scan(999, 20, 20)), []);
  });

  it('leave a small table and an unselective filter alone', () => {
    assert.deepEqual(rules(scan(900, 2, 2)), []);
    assert.deepEqual(rules(scan(50_000, 30_000, 30_000)), []);
  });

  it('that the same index settles on one scan are one, the worst, with what each observed', () => {
    const [finding, ...others] = found(
      [
        'Full Scan (btree-table) on public.payments  (cost=100.00..900.00 rows=20 width=40) (actual time=1.000..90.000 rows=20 loops=1)',
        '  Filter: (payments.payer = 7)',
        '  Rows Removed by Filter: 49980',
        '  -> Storage Scan on public.payments  (cost=100.00..900.00 rows=50000 width=40) (actual rows=50000 loops=1)',
        '      Projections: id, amount, payer',
        '      -> B-Tree Scan on public.payments  (cost=100.00..900.00 rows=50000 width=40) (actual rows=50000 loops=1)',
      ].join('\n'),
    );
    assert.deepEqual(others, []);
    assert.equal(finding?.severity, 'severe');
    assert.match(finding?.sql ?? '', /^CREATE INDEX ASYNC ON public\.payments \(payer\)/);
    assert.match(finding?.observed ?? '', /All 50,000 rows of payments were read/);
    assert.match(finding?.observed ?? '', /50,000 rows left storage and 100 % of them|over 99\.9 %/);
  });

  it('name rows that travelled for a Filter, by the share thrown away', () => {
    const filter = ["  Filter: (payments.note ~~ '%x%'::text)"];
    assert.deepEqual(rules(scan(10_000, 10_000, 9_000, filter)), []);
    assert.deepEqual(rules(scan(10_000, 10_000, 8_999, filter)), ['query-processor-filter warning']);
    assert.deepEqual(rules(scan(10_000, 10_000, 5_000, filter)), ['query-processor-filter warning']);
    assert.deepEqual(rules(scan(10_000, 10_000, 4_999, filter)), ['query-processor-filter severe']);
    assert.deepEqual(rules(scan(10_000, 10_000, 7_000, filter)), ['query-processor-filter warning']);
    assert.deepEqual(rules(scan(10_000, 10_000, 4_000, filter)), ['query-processor-filter severe']);
  });

  it('name many look-ups, with the covering index', () => {
    const lookups = (rows: number) =>
      [
        `Index Scan using by_payer on payments  (cost=100.00..900.00 rows=${rows} width=40) (actual time=1.000..90.000 rows=${rows} loops=1)`,
        '  Index Cond: (payer = 7)',
        `  -> Storage Scan on by_payer  (cost=100.00..900.00 rows=${rows} width=40 loops=1) (actual rows=${rows} loops=1)`,
        `      -> B-Tree Scan on by_payer  (cost=100.00..900.00 rows=${rows} width=40 loops=1) (actual rows=${rows} loops=1)`,
        '          Index Cond: (payer = 7)',
        `  -> Storage Lookup on payments  (cost=100.00..900.00 rows=${rows} width=40 loops=1) (actual rows=${rows} loops=1)`,
        '      Projections: payer, amount',
        `      -> B-Tree Lookup on payments  (cost=100.00..900.00 rows=${rows} width=40 loops=1) (actual rows=${rows} loops=1)`,
      ].join('\n');
    assert.deepEqual(rules(lookups(10_000)), []);
    const [finding] = found(lookups(10_001));
    assert.equal(finding!.rule, 'many-lookups');
    assert.equal(finding!.sql, 'CREATE INDEX ASYNC ON payments (payer) INCLUDE (amount)');
  });

  it('name tables that were never analysed', () => {
    assert.deepEqual(rules(fixture('r03')), ['never-analysed warning']);
    assert.equal(found(fixture('r03'))[0]!.sql, 'ANALYZE dpu_test.read_raw_fullscan_1rows');
    const million = (top: string[]) =>
      [
        ...top,
        `${top.length ? '  ->  ' : ''}Index Only Scan using t_pkey on t  (cost=100.00..900.00 rows=1000000 width=4) (actual time=1.000..2.000 rows=10 loops=1)`,
      ].join('\n');
    assert.deepEqual(rules(million([])), ['never-analysed warning']);
    const limit = 'Limit  (cost=100.00..100.01 rows=10 width=4) (actual time=1.000..2.000 rows=10 loops=1)';
    assert.deepEqual(rules(million([limit])), [], 'a million rows there may be');
    const known = { tables: [{ name: 't', reltuples: 1_000_000, indexes: [] }] };
    assert.deepEqual(
      findingsOf(parsePlan(million([])), undefined, known).map(f => f.rule),
      ['estimate-error'],
    );
    const [finding, ...others] = found(fixture('r06')).filter(f => f.rule === 'never-analysed');
    assert.deepEqual(others, [], 'one ANALYZE, one finding');
    assert.deepEqual(
      [finding!.node, ...finding!.nodes!].map(n => n.alias),
      ['t1', 't2', 't3', 't4'],
    );
    assert.match(finding!.observed, /^The planner expected exactly 1,000,000 rows of \S+, and 50 came\.$/);
  });

  it('name estimates that are far off, where the error starts, and not below a LIMIT', () => {
    const plan = (expected: number, rows: number, top: string, middle = 'Sort', got = 5) =>
      [
        `${top}  (cost=1.00..2.00 rows=5 width=4) (actual time=0.100..9.000 rows=${got} loops=1)`,
        `  ->  ${middle}  (cost=1.00..2.00 rows=${expected} width=4) (actual time=0.100..9.000 rows=${rows} loops=1)`,
        `        ->  Function Scan on f  (cost=1.00..2.00 rows=${expected} width=4) (actual time=0.100..8.000 rows=${rows} loops=1)`,
      ].join('\n');
    assert.deepEqual(rules(plan(1000, 4000, 'Aggregate')), []);
    assert.deepEqual(rules(plan(1000, 5000, 'Aggregate')), ['estimate-error warning']);
    assert.equal(found(plan(1000, 60_000, 'Aggregate'))[0]!.node.type, 'Function Scan');
    assert.deepEqual(rules(plan(100_000, 5, 'Limit', 'Unique')), []);
    // a Sort takes all there is, and a Limit that asked for more than came has stopped nothing
    assert.deepEqual(rules(plan(100_000, 5, 'Limit')), ['estimate-error severe']);
    assert.deepEqual(rules(plan(100_000, 4, 'Limit', 'Unique', 4)), ['estimate-error severe']);
    // a tenth: the planner did not know the number
    assert.deepEqual(rules(plan(50, 2_000, 'Limit', 'Unique', 2)), ['estimate-error warning']);
    assert.deepEqual(rules(plan(50, 4, 'Limit', 'Unique', 4)), []);
  });

  it('name nested loops that ran far more often than expected', () => {
    const text = [
      'Nested Loop  (cost=1.00..2.00 rows=500 width=4) (actual time=0.100..90.000 rows=500 loops=1)',
      '  ->  Function Scan on f  (cost=1.00..2.00 rows=10 width=4) (actual time=0.100..1.000 rows=500 loops=1)',
      '  ->  Function Scan on g  (cost=1.00..2.00 rows=1 width=4) (actual time=0.100..0.170 rows=1 loops=500)',
    ].join('\n');
    assert.deepEqual(rules(text), ['nested-loop-amplification severe', 'estimate-error severe']);
  });

  it('name joins without a condition, once, and no others', () => {
    const [finding, ...others] = found(fixture('r06')).filter(f => f.rule === 'cross-join');
    assert.deepEqual(others, [], 'three joins above each other');
    assert.equal(finding!.observed, 'Each of 125,000 rows met each of 50: 6,250,000 pairs.');
    const join = (inner: number, property = '', title = 'Nested Loop', condition = '') =>
      [
        `${title}  (cost=1.00..2.00 rows=500 width=4) (actual time=0.100..9.000 rows=500 loops=1)`,
        ...(property === '' ? [] : [`  ${property}`]),
        '  ->  Full Scan (btree-table) on a  (cost=1.00..2.00 rows=100 width=4) (actual time=0.100..1.000 rows=100 loops=1)',
        `  ->  Full Scan (btree-table) on b  (cost=1.00..2.00 rows=${inner} width=4) (actual time=0.001..0.002 rows=${inner} loops=100)`,
        ...(condition === '' ? [] : [`        ${condition}`]),
      ].join('\n');
    const named = (text: string) => rules(text).filter(rule => rule.startsWith('cross'));
    assert.deepEqual(named(join(100)), ['cross-join warning']);
    assert.deepEqual(named(join(100, '', 'Nested Loop', 'Filter: (b.x > 1)')), ['cross-join warning']);
    assert.deepEqual(named(join(100).replaceAll(/ \(actual.*\)/g, '')), ['cross-join notice']);
    const few = (outer: number, inner: number): string =>
      join(inner).replace(
        /rows=100 width=4\) \(actual time=0.100..1.000 rows=100/,
        `rows=${outer} width=4) (actual time=0.100..1.000 rows=${outer}`,
      );
    assert.deepEqual(named(few(2, 5_000)), ['cross-join warning']);
    assert.deepEqual(named(few(1, 10_000)), [], 'one row is no multiplication');
    for (const quiet of [
      join(99),
      join(100, 'Join Filter: (a.x > b.x)'),
      join(100, '', 'Nested Loop Semi Join'),
      join(100, '', 'Nested Loop', 'Filter: (b.x > a.x)'),
      join(100, '', 'Nested Loop', 'Filter: (b.x > $0)'),
    ])
      assert.deepEqual(named(quiet), [], quiet);
  });

  it('name hash tables that grew, in both spellings', () => {
    const hash = (buckets: string) =>
      `Hash  (cost=1.00..2.00 rows=9 width=4) (actual time=0.100..1.000 rows=9 loops=1)\n  Buckets: ${buckets}  Batches: 1  Memory Usage: 9kB`;
    assert.deepEqual(rules(hash('originally 1024, now 4096')), ['hash-resize notice']);
    assert.deepEqual(rules(hash('4096 (originally 1024)')), ['hash-resize notice']);
    assert.deepEqual(rules(hash('1024')), []);
  });

  it('name wide projections', () => {
    const wide = (columns: number, bytes: number) =>
      [
        `Full Scan (btree-table) on t  (cost=1.00..2.00 rows=1 width=${bytes})`,
        `  -> Storage Scan on t  (cost=1.00..2.00 rows=1 width=${bytes})`,
        `      Projections: ${Array.from({ length: columns }, (_, i) => `c${i}`).join(', ')}`,
      ].join('\n');
    assert.deepEqual(rules(wide(49, 5000)), []);
    assert.deepEqual(rules(wide(50, 100)), ['wide-projection notice']);
    assert.deepEqual(rules(wide(3, 5001)), ['wide-projection notice']);
  });

  it('suggest columns with equality first, and none for OR', () => {
    assert.deepEqual(keyFor({}, "((a > 1) AND (t.b = 2) AND ((c)::text = 'x'::text))"), ['b', 'c', 'a']);
    assert.deepEqual(keyFor({}, '(("Order".id = 1) OR (b = 2))'), []);
    assert.deepEqual(keyFor({}, '(payer_id = 1)'), ['payer_id']);
    assert.deepEqual(keyFor({}, undefined), []);
  });
});
