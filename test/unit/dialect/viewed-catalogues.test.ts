import assert from 'node:assert/strict';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';

describe('catalogues of which clients see something else', () => {
  let dialect: Dialect;
  before(async () => (dialect = await createDialect()));
  const sql = (text: string): string => dialect.classify(text).sql;

  for (const [text, read] of [
    ['SELECT n.oid FROM pg_namespace n', 'SELECT n.oid FROM pg_catalog.dsql_pg_namespace n'],
    ['SELECT pg_am.amname FROM "pg_catalog" . pg_am', 'SELECT pg_am.amname FROM pg_catalog.dsql_pg_am AS pg_am'],
    ['SELECT 1 FROM postgres.pg_catalog.PG_AM', 'SELECT 1 FROM pg_catalog.dsql_pg_am AS pg_am'],
    ['TABLE pg_am ORDER BY amname', 'TABLE pg_catalog.dsql_pg_am ORDER BY amname'],
    [
      'SELECT pg_catalog.pg_index.indkey, "pg_catalog" . "pg_index".* FROM pg_catalog.pg_index',
      'SELECT pg_index.indkey, "pg_index".* FROM pg_catalog.dsql_pg_index AS pg_index',
    ],
    [
      "SELECT 'é' FROM pg_operator c LEFT JOIN (pg_namespace N JOIN pg_database ON true) ON N.oid = c.oprnamespace",
      "SELECT 'é' FROM pg_operator c LEFT JOIN (pg_catalog.dsql_pg_namespace N JOIN pg_catalog.dsql_pg_database AS pg_database ON true) ON N.oid = c.oprnamespace",
    ],
    [
      'WITH pg_am AS (SELECT * FROM pg_catalog.pg_am) SELECT * FROM pg_am',
      'WITH pg_am AS (SELECT * FROM pg_catalog.dsql_pg_am AS pg_am) SELECT * FROM pg_am',
    ],
    [
      'INSERT INTO t SELECT nspname FROM pg_namespace',
      'INSERT INTO t SELECT nspname FROM pg_catalog.dsql_pg_namespace AS pg_namespace',
    ],
    [
      'DELETE FROM t USING pg_namespace n WHERE n.nspname = t.name',
      'DELETE FROM t USING pg_catalog.dsql_pg_namespace n WHERE n.nspname = t.name',
    ],
  ] as const)
    it(`are read through views: ${text}`, () => assert.equal(sql(text), read));

  it('are read through their views’ twins where system columns are named', () => {
    assert.equal(
      sql('SELECT n.tableoid, n.oid FROM pg_namespace n'),
      'SELECT n.tableoid, n.oid FROM pg_catalog.dsql_pg_namespace_twin n',
    );
    assert.equal(
      sql("SELECT 'é', D.xmin FROM pg_namespace N LEFT JOIN pg_database D ON true"),
      "SELECT 'é', D.xmin FROM pg_catalog.dsql_pg_namespace_twin N LEFT JOIN pg_catalog.dsql_pg_database_twin D ON true",
    );
  });

  it('are themselves what a plan is of: it would list what their views leave out', () => {
    const { explain } = dialect.classify('EXPLAIN ANALYZE SELECT ctid FROM pg_am');
    assert.equal(explain?.inner.sql, 'SELECT ctid FROM pg_am');
    assert.equal(explain?.inner.replacements, undefined);
  });

  for (const text of [
    'SELECT tableoid, xmin FROM accounts',
    'SELECT t.tableoid FROM pg_operator t',
    'SELECT tableoid FROM bank.pg_namespace',
    'SELECT pg_am.amname FROM accounts AS pg_am',
    "SELECT 'pg_namespace'::regclass",
    'WITH pg_am AS (SELECT 1) SELECT * FROM pg_am',
    'UPDATE pg_namespace SET nspname = $1',
    'SELECT nspname FROM pg_namespace FOR UPDATE',
    'CREATE VIEW v AS SELECT tableoid FROM pg_namespace',
  ])
    it(`leave alone what reads none, writes, locks, or is stored: ${text}`, () => assert.equal(sql(text), text));
});
