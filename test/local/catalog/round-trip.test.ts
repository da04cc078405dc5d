import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import type { Closeable } from '../../../src/base/lifecycle';
import { isRunning } from '../../../src/core/catalog/jobs';
import { CatalogReader } from '../../../src/core/catalog/reader';
import { readRoleScript, readSchemaScript } from '../../../src/core/catalog/script/write';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import type { LocalCluster } from '../../../src/local/cluster';
import { tablesArbitrary } from '../../support/catalog-tables';
import { startTestCluster } from '../../support/cluster';
import { until } from '../../support/scratch';

describe('scripts of the catalogue', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  let reader: CatalogReader;

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    reader = new CatalogReader((sql, params, signal) => database.query(sql, { params, signal }));
  });

  after(async () => {
    await database?.close();
    await cluster?.close();
  });

  const jobsDone = (): Promise<void> =>
    until(
      async () => !(await reader.jobs()).some(job => job.type !== 'ANALYZE' && isRunning(job)),
      'the end of the jobs',
    );

  const runAll = async (statements: string[]): Promise<void> => {
    for (const statement of statements) {
      try {
        await database.query(statement);
        // further DDL on the table comes when its job has ended
        if (/\sASYNC\s/.test(statement)) await jobsDone();
      } catch (error) {
        throw new Error(`${statement}\n${String(error)}`);
      }
    }
  };

  /** All that is in a schema, without what a second run cannot repeat: numbers of objects and gaps between columns. */
  const contents = async (schema: string): Promise<unknown> => {
    await jobsDone();
    const relations = await reader.relations(schema);
    const all = {
      schema: (await reader.schemas()).find(({ name }) => name === schema),
      domains: await reader.domains(schema),
      sequences: await reader.sequences(schema),
      tables: await Promise.all(relations.filter(({ kind }) => kind === 'table').map(({ oid }) => reader.table(oid))),
      views: await Promise.all(
        relations
          .filter(({ kind }) => kind === 'view')
          .map(async view => ({
            view: await reader.table(view.oid),
            definition: await reader.viewDefinition(view.oid),
          })),
      ),
      routines: await Promise.all(
        (await reader.routines(schema)).map(async routine => ({
          routine,
          definition: await reader.routineDefinition(routine.oid),
        })),
      ),
      grants: await Promise.all(relations.map(async ({ name, oid }) => ({ name, grants: await reader.grantsOn(oid) }))),
    };
    return JSON.parse(
      JSON.stringify(all, (key, value: unknown) =>
        key === 'oid' || key === 'position' || key === 'estimatedRows' ? undefined : value,
      ),
    );
  };

  const roundTrip = async (statements: string[]): Promise<string[]> => {
    await runAll(['CREATE SCHEMA shop', ...statements]);
    const before = await contents('shop');
    const schema = (await reader.schemas()).find(({ name }) => name === 'shop');
    assert.ok(schema);
    const script = await readSchemaScript(reader, schema);
    await runAll(['DROP SCHEMA shop CASCADE']);
    try {
      await runAll(script);
      assert.deepEqual(await contents('shop'), before);
    } finally {
      await runAll(['DROP SCHEMA IF EXISTS shop CASCADE']);
    }
    return script;
  };

  it('make the same tables again, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(tablesArbitrary, async tables => {
        await roundTrip([
          'CREATE DOMAIN shop.cents AS bigint DEFAULT 1 NOT NULL CHECK (VALUE >= 0) CONSTRAINT small CHECK (VALUE < 1000000)',
          'CREATE SEQUENCE shop.numbers START 10 INCREMENT 2 CACHE 65536 CYCLE',
          ...tables.flatMap(({ statements }) => statements),
        ]);
      }),
      { numRuns: 3, endOnFailure: true, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
    );
  });

  it('make views, functions, circles of references and grants again', async () => {
    await database.query('CREATE ROLE "Head Teller" WITH LOGIN');
    await roundTrip([
      'CREATE FUNCTION shop.twice(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$',
      'CREATE TABLE shop.a (id bigint PRIMARY KEY, b_id bigint, n bigint DEFAULT shop.twice(4))',
      'CREATE TABLE shop.b (id bigint PRIMARY KEY, a_id bigint REFERENCES shop.a)',
      'ALTER TABLE shop.a ADD CONSTRAINT back FOREIGN KEY (b_id) REFERENCES shop.b NOT VALID',
      'ALTER TABLE ASYNC shop.a VALIDATE CONSTRAINT back',
      'CREATE INDEX ASYNC "by twice" ON shop.a (shop.twice(id)) WHERE shop.twice(n) > 3',
      'CREATE VIEW shop.z AS SELECT a.id AS "Key", b.id AS other FROM shop.a JOIN shop.b ON b.a_id = a.id',
      'CREATE VIEW shop.m (renamed) AS SELECT "Key" FROM shop.z WHERE other > 1',
      "CREATE FUNCTION shop.all_a(least_id bigint DEFAULT 0) RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$ SELECT id FROM shop.a WHERE 'x;y' <> '' $$",
      'CREATE FUNCTION shop.atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM shop.a; END',
      "COMMENT ON FUNCTION shop.twice(bigint) IS 'two times'",
      "COMMENT ON VIEW shop.z IS 'joined'",
      "COMMENT ON SCHEMA shop IS 'sells'",
      'GRANT SELECT, INSERT ON shop.a TO "Head Teller"',
      'GRANT SELECT ON shop.z TO "Head Teller" WITH GRANT OPTION',
      'GRANT SELECT ON shop.b TO PUBLIC',
    ]);
  });

  it('make a role again with its identities, memberships and grants', async () => {
    await runAll([
      'CREATE SCHEMA vault',
      'CREATE TABLE vault.gold (id bigint PRIMARY KEY)',
      'CREATE ROLE clerks',
      'CREATE ROLE "Night Clerk" WITH LOGIN',
      'GRANT clerks TO "Night Clerk"',
      'GRANT USAGE ON SCHEMA vault TO "Night Clerk"',
      'GRANT SELECT, UPDATE ON vault.gold TO "Night Clerk"',
      `AWS IAM GRANT "Night Clerk" TO 'arn:aws:iam::123456789012:role/clerk'`,
    ]);
    const read = async () => {
      const role = (await reader.roles()).find(({ name }) => name === 'Night Clerk');
      assert.ok(role);
      return { role, grants: await reader.grantsOf(role.name), script: await readRoleScript(reader, role) };
    };
    const before = await read();
    assert.deepEqual(before.role.arns, ['arn:aws:iam::123456789012:role/clerk']);
    assert.deepEqual(before.role.memberOf, ['clerks']);
    await runAll([
      `AWS IAM REVOKE "Night Clerk" FROM 'arn:aws:iam::123456789012:role/clerk'`,
      'REVOKE ALL ON vault.gold FROM "Night Clerk"',
      'REVOKE ALL ON SCHEMA vault FROM "Night Clerk"',
      'DROP ROLE "Night Clerk"',
      ...before.script,
    ]);
    const after = await read();
    assert.deepEqual({ ...after.role, oid: before.role.oid }, before.role);
    assert.deepEqual(after.grants, before.grants);
    assert.deepEqual(after.script, before.script);
  });
});
