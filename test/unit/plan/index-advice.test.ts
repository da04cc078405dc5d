import assert from 'node:assert/strict';
import type { CatalogFacts, IndexFacts } from '../../../src/core/plan/findings/catalog-facts';
import { findingsOf } from '../../../src/core/plan/findings/find';
import { columnsOf, conditions } from '../../../src/core/plan/findings/predicate';
import { keyFor } from '../../../src/core/plan/findings/suggest-index';
import { measurePlan } from '../../../src/core/plan/measures';
import { walk } from '../../../src/core/plan/model';
import { parsePlan } from '../../../src/core/plan/parse';

const found = (text: string, catalog?: CatalogFacts) => findingsOf(parsePlan(text), undefined, catalog);
const at = (rows: number, loops = 1) => `(cost=1.00..9.00 rows=${rows} width=40) (actual rows=${rows} loops=${loops})`;
const timed = (rows: number, loops = 1) =>
  `(cost=1.00..9.00 rows=${rows} width=40) (actual time=0.100..0.200 rows=${rows} loops=${loops})`;

function indexScan(filters: string, sent: number, lookups = false): string {
  return [
    `Index Scan using by_tenant on orders  ${timed(sent)}`,
    '  Index Cond: (tenant_id = 42)',
    `  -> Storage Scan on by_tenant  ${at(sent)}`,
    '      Projections: tenant_id, id, total',
    ...(filters ? [`      Filters: ${filters}`] : []),
    `      -> B-Tree Scan on by_tenant  ${at(50_000)}`,
    ...(lookups
      ? [
          `  -> Storage Lookup on orders  ${at(sent)}`,
          '      Projections: id, note',
          `      -> B-Tree Lookup on orders  ${at(sent)}`,
        ]
      : []),
  ].join('\n');
}

const orders = (...indexes: IndexFacts[]): CatalogFacts => ({ tables: [{ name: 'orders', indexes }] });

