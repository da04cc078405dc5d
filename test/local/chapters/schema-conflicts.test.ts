import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Closeable } from '../../../src/base/lifecycle';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';

describe('SQL of chapters when the schema changes elsewhere', () => {
  const OC001 = { code: 'DATABASE', message: /OC001/ };
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;
  let other: pg.Client;
  let changes = 0;

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    other = await connect(cluster.info);
    await other.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
  });
  after(async () => {
    await other?.end();
    await database?.close();
    await cluster?.close();
  });

  /** All connections of the pool know the table, and all are out of date. */
  beforeEach(async () => {
    await Promise.all(Array.from({ length: 4 }, () => database.query('SELECT count(*) FROM t')));
    await other.query(`ALTER TABLE t ADD COLUMN c${++changes} text`);
  });

  it('reads are repeated until a connection is up to date', async () => {
    const before = await count();
    assert.equal((await database.query('SELECT count(*) FROM t')).rows[0]?.[0], before);
    assert.equal((await database.rolledBack(['SELECT count(*) FROM t']))[0]?.rows[0]?.[0], before);
  });

  it('a write fails unless somebody hears of its repetition', async () => {
    const before = await count();
    await assert.rejects(database.query('INSERT INTO t (id) VALUES (1)'), OC001);
    assert.equal(await count(), before);
    let heard = 0;
    const options = { onSchemaConflict: () => void heard++ };
    assert.equal((await database.query('INSERT INTO t (id) VALUES (1)', options)).tag, 'INSERT 0 1');
    assert.ok(heard > 0);
    assert.equal(await count(), String(Number(before) + 1));
  });

  it('a text that is one transaction is repeated whole', async () => {
    const options = { onSchemaConflict: () => undefined };
    await database.query('BEGIN; INSERT INTO t (id) VALUES (10); INSERT INTO t (id) VALUES (11); COMMIT;', options);
    const { rows } = await other.query('SELECT id FROM t WHERE id IN (10, 11)');
    assert.equal(rows.length, 2);
  });

  it('a text of several transactions is not', async () => {
    await other.query('CREATE TABLE first (id int PRIMARY KEY)');
    const options = { onSchemaConflict: () => assert.fail('repeated') };
    await assert.rejects(
      database.query('BEGIN; INSERT INTO first VALUES (1); COMMIT; INSERT INTO t (id) VALUES (20)', options),
      OC001,
    );
    assert.equal((await other.query('SELECT FROM first')).rowCount, 1);
  });

  async function count(): Promise<string> {
    return (await other.query<{ n: string }>('SELECT count(*)::text AS n FROM t')).rows[0]!.n;
  }
});
