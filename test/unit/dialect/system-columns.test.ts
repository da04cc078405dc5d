import assert from 'node:assert/strict';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';

describe('system columns of catalogues that are shown through views', () => {
  let dialect: Dialect;
  before(async () => (dialect = await createDialect()));
  const sql = (text: string): string => dialect.classify(text).sql;

  it('are read from the catalogue’s twin, under the name it had', () => {
    assert.equal(
      sql('SELECT n.tableoid, n.oid FROM pg_namespace n'),
      'SELECT n.tableoid, n.oid FROM pg_catalog.dsql_pg_namespace_twin n',
    );
    assert.equal(
      sql('SELECT pg_am.xmin FROM "pg_catalog" . pg_am'),
      'SELECT pg_am.xmin FROM pg_catalog.dsql_pg_am_twin AS pg_am',
    );
    assert.equal(
      sql("SELECT 'é', D.xmin FROM pg_namespace N LEFT JOIN pg_database D ON true"),
      "SELECT 'é', D.xmin FROM pg_catalog.dsql_pg_namespace_twin N LEFT JOIN pg_catalog.dsql_pg_database_twin D ON true",
    );
    const { explain } = dialect.classify('EXPLAIN SELECT ctid FROM pg_am');
    assert.equal(explain?.inner.sql, 'SELECT ctid FROM pg_catalog.dsql_pg_am_twin AS pg_am');
  });

  it('leave every other statement alone', () => {
    for (const text of [
      'SELECT oid FROM pg_namespace',
      'SELECT tableoid, xmin FROM accounts',
      'SELECT c.tableoid FROM pg_class c',
      'SELECT tableoid FROM bank.pg_namespace',
      'CREATE VIEW v AS SELECT tableoid FROM pg_namespace',
    ])
      assert.equal(sql(text), text);
  });
});
