import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';

/** A schema of the cluster's own, as anybody would guess it, and one of nobody's: of one length, so that also positions are the same. */
const SCHEMA = 'dsql_engine';
const NO_SCHEMA = 'dsql_nobody';
const OTHER_SCHEMA = 'dsql_internal';
const NO_OTHER = 'dsql_nothing0';

/** Statements that name a schema in all the places where one can stand. */
const NAMING: string[] = [
  `SELECT ${SCHEMA}.setting('timezone')`,
  `SELECT ${SCHEMA}.set_setting('work_mem', '1MB', false)`,
  `SELECT "${SCHEMA}".holds('1'::xid, '{}')`,
  `SELECT 1, postgres.${SCHEMA}.setting('timezone')`,
  `SELECT * FROM ${SCHEMA}.private_copies('{}', '{}', '{}', 0)`,
  `SELECT * FROM ${SCHEMA}.all_settings()`,
  `SELECT * FROM ${SCHEMA}.jobs`,
  `TABLE ${SCHEMA}.jobs`,
  `COPY ${SCHEMA}.jobs TO STDOUT`,
  `COPY (SELECT ${SCHEMA}.setting('timezone')) TO STDOUT`,
  `INSERT INTO ${SCHEMA}.jobs VALUES (1)`,
  `WITH s AS (SELECT ${SCHEMA}.setting('timezone') AS s) SELECT s FROM s`,
  `SELECT 1 OPERATOR(${SCHEMA}.+) 1`,
  `SELECT 1::${SCHEMA}.jobs`,
  `SELECT '${SCHEMA}'::regnamespace`,
  `SELECT '${SCHEMA}.setting'::regproc`,
  `SELECT '${SCHEMA}.setting(text)'::regprocedure`,
  `SELECT '${SCHEMA}.jobs'::regclass`,
  `SELECT to_regnamespace('${SCHEMA}'), to_regproc('${SCHEMA}.settable'), to_regclass('${SCHEMA}.jobs')`,
  `SELECT has_schema_privilege('${SCHEMA}', 'USAGE')`,
  `SELECT has_function_privilege('${SCHEMA}.setting(text)', 'EXECUTE')`,
  `CREATE VIEW v AS SELECT ${SCHEMA}.setting('timezone')`,
  `CREATE TABLE t (a text DEFAULT ${SCHEMA}.setting('timezone'))`,
  `CREATE TABLE t (a text CHECK (a = ${SCHEMA}.setting('timezone')))`,
  `CREATE TABLE ${SCHEMA}.t (a text)`,
  `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT ${SCHEMA}.setting('timezone') $$`,
  `CREATE FUNCTION f() RETURNS text LANGUAGE sql RETURN ${SCHEMA}.setting('timezone')`,
  `CREATE FUNCTION ${SCHEMA}.f() RETURNS text LANGUAGE sql RETURN 'x'`,
  `GRANT USAGE ON SCHEMA ${SCHEMA} TO admin`,
  `DROP FUNCTION ${SCHEMA}.setting(text)`,
  `DROP SCHEMA ${SCHEMA}`,
  `ALTER FUNCTION ${SCHEMA}.setting(text) RENAME TO other`,
  `COMMENT ON SCHEMA ${SCHEMA} IS 'x'`,
  `EXPLAIN SELECT ${SCHEMA}.setting('timezone')`,
];

/** What a statement answers, as one text. */
async function answer(client: pg.Client, text: string, values?: unknown[]): Promise<string> {
  try {
    const { rows } = await client.query({ text, values });
    return JSON.stringify(rows);
  } catch (error) {
    const { code, message, detail, hint, position, where } = error as pg.DatabaseError;
    return JSON.stringify({ code, message, detail, hint, position, where });
  }
}

/** What runs in clients' sessions on the cluster's behalf is in a schema that no client can name: the service has none such. */
describe('the schema of the cluster’s own functions', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
  });
  after(() => cluster?.close());

  /** Answers to both names, which must not differ; each as a Query and as a prepared statement. */
  async function sameAsMissing(text: string, schema: string, nobodys: string): Promise<void> {
    const other = text.replaceAll(schema, nobodys);
    for (const values of [undefined, [] as unknown[]]) {
      const known = await answer(admin, text, values);
      const missing = await answer(admin, other, values);
      assert.equal(known.replaceAll(schema, nobodys), missing, text);
    }
  }

  for (const text of NAMING)
    it(`answers as if it were not there: ${text}`, async () => {
      await sameAsMissing(text, SCHEMA, NO_SCHEMA);
      await sameAsMissing(text.replaceAll(SCHEMA, OTHER_SCHEMA), OTHER_SCHEMA, NO_OTHER);
    });

  it('is not there for a search path', async () => {
    await admin.query(`SET search_path = ${SCHEMA}, public`);
    assert.deepEqual((await admin.query('SELECT current_schemas(true)::text AS s')).rows, [
      { s: '{pg_catalog,public}' },
    ]);
    await assert.rejects(admin.query(`SELECT settable('x')`), { code: '42883' });
    await admin.query('RESET search_path');
  });

  it('may be the name of a schema of the client’s', async () => {
    await admin.query(`CREATE SCHEMA ${SCHEMA}`);
    await admin.query(`CREATE FUNCTION ${SCHEMA}.setting(text) RETURNS text LANGUAGE sql RETURN 'mine'`);
    assert.deepEqual((await admin.query(`SELECT ${SCHEMA}.setting('timezone')`)).rows, [{ setting: 'mine' }]);
    assert.deepEqual((await admin.query(`SELECT current_setting('timezone')`)).rows, [{ current_setting: 'UTC' }]);
    await admin.query(`DROP FUNCTION ${SCHEMA}.setting(text)`);
    await admin.query(`DROP SCHEMA ${SCHEMA}`);
  });

  it('is in no plan, and in no context of an error', async () => {
    const jobs = await admin.query(`EXPLAIN VERBOSE SELECT * FROM sys.jobs`);
    assert.match(JSON.stringify(jobs.rows), / on sys\.jobs /);
    assert.doesNotMatch(JSON.stringify(jobs.rows), /dsql_/);
    const plan = await admin.query(`EXPLAIN VERBOSE SELECT * FROM sys.jobs WHERE job_id = current_setting('timezone')`);
    assert.match(JSON.stringify(plan.rows), /job_id = current_setting\('timezone'::text\)/);
    await admin.query('CREATE TABLE keyed (k text PRIMARY KEY)');
    await admin.query(
      `CREATE FUNCTION configure(text) RETURNS text LANGUAGE sql AS $$ SELECT set_config($1, 'x', false) $$`,
    );
    for (const [sql, values, where] of [
      ['SELECT set_config($1, $2, false)', ['work_mem', '1MB'], undefined],
      ['INSERT INTO keyed VALUES ($1)', ['x'.repeat(2100)], undefined],
      [`SELECT configure($1) FROM keyed RIGHT JOIN (VALUES (1)) v ON true`, ['work_mem'], undefined],
    ] as const)
      await assert.rejects(admin.query(sql, [...values]), (error: pg.DatabaseError) => error.where === where, sql);
  });
});
