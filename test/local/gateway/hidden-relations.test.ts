import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { connectBeneath } from '../../support/postgres';

/** Where definitions, statistics and privileges of the catalogues themselves are: of their texts nothing is hidden. */
const TEXTS: ReadonlySet<string> = new Set(['pg_catalog.pg_views', 'pg_catalog.pg_stats']);

/** Columns that name relations by their numbers. */
const NUMBERS: Record<string, readonly string[]> = {
  pg_attrdef: ['adrelid'],
  pg_attribute: ['attrelid'],
  pg_class: ['oid'],
  pg_constraint: ['conrelid'],
  pg_depend: ['objid', 'refobjid'],
  pg_index: ['indexrelid', 'indrelid'],
  pg_rewrite: ['ev_class'],
  pg_sequence: ['seqrelid'],
  pg_trigger: ['tgrelid'],
  pg_type: ['typrelid'],
};

/** The service has none of the relations, functions and schemas that the local cluster has for itself. */
describe('what the cluster has for itself, in the catalogues', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    await admin.query('CREATE SCHEMA shop');
    await admin.query('CREATE TABLE shop.goods (id int PRIMARY KEY, name text DEFAULT $$x$$ CHECK (name <> $$y$$))');
    await admin.query('CREATE VIEW shop.names AS SELECT name FROM shop.goods');
  });
  after(() => cluster?.close());

  it('has a name in no row of any catalogue or view', async () => {
    const { rows: relations } = await admin.query<{ name: string }>(
      `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname IN ('pg_catalog', 'information_schema') AND relkind IN ('r', 'v') AND has_table_privilege(c.oid, 'SELECT')
         AND relname <> 'pg_stat_activity'`,
    );
    assert.ok(relations.length > 100);
    for (const { name } of relations.filter(relation => !TEXTS.has(relation.name))) {
      const read = admin.query<{ row: string }>(
        `SELECT t::text AS row FROM ${name} t WHERE t::text ~ 'dsql_(internal|engine|pg_)'`,
      );
      const { rows } = await read.catch((error: pg.DatabaseError) => {
        assert.match(error.code ?? '', /^42501$/, name); // pg_hba_file_rules and the like may be read, their functions may not
        return { rows: [] };
      });
      assert.deepEqual(
        rows.map(({ row }) => row),
        [],
        name,
      );
    }
  });

  for (const [catalogue, columns] of Object.entries(NUMBERS))
    for (const column of columns)
      it(`has no number in ${catalogue}.${column}, and relations of clients have`, async () => {
        const { rows } = await admin.query<{ own: boolean; clients: boolean }>(
          `SELECT bool_or(${column}::regclass::text ~ 'dsql_') AS own, bool_or(${column}::regclass::text ~ '^shop') AS clients
           FROM ${catalogue}`,
        );
        const clients = !/pg_sequence|pg_trigger/.test(catalogue);
        assert.deepEqual([rows[0]?.own ?? false, rows[0]?.clients ?? false], [false, clients]);
      });

  it('has no dependencies, of functions and schemas neither', async () => {
    const { rows } = await admin.query(
      `SELECT depends, on_what FROM pg_depend, pg_describe_object(classid, objid, objsubid) depends,
         pg_describe_object(refclassid, refobjid, refobjsubid) on_what
       WHERE concat(depends, ' ', on_what) ~ 'dsql_(internal|engine|pg_|guard|record)'`,
    );
    assert.deepEqual(rows, []);
  });

  it('has no grants on the database', async () => {
    const { rows } = await admin.query('SELECT datacl::text AS granted FROM pg_database');
    assert.deepEqual(rows, [{ granted: '{=c/admin,admin=Cc/admin}' }]);
  });

  it('does not widen the indexes of the catalogues', async () => {
    const { rows } = await admin.query(
      `SELECT pg_get_indexdef(indexrelid) AS sql, indnatts AS columns FROM pg_index WHERE indexrelid = 'pg_proc_oid_index'::regclass`,
    );
    assert.deepEqual(rows, [
      { sql: 'CREATE UNIQUE INDEX pg_proc_oid_index ON pg_catalog.pg_proc USING btree_index (oid)', columns: 1 },
    ]);
  });

  it('takes the place of catalogues also in functions of PostgreSQL that take whole rows of them', async () => {
    const { rows } = await admin.query(
      `SELECT attname, information_schema._pg_truetypid(a, t) AS id, information_schema._pg_truetypmod(a.*, t.*) AS modifier
       FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid WHERE attrelid = 'shop.goods'::regclass AND attnum > 0 ORDER BY attnum`,
    );
    assert.deepEqual(rows, [
      { attname: 'id', id: 23, modifier: -1 },
      { attname: 'name', id: 25, modifier: -1 },
    ]);
    const { rows: told } = await admin.query(
      `SELECT (SELECT count(*)::int FROM pg_proc WHERE proname LIKE '\\_pg\\_truetyp%') AS functions,
         (SELECT count(*)::int FROM information_schema.routines WHERE routine_name LIKE '\\_pg\\_truetyp%') AS routines,
         (SELECT count(*)::int FROM information_schema.parameters WHERE specific_name LIKE '\\_pg\\_truetyp%') AS parameters`,
    );
    assert.deepEqual(told, [{ functions: 2, routines: 2, parameters: 4 }]);
  });

  it('has no functions in the schemas of its connections', async () => {
    const other = await cluster.connect();
    const beneath = await connectBeneath(cluster.postgres.address);
    try {
      await admin.query("INSERT INTO shop.goods VALUES (1, 'first')");
      for (const client of [admin, other]) await client.query('BEGIN');
      for (const client of [admin, other]) await client.query('SELECT id FROM shop.goods LIMIT 1 FOR UPDATE');
      await admin.query('COMMIT');
      await assert.rejects(other.query('COMMIT'), { code: '40001' });
      const schema = `FROM pg_namespace n WHERE nspname ~ '^pg_temp'`;
      const { rows: made } = await beneath.query(
        `SELECT FROM pg_proc WHERE pronamespace IN (SELECT n.oid ${schema}) LIMIT 1`,
      );
      assert.equal(made.length, 1, 'a conflict is looked into by functions of a connection');
      for (const view of ['routines', 'parameters', 'routine_privileges', 'element_types'])
        assert.deepEqual(
          (await admin.query(`SELECT t::text FROM information_schema.${view} t WHERE t::text ~ 'pg_temp'`)).rows,
          [],
        );
      const { rows } = await admin.query(
        'SELECT proname FROM pg_proc p LEFT JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.oid IS NULL',
      );
      assert.deepEqual(rows, []);
    } finally {
      await admin.query('ROLLBACK');
      await beneath.end();
      await other.end();
    }
  });

  it('is left out of joins to the sides that may be missing', async () => {
    const { rows } = await admin.query(
      `SELECT t.typname, c.relname FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
       WHERE t.typrelid <> 0 AND c.oid IS NULL`,
    );
    assert.deepEqual(rows, []);
  });
});
