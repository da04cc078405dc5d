import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import type { DatabasePort } from '../../../src/core/sql/database-port';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { startTestCluster } from '../../support/cluster';

describe('texts of several statements, one after the other', () => {
  let cluster: LocalCluster;
  let database: DatabasePort & Closeable;

  before(async () => {
    cluster = await startTestCluster();
    database = createDatabase(localTarget(cluster.info));
    await database.query('CREATE TABLE t (id int PRIMARY KEY)');
  });
  after(async () => {
    await database?.close();
    await cluster?.close();
  });

  for (const [what, text] of [
    [
      'fails in a transaction that it began after its start',
      'SELECT 1; BEGIN; INSERT INTO t VALUES (1); SELECT nowhere',
    ],
    ['leaves a transaction open', 'BEGIN; INSERT INTO t VALUES (2)'],
  ] as const)
    it(`one that ${what} is no part of the next`, async () => {
      await database.query(text).catch(() => undefined);
      assert.deepEqual((await database.query('SELECT id FROM t')).rows, []);
    });

  it('one that fails after its COMMIT brings no warning of a transaction that there is not', async () => {
    const notices: unknown[] = [];
    const failed = database.query('BEGIN; SELECT 1; COMMIT; SELECT nowhere', {
      onNotice: notice => notices.push(notice),
    });
    await assert.rejects(failed, /nowhere/);
    assert.deepEqual(notices, []);
  });

  it('one without a statement has an answer without columns', async () => {
    assert.deepEqual(await database.query('-- nothing'), { columns: [], rows: [], tag: '' });
  });
});
