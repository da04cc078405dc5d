import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { CatalogFacts } from '../../../src/core/plan/findings/catalog-facts';
import { findingsOf } from '../../../src/core/plan/findings/find';
import { conditions } from '../../../src/core/plan/findings/predicate';
import { keyFor } from '../../../src/core/plan/findings/suggest-index';
import { parsePlan } from '../../../src/core/plan/parse';

const found = (text: string, catalog?: CatalogFacts) => findingsOf(parsePlan(text), undefined, catalog);
const rules = (text: string, catalog?: CatalogFacts): string[] =>
  found(text, catalog).map(f => `${f.rule} ${f.severity}`);

interface Shape {
  table?: string;
  read: number;
  sent?: number;
  rows: number;
  filters?: string;
  filter?: string;
  projections?: string;
  analysed?: boolean;
  indent?: number;
}

/** A full scan with its storage nodes; `indent` for one below other nodes. */
function fullScan({
  table = 'public."Order"',
  read,
  rows,
  sent = rows,
  filters,
  filter,
  projections = 'id, "user", total',
  analysed = true,
  indent = 0,
}: Shape): string {
  const pad = ' '.repeat(indent);
  const group = (n: number, time = '') =>
    `(cost=1.00..9.00 rows=${n} width=40)${analysed ? ` (actual ${time}rows=${n} loops=1)` : ''}`;
  return [
    `Full Scan (btree-table) on ${table}  ${group(rows, 'time=1.000..90.000 ')}`,
    ...(filter ? [`${pad}  Filter: ${filter}`] : []),
    `${pad}  -> Storage Scan on ${table}  ${group(sent)}`,
    `${pad}      Projections: ${projections}`,
    ...(filters ? [`${pad}      Filters: ${filters}`] : []),
    `${pad}      -> B-Tree Scan on ${table}  ${group(read)}`,
  ].join('\n');
}

const sorted = (limit: boolean, key: string, ms = 90) => {
  const sort = (indent: string, rows: number) => [
    `Sort  (cost=1.00..9.00 rows=50000 width=40) (actual time=1.000..${ms}.000 rows=${rows} loops=1)`,
    `${indent}  Sort Key: ${key}`,
  ];
  const scan = (indent: number) =>
    `${' '.repeat(indent - 6)}  ->  ${fullScan({ read: 50_000, rows: 50_000, filters: '(("Order".status)::text = \'open\'::text)', indent: indent }).trimStart()}`;
  return (
    limit
      ? [
          `Limit  (cost=1.00..9.00 rows=5 width=40) (actual time=1.000..${ms}.000 rows=5 loops=1)`,
          ...sort('      ', 5).map((l, i) => (i === 0 ? `  ->  ${l}` : l)),
          scan(12).replace(/^ +/, '        '),
        ]
      : [...sort('', 50_000), scan(6)]
  )
    .concat(`Execution Time: ${ms}.500 ms`)
    .join('\n');
};

