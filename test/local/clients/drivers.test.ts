import { AuroraDSQLClient } from '@aws/aurora-dsql-node-postgres-connector';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import type pg from 'pg';
import postgres from 'postgres';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster, token } from '../../support/cluster';

/** What drizzle-kit, Sequelize and DBeaver ask of the catalogue, shortened to what decides. */
const INTROSPECTION = `SELECT i.relname AS index_name, am.amname, ix.indisunique, ix.indisprimary, a.attname, pg_get_indexdef(ix.indexrelid) AS definition
  FROM pg_class t JOIN pg_index ix ON t.oid = ix.indrelid JOIN pg_class i ON i.oid = ix.indexrelid
  JOIN pg_am am ON am.oid = i.relam JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (ix.indkey)
  WHERE n.nspname = 'public' AND t.relname = 'notes' ORDER BY 1, 5`;

const notes = pgTable('notes', { id: integer().primaryKey(), body: text() });

describe('drivers and an ORM on the local cluster', () => {
  let cluster: LocalCluster;

  before(async () => {
    cluster = await startTestCluster();
    const client = await connect(cluster.info);
    await client.query('CREATE TABLE notes (id int PRIMARY KEY, body text)');
    await client.end();
  });
  after(() => cluster?.close());

  it('pg: named statements, arrays, several results, pipelined queries', async () => {
    const client = await connect(cluster.info);
    try {
      const named = { name: 'one', text: 'SELECT $1::int + 1 AS n' };
      const answers = await Promise.all([1, 2, 3].map(n => client.query<{ n: number }>({ ...named, values: [n] })));
      assert.deepEqual(
        answers.map(answer => answer.rows[0]?.n),
        [2, 3, 4],
      );
      assert.deepEqual((await client.query('SELECT ARRAY[1, 2] AS a')).rows, [{ a: [1, 2] }]);
      const several = (await client.query('SELECT 1 AS a; SELECT 2 AS b')) as unknown as pg.QueryResult[];
      assert.deepEqual(
        several.map(result => result.rows[0] as unknown),
        [{ a: 1 }, { b: 2 }],
      );
    } finally {
      await client.end();
    }
  });

  it('answers the catalogue questions of schema tools', async () => {
    const client = await connect(cluster.info);
    try {
      const { rows } = await client.query(INTROSPECTION);
      const primary = {
        index_name: 'notes_pkey',
        amname: 'btree_index',
        indisunique: true,
        indisprimary: true,
        definition: 'CREATE UNIQUE INDEX notes_pkey ON public.notes USING btree_index (id) INCLUDE (body)',
      };
      // pg_index.indkey has what the key covers as well: who does not look at indnkeyatts takes it for the key (rails/rails 58555)
      assert.deepEqual(rows, [
        { ...primary, attname: 'body' },
        { ...primary, attname: 'id' },
      ]);
      const schemas = await client.query('SELECT nspname FROM pg_namespace ORDER BY 1');
      assert.deepEqual(
        schemas.rows.map((row: { nspname: string }) => row.nspname),
        ['information_schema', 'pg_catalog', 'public', 'sys'],
      );
      await client.query('CREATE SCHEMA lived_in');
      await client.query(`COMMENT ON SCHEMA lived_in IS 'where tables live'`);
      const classified = await client.query(
        `SELECT obj_description(n.oid, 'pg_namespace'), d.description
         FROM pg_namespace n JOIN pg_description d ON d.objoid = n.oid AND d.classoid = 'pg_namespace'::regclass WHERE nspname = 'lived_in'`,
      );
      assert.deepEqual(classified.rows, [{ obj_description: 'where tables live', description: 'where tables live' }]);
      await client.query('DROP SCHEMA lived_in');
    } finally {
      await client.end();
    }
  });

  it('has the catalogues that clients find in the catalogue, under their own numbers, as tables with keys', async () => {
    const client = await connect(cluster.info);
    try {
      // PostGraphile 5 names what it finds by the number of its catalogue
      const { rows } = await client.query(
        `SELECT c.relname, c.relkind FROM pg_class c WHERE c.oid IN ('pg_namespace'::regclass, 'pg_catalog.pg_index'::regclass, 1249)
           AND EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') ORDER BY 1`,
      );
      assert.deepEqual(
        rows,
        ['pg_attribute', 'pg_index', 'pg_namespace'].map(relname => ({ relname, relkind: 'r' })),
      );
      const classified = await client.query(
        `SELECT DISTINCT refclassid::regclass::text AS class, pg_describe_object(refclassid, refobjid, 0) AS described
         FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = 'notes'::regclass AND refclassid = 'pg_namespace'::regclass`,
      );
      assert.deepEqual(classified.rows, [{ class: 'pg_namespace', described: 'schema public' }]);
    } finally {
      await client.end();
    }
  });

  it('has nothing of its own in the catalogue, whoever looks without asking for schemas', async () => {
    const client = await connect(cluster.info);
    try {
      for (const own of [
        `SELECT relname FROM pg_class WHERE relkind = 'r' AND relname !~ '^(pg_|sql_)' AND relname NOT IN ('notes', 'pairs')`,
        `SELECT relname FROM pg_class c WHERE NOT EXISTS (SELECT FROM pg_namespace n WHERE n.oid = c.relnamespace)`,
        `SELECT proname FROM pg_proc p LEFT JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname IS NULL`,
        `SELECT relname FROM pg_class WHERE relname ~ 'dsql'`,
        `SELECT table_name FROM information_schema.tables WHERE table_name ~ 'dsql'`,
        `SELECT column_name FROM information_schema.columns WHERE table_name ~ 'dsql'`,
        `SELECT table_name FROM information_schema.views WHERE table_name ~ 'dsql'`,
        `SELECT viewname FROM pg_views WHERE viewname ~ 'dsql'`,
      ])
        assert.deepEqual((await client.query(own)).rows, [], own);
    } finally {
      await client.end();
    }
  });

  it('lets a query that groups by the key of a catalogue select its other columns', async () => {
    const client = await connect(cluster.info);
    try {
      for (const [columns, from, key] of [
        ['n.nspname, n.xmin', 'pg_namespace n', 'n.oid'],
        ['n.nspname', 'pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid', 'n.oid'],
        ['c.relname, c.reltuples', 'pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid', 'c.oid'],
        ['am.amname', 'pg_class c JOIN pg_am am ON am.oid = c.relam', 'am.oid'],
        ['a.attname, a.attcompression', 'pg_attribute a', 'a.attrelid, a.attnum'],
        ['i.indkey', 'pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid', 'i.indexrelid'],
        ['d.datname', 'pg_database d', 'd.oid'],
      ])
        await client.query(`SELECT ${columns}, count(*) FROM ${from} GROUP BY ${key}`);
    } finally {
      await client.end();
    }
  });

  it('shows what a primary key covers in pg_index, in its parts and in its constraint, also columns added later', async () => {
    const client = await connect(cluster.info);
    try {
      await client.query('CREATE TABLE pairs (a int, "B" int, x text, PRIMARY KEY ("B", a))');
      await client.query('ALTER TABLE pairs ADD COLUMN y json');
      await client.query('ALTER TABLE pairs DROP COLUMN x');
      const { rows } = await client.query(
        `SELECT indnatts, indnkeyatts, indkey::text, pg_get_indexdef(indexrelid, 3, true) AS third, pg_get_indexdef(indexrelid, 4, true) AS fourth,
           pg_get_constraintdef(c.oid) AS definition, pg_get_constraintdef(c.oid, true) AS pretty, conkey::text
         FROM pg_index i JOIN pg_constraint c ON conindid = indexrelid WHERE indrelid = 'pairs'::regclass`,
      );
      const definition = 'PRIMARY KEY ("B", a) INCLUDE (y)';
      const parts = { indnatts: 3, indnkeyatts: 2, indkey: '2 1 4', third: 'y', fourth: '', conkey: '{2,1}' };
      assert.deepEqual(rows, [{ ...parts, definition, pretty: definition }]);
    } finally {
      await client.end();
    }
  });

  it('has what pg_dump looks for: the schema and the owner of each thing, and the catalogue’s own number', async () => {
    const client = await connect(cluster.info);
    try {
      const owned = ['pg_class rel', 'pg_proc pro', 'pg_type typ', 'pg_operator opr'].map(
        catalogue => `SELECT ${catalogue.split(' ')[1]}namespace AS schema, ${catalogue.split(' ')[1]}owner AS owner
          FROM ${catalogue.split(' ')[0]}`,
      );
      const lost = await client.query(
        `SELECT DISTINCT schema, owner FROM (${owned.join(' UNION ALL ')}) things
         WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = owner)
           OR NOT EXISTS (SELECT FROM pg_namespace n WHERE n.oid = schema AND n.tableoid = 2615)`,
      );
      assert.deepEqual(lost.rows, []);
      const schemas = await client.query(
        `SELECT nspname FROM pg_namespace n WHERE tableoid <> 0 AND nspname !~ '^pg_' ORDER BY 1`,
      );
      assert.deepEqual(
        schemas.rows.map((row: { nspname: string }) => row.nspname),
        ['information_schema', 'public', 'sys'],
      );
    } finally {
      await client.end();
    }
  });

  it('postgres.js: types fetched at connect, a transaction, a batch of rows', async () => {
    const { info } = cluster;
    const db = postgres({
      host: info.endpoint,
      port: info.port,
      user: 'admin',
      database: 'postgres',
      password: await token(info),
      ssl: { ca: fs.readFileSync(info.caFile, 'utf8'), servername: info.endpoint },
      max: 2,
    });
    try {
      await db.begin(async tx => {
        await tx`INSERT INTO notes ${tx([
          { id: 1, body: 'a' },
          { id: 2, body: 'b' },
        ])}`;
      });
      assert.deepEqual(
        [...(await db`SELECT body FROM notes WHERE id IN ${db([1, 2])} ORDER BY id`)],
        [{ body: 'a' }, { body: 'b' }],
      );
    } finally {
      await db.end();
    }
  });

  it('drizzle: insert, upsert, select, transaction', async () => {
    const client = await connect(cluster.info);
    try {
      const db = drizzle({ client });
      await db.insert(notes).values({ id: 10, body: 'x' });
      await db
        .insert(notes)
        .values({ id: 10, body: 'y' })
        .onConflictDoUpdate({ target: notes.id, set: { body: 'y' } });
      await db.transaction(async tx => tx.update(notes).set({ body: sql`${notes.body} || '!'` }));
      assert.deepEqual(
        await db
          .select()
          .from(notes)
          .where(sql`${notes.id} = 10`),
        [{ id: 10, body: 'y!' }],
      );
    } finally {
      await client.end();
    }
  });

  it('AWS’s connector for node-postgres makes its own tokens', async () => {
    const { info } = cluster;
    const client = new AuroraDSQLClient({
      // a name without dots is a cluster id to the connector, which it completes to a host of AWS's
      host: '127.0.0.1',
      port: info.port,
      user: 'admin',
      database: 'postgres',
      region: info.region,
      customCredentialsProvider: () => Promise.resolve(info.admin),
      ssl: { ca: fs.readFileSync(info.caFile, 'utf8'), rejectUnauthorized: true, servername: info.endpoint },
    });
    await client.connect();
    try {
      assert.deepEqual((await client.query('SELECT current_user::text AS me')).rows, [{ me: 'admin' }]);
    } finally {
      await client.end();
    }
  });
});
