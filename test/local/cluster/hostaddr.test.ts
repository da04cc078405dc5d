import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { bankPool } from '../../../src/node/bank/connect';
import { databaseTarget } from '../../../src/node/chapters/ports';
import { createDatabase } from '../../../src/node/database';
import { createDoctorPorts } from '../../../src/node/doctor/ports';
import { doctorSubject } from '../../../src/node/doctor/subject';
import { examine } from '../../../src/core/doctor/examine';
import { targetSessions } from '../../../src/node/sessions/target-sessions';
import type { Target } from '../../../src/node/target';
import { localTarget } from '../../../src/node/target-local';
import { startTestCluster } from '../../support/cluster';

describe('a cluster reached by its name through an address of its own (hostaddr)', () => {
  let cluster: LocalCluster;
  let target: Target;
  before(async () => {
    cluster = await startTestCluster();
    const { clusterId, region } = cluster.info;
    // a name that no DNS knows: whatever connects goes to the address, verifies the name, and signs for it
    const endpoint = `${clusterId}.dsql.${region}.on.aws`;
    target = { ...localTarget(cluster.info), kind: 'aws', endpoint, hostaddr: '127.0.0.1' };
  });
  after(() => cluster.close());

  it('serves pools, sessions, the bank and the doctor', async () => {
    const database = createDatabase(target);
    assert.deepEqual((await database.query('SELECT 1')).rows, [['1']]);
    await database.close();
    const pool = bankPool(await databaseTarget(target), 1);
    assert.equal((await pool.query('SELECT 1 AS one')).rows.length, 1);
    await pool.end();
    const session = await targetSessions(target)();
    const outcome = await session.run('SELECT 1', { columns: () => undefined, rows: () => undefined });
    assert.equal(outcome.tag, 'SELECT 1');
    await session.close();
    const subject = doctorSubject(target, 'admin');
    for await (const { check, status, observed } of examine(subject, createDoctorPorts({ target, subject })))
      assert.ok(status === 'ok' || status === 'skipped', `${check}: ${observed}`);
  });

  it('refuses a name that is not in the certificate', async () => {
    const database = createDatabase({ ...target, endpoint: 'other.example' });
    await assert.rejects(database.query('SELECT 1'), /altnames/);
    await database.close();
  });
});