describe('indexes that plans ask for', () => {
  it('serve only conditions that an index of the column can look up', () => {
    const kinds = (text: string) => conditions(text, { relation: 'c' }).map(c => c.column ?? c.kind);
    assert.deepEqual(kinds("((created_at)::date = '2026-01-01'::date)"), ['other']);
    assert.deepEqual(kinds("((status)::text = 'a'::text)"), ['status']);
    assert.deepEqual(kinds('(payer_id = payee_id)'), ['other']);
    assert.deepEqual(kinds('(payer_id = (payee_id + 1))'), ['other']);
    assert.deepEqual(kinds('(o.c_id = c.id)'), ['id']);
    assert.deepEqual(kinds('(c.id = o.c_id)'), ['id']);
    assert.deepEqual(kinds('(o.a = o.b)'), ['other']);
    assert.deepEqual(kinds("(a = ANY ('{1,2}'::integer[]))"), ['a']);
    assert.deepEqual(kinds('(a = (InitPlan 1).col1)'), ['a']);
    assert.deepEqual(kinds('("Straße" > \'2025-01-01 00:00:00+00\'::timestamp with time zone)'), ['Straße']);
    assert.deepEqual(kinds('(straße = $1)'), ['straße']);
    assert.deepEqual(kinds("(ROW(a, b) > ROW('3'::smallint, 'x'::text))"), ['other']);
  });

  it('are no help to a condition on a cast, which storage has left to the query processor', () => {
    const text = [
      `Full Scan (btree-table) on orders  ${timed(5)}`,
      "  Filter: ((id)::text = '7'::text)",
      `  -> Storage Scan on orders  ${at(5_000)}`,
      '      Projections: id',
      `      -> B-Tree Scan on orders  ${at(5_000)}`,
    ].join('\n');
    for (const finding of found(text)) assert.equal(finding.sql, undefined, finding.rule);
    const advice = found(text, orders({ name: 'orders_pkey', key: ['id'], valid: true, primary: true })).map(
      finding => finding.recommendation,
    );
    assert.match(advice.join(), /orders_pkey starts with id.*compare id itself.*without.*a cast/);
  });

  it('hold what a predicate names, in whatever way', () => {
    const text = `((lower(t.note) ~~ '%it''s%'::text) AND (o.x = t."B c") AND (EXTRACT(year FROM at) = '2026'::numeric) AND active AND (a IS NOT NULL))`;
    assert.deepEqual(columnsOf(text, { relation: 't' }), ['note', 'B c', 'at', 'active', 'a']);
    assert.deepEqual(columnsOf("(x = 'y'::timestamp(3) without time zone)", { relation: 't' }), ['x']);
  });

  it('have no more key columns than DSQL takes', () => {
    const nine = Array.from({ length: 9 }, (_, i) => `(c${i} = 1)`).join(' AND ');
    assert.equal(keyFor({}, `(${nine})`).length, 8);
  });

  it('are asked for where a filter stands behind an index condition', () => {
    const [finding] = found(indexScan("((status)::text = 'pending'::text)", 20));
    assert.equal(`${finding!.rule} ${finding!.severity}`, 'filter-behind-index severe');
    assert.match(finding!.observed, /50,000 entries of by_tenant were read and over 99.9 % of them removed/);
    assert.equal(finding!.sql, 'CREATE INDEX ASYNC ON orders (tenant_id, status) INCLUDE (id, total)');
    for (const [left, severity] of [
      [500, 'severe'],
      [501, 'warning'],
      [24_999, 'warning'],
      [25_000, 'notice'],
      [44_999, 'notice'],
    ] as const)
      assert.deepEqual(
        found(indexScan('(total > 3)', left)).map(f => f.severity),
        [severity],
        `${left} of 50,000`,
      );
    assert.deepEqual(found(indexScan('(total > 3)', 45_000)), []);
    const [like] = found(indexScan("(note ~~ '%x%'::text)", 20));
    assert.equal(like!.sql, undefined);
  });

  it('are asked for in plans without storage nodes too', () => {
    const [finding] = found(
      ` Seq Scan on orders  ${timed(97)}\n   Filter: ((status)::text = 'pending'::text)\n   Rows Removed by Filter: 999903`,
    );
    assert.equal(finding!.rule, 'selective-full-scan');
    assert.equal(finding!.sql, 'CREATE INDEX ASYNC ON orders (status)');
  });

  it('name the inner table’s own column, and how often it was read', () => {
    const [finding] = found(
      [
        `Nested Loop  ${timed(2_000)}`,
        `  ->  Function Scan on f o  ${timed(2_000)}`,
        `  ->  Full Scan (btree-table) on public.c  ${timed(1, 2_000)}`,
        `        -> Storage Scan on public.c  ${at(1, 2_000)}`,
        '            Projections: id, name',
        '            Filters: (o.c_id = c.id)',
        `            -> B-Tree Scan on public.c  ${at(50, 2_000)}`,
      ].join('\n'),
    );
    assert.match(finding!.observed, /All 50 rows of c were read 2,000 times to return 2,000/);
    assert.equal(finding!.sql, 'CREATE INDEX ASYNC ON public.c (id) INCLUDE (name)');
  });

  it('are not asked for twice', () => {
    const of = (index: Partial<IndexFacts>) =>
      found(
        indexScan('(status = 1)', 20),
        orders({ name: 'i', key: ['tenant_id', 'status'], valid: true, ...index }),
      )[0]!.sql;
    assert.equal(of({ include: ['id', 'total'] }), undefined);
    assert.equal(of({ include: ['id', 'total'], key: ['tenant_id', 'status', 'x'] }), undefined);
    assert.match(of({ include: ['id'] })!, /^CREATE INDEX/);
    assert.match(of({ include: ['id', 'total'], predicate: '(total > 3)' })!, /^CREATE INDEX/);
  });

  it('are compared with the catalogue’s as an index definition writes them', () => {
    const scan = (filter: string, projections: string) =>
      [
        `Full Scan (btree-table) on orders  ${timed(20)}`,
        `  -> Storage Scan on orders  ${at(20)}`,
        `      Projections: ${projections}`,
        `      Filters: ${filter}`,
        `      -> B-Tree Scan on orders  ${at(50_000)}`,
      ].join('\n');
    const facts = (key: string[]) => orders({ name: 'i', key, include: ['"Id"', 'total'], valid: true });
    const of = (filter: string, key: string[]) => found(scan(filter, 'total, "Id"'), facts(key));
    for (const [filter, key] of [
      ['("createdAt" = \'2026-01-01\'::date)', '"createdAt" NULLS FIRST'],
      ["(lower((total)::text) = 'x'::text)", 'lower((total)::text)'],
    ] as const)
      assert.deepEqual(
        of(filter, [key]).map(f => [f.rule, f.sql]),
        [
          ['selective-full-scan', undefined],
          ['unused-index', 'ANALYZE orders'],
        ],
      );
  });

  it('are named where the condition keeps them out', () => {
    const text = (filter: string) =>
      [
        `Full Scan (btree-table) on orders  ${timed(20)}`,
        `  Filter: ${filter}`,
        `  -> Storage Scan on orders  ${at(50_000)}`,
        `      -> B-Tree Scan on orders  ${at(50_000)}`,
      ].join('\n');
    const advice = (filter: string, key: string, valid = true) =>
      found(text(filter), orders({ name: 'by_payer', key: [key, 'id'], valid })).find(
        f => f.rule === 'selective-full-scan',
      )!.recommendation;
    for (const filter of [
      '((payer_id + 0) = 1)',
      "((payer_id)::numeric = '1'::numeric)",
      '((payer_id = 1) OR (x = 2))',
    ])
      assert.match(advice(filter, 'payer_id'), /^The index by_payer starts with payer_id, .* compare payer_id itself/);
    assert.match(advice('((payer_id + 0) = 1)', 'payer_id', false), /^No index can look this condition up/);
    assert.match(advice('((payer_id + 0) = 1)', 'payee_id'), /^No index can look this condition up/);
    assert.match(advice('(payer_id = 1)', 'payer_id'), /^Index the columns of the condition/);
  });

  it('keep the key of an index that does not cover, when it is known', () => {
    const known = orders({ name: 'by_tenant', key: ['tenant_id', '"createdAt"'], valid: true });
    const [finding] = found(indexScan('', 50_000, true), known);
    assert.equal(finding!.sql, 'CREATE INDEX ASYNC ON orders (tenant_id, "createdAt") INCLUDE (id, total, note)');
    assert.match(found(indexScan('', 50_000, true))[0]!.recommendation, /Keep the key of by_tenant/);
  });

  it('are no answer to a table without statistics, also behind a Filter', () => {
    const text = [
      'Full Scan (btree-table) on act  (cost=1.00..9.00 rows=333333 width=36) (actual time=1.103..2.201 rows=43 loops=1)',
      '  Filter: (points > 90)',
      '  -> Storage Scan on act  (cost=1.00..9.00 rows=1000000 width=36) (actual rows=500 loops=1)',
      '      -> B-Tree Scan on act  (cost=1.00..9.00 rows=1000000 width=36) (actual rows=500 loops=1)',
    ].join('\n');
    assert.deepEqual(
      found(text).map(f => [f.rule, f.severity, f.sql]),
      [
        ['never-analysed', 'warning', 'ANALYZE act'],
        ['query-processor-filter', 'notice', undefined],
      ],
    );
    assert.match(found(text)[0]!.observed, /exactly 1,000,000 rows of act, and 500 came/);
  });

  it('rest on a tree that is right where the indentation was lost', () => {
    const text = indexScan('(a = 1)', 20, true).replace(/^ +/gm, '');
    const depth = [...walk(parsePlan(text).roots)].map(n => n.children.length);
    assert.deepEqual(depth, [2, 1, 0, 1, 0]);
    assert.equal(measurePlan(parsePlan(text)).rowsRead, 50_020);
  });
});

describe('exclusive times', () => {
  it('add up to the whole where rounded times of many loops say too much', () => {
    const text = [
      'Nested Loop  (cost=0.43..40.20 rows=600 width=16) (actual time=0.031..0.600 rows=600 loops=1)',
      '  ->  Seq Scan on a  (cost=0.00..10.00 rows=600 width=12) (actual time=0.010..0.050 rows=600 loops=1)',
      '  ->  Memoize  (cost=0.43..0.50 rows=1 width=8) (actual time=0.000..0.000 rows=1 loops=600)',
      '        ->  Index Only Scan using b_pkey on b  (cost=0.42..0.49 rows=1 width=8) (actual time=0.004..0.004 rows=1 loops=10)',
    ].join('\n');
    const sum = measurePlan(parsePlan(text)).nodes.reduce((s, n) => s + (n.exclusiveMs ?? 0), 0);
    assert.equal(sum.toFixed(6), '0.600000');
  });
});