describe('advice about plans', () => {
  it('takes predicates apart at their own ANDs only', () => {
    assert.deepEqual(
      conditions(
        `((a = 'x AND (y'::text) AND ("B c" > 2) AND (lower(email) = 'q'::text) AND ((x = 1) OR (y = 2)) AND (t.z IS NULL))`,
      ).map(c => [c.column ?? c.expression, c.kind]),
      [
        ['a', 'equal'],
        ['B c', 'range'],
        ['lower(email)', 'equal'],
        [undefined, 'other'],
        ['z', 'equal'],
      ],
    );
    assert.deepEqual(keyFor({}, "((b > 1) AND (a = 2) AND (c < 3) AND (lower(d) = 'x'::text))"), [
      'a',
      '(lower(d))',
      'b',
    ]);
    assert.deepEqual(keyFor({}, '((a = 1) OR (b = 2))'), []);
  });

  it('writes indexes with names quoted where they must be, that DSQL accepts', async () => {
    const dialect = await createDialect();
    const texts = [
      fullScan({
        read: 50_000,
        rows: 20,
        filters: '(("Order"."user" = \'u\'::text) AND ("Order".total > \'10\'::numeric))',
      }),
      fullScan({
        table: 'payments p',
        read: 50_000,
        sent: 50_000,
        rows: 20,
        filter: "(lower(p.email) = 'a'::text)",
        projections: 'email',
      }),
      sorted(true, '"Order"."createdAt" DESC, "Order".id DESC'),
    ];
    const sql = texts.map(t => found(t).find(f => f.sql?.startsWith('CREATE'))?.sql);
    assert.deepEqual(sql, [
      'CREATE INDEX ASYNC ON public."Order" ("user", total) INCLUDE (id)',
      'CREATE INDEX ASYNC ON payments ((lower(email))) INCLUDE (email)',
      'CREATE INDEX ASYNC ON public."Order" (status, "createdAt", id) INCLUDE ("user", total)',
    ]);
    for (const statement of sql) assert.deepEqual(dialect.refusals(statement), [], statement);
  });

  it('sees what is only expected, as a notice; not below a LIMIT, nor of a table without statistics', () => {
    const expected = { rows: 20, filters: '(total = 1)', analysed: false };
    assert.deepEqual(rules(fullScan({ read: 50_000, ...expected })), ['selective-full-scan notice']);
    assert.deepEqual(rules(fullScan({ read: 1_000_000, ...expected })), []);
    const limited = `Limit  (cost=1.00..2.00 rows=1 width=4)\n  ->  ${fullScan({ read: 50_000, ...expected, indent: 6 })}`;
    assert.deepEqual(rules(limited), []);
  });

  it('names sorts that an index would save: below a LIMIT, or when they take long; not of mixed directions', () => {
    assert.deepEqual(rules(sorted(true, '"Order".created_at DESC')), ['indexable-sort warning']);
    assert.deepEqual(rules(sorted(true, '"Order".created_at DESC, "Order".id')), []);
    assert.deepEqual(rules(sorted(true, 'lower(note)')), []);
    assert.deepEqual(rules(sorted(false, '"Order".created_at', 150)), ['indexable-sort notice']);
    assert.deepEqual(rules(sorted(false, '"Order".created_at', 95)), []);
  });

  it('names sorts and hashes on disk, and joins that throw pairs away', () => {
    const sort = (method: string) =>
      `Sort  (cost=1.00..2.00 rows=9 width=4) (actual time=0.100..1.000 rows=9 loops=1)\n  Sort Method: ${method}`;
    assert.deepEqual(rules(sort('external merge  Disk: 2048kB')), ['sort-spill warning']);
    assert.deepEqual(rules(sort('quicksort  Memory: 25kB')), []);
    assert.deepEqual(
      rules(
        'Hash  (cost=1.00..2.00 rows=9 width=4) (actual time=0.100..1.000 rows=9 loops=1)\n  Buckets: 1024 (originally 1024)  Batches: 8 (originally 1)  Memory Usage: 9kB',
      ),
      ['hash-resize warning'],
    );
    const join = (removed: number) =>
      `Nested Loop  (cost=1.00..2.00 rows=9 width=4) (actual time=0.100..1.000 rows=9 loops=1)\n  Join Filter: (a.x > b.x)\n  Rows Removed by Join Filter: ${removed}`;
    assert.deepEqual(rules(join(10_000)), ['join-filter warning']);
    assert.deepEqual(rules(join(9_999)), []);
  });

  it('holds plans against the catalogue: invalid and unused indexes, old statistics', () => {
    const text = fullScan({ table: 'public.payments', read: 50_000, rows: 20, filters: '(payer = 7)' });
    const catalog = (valid: boolean, reltuples: number, key = ['payer', 'id']): CatalogFacts => ({
      tables: [{ name: 'payments', reltuples, rowCount: 50_000, indexes: [{ name: 'by_payer', key, valid }] }],
    });
    const of = (facts: CatalogFacts) => rules(text, facts).filter(r => !r.startsWith('selective'));
    assert.deepEqual(of(catalog(true, 50_000)), ['unused-index warning']);
    assert.deepEqual(of(catalog(false, 50_000)), ['invalid-index warning']);
    assert.deepEqual(of(catalog(true, 50_000, ['payee'])), []);
    assert.deepEqual(of(catalog(true, 61_000, ['payee'])), ['stale-statistics warning']);
    assert.deepEqual(of(catalog(true, 59_000, ['payee'])), []);
    assert.deepEqual(of(catalog(true, -1, ['payee'])), []);
  });

  it('takes impossible row figures for what they are', () => {
    const text = [
      'Index Scan using i on t  (cost=1.00..2.00 rows=3 width=4) (actual time=0.100..1.000 rows=3 loops=1)',
      '  Index Cond: (a = 1)',
      '  -> Storage Scan on i  (cost=1.00..2.00 rows=3 width=4 loops=1) (actual rows=3 loops=1)',
      '      -> B-Tree Scan on i  (cost=1.00..2.00 rows=3 width=4 loops=1) (actual rows=3 loops=1)',
      '  -> Storage Lookup on t  (cost=1.00..2.00 rows=3 width=4 loops=1) (actual rows=7000000000000 loops=1)',
      '      -> B-Tree Lookup on t  (cost=1.00..2.00 rows=3 width=4 loops=1) (actual rows=7000000000000 loops=1)',
    ].join('\n');
    assert.deepEqual(rules(text), ['implausible-rows notice']);
  });
});
