import assert from 'node:assert/strict';
import path from 'node:path';
import { bankPool } from '../../../src/node/bank/connect';
import { createDatabase } from '../../../src/node/database';
import { createSqlSession } from '../../../src/node/sql/session';
import { targetSource } from '../../../src/node/sql/target-source';
import type { ClusterTarget } from '../../../src/node/target';

describe('a certificate authority that is not where the connection says', () => {
  const caFile = path.resolve('nowhere', 'ca.pem');
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const target: ClusterTarget = {
    name: 'bank',
    kind: 'aws',
    region: 'us-east-1',
    endpoint: 'localhost',
    port: 1,
    caFile,
    credentials: { admin: () => Promise.resolve(keys) },
  };
  const told = { code: 'CA_FILE_UNREADABLE', message: /ca\.pem/, nextStep: /"caFile"/ };

  it('is told of pools', async () => {
    const database = createDatabase(target);
    await assert.rejects(database.query('SELECT 1'), told);
    await database.close();
  });

  it('is told of sessions', async () => {
    const session = createSqlSession(targetSource(target, 'admin', 'admin'));
    await assert.rejects(session.run('SELECT 1', { columns: () => undefined, rows: () => undefined }), told);
    await session.close();
  });

  it('is told of the jobs of the bank', () => {
    const { region, port } = target;
    assert.throws(
      () => bankPool({ host: 'localhost', port, region, caFile, user: 'admin', credentials: keys }, 1),
      told,
    );
  });
});
