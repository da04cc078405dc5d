import assert from 'node:assert/strict';
import type { LocalCluster } from '../../../src/local/cluster';
import { bankPool } from '../../../src/node/bank/connect';
import { databaseTarget } from '../../../src/node/chapters/ports';
import { createDatabase } from '../../../src/node/database';
import { SqlConnection } from '../../../src/node/sql/connection';
import { localTarget } from '../../../src/node/target-local';
import { SqlConnections } from '../../../src/stress/sql/connections';
import { startTestCluster } from '../../support/cluster';

/** What somebody may have set for databases of his own. */
const VARIABLES: Record<string, string> = {
  PGOPTIONS: '-c default_transaction_read_only=on',
  PGREPLICATION: 'database',
  PGSSLNEGOTIATION: 'nonsense',
  PGHOST: '192.0.2.1',
  PGPORT: '1',
  PGUSER: 'somebody',
  PGPASSWORD: 'secret',
  PGDATABASE: 'other',
  PGSSLMODE: 'disable',
};

describe('libpq’s variables, set for databases of the caller’s own', () => {
  const kept: Record<string, string | undefined> = {};
  let cluster: LocalCluster;

  before(async () => {
    for (const [name, value] of Object.entries(VARIABLES)) {
      kept[name] = process.env[name];
      process.env[name] = value;
    }
    cluster = await startTestCluster();
  });
  after(async () => {
    for (const [name, value] of Object.entries(kept))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await cluster.close();
  });

  it('keep no cluster from starting, and no command from its target', async () => {
    const database = createDatabase(localTarget(cluster.info));
    await database.query('CREATE TABLE written (id int PRIMARY KEY)');
    await database.close();
  });

  it('keep no statement of an editor from its cluster', async () => {
    const { endpoint: host, port, region, caFile, admin } = cluster.info;
    const credentials = (): Promise<typeof admin> => Promise.resolve(admin);
    const connection = await SqlConnection.open({
      profileName: 'local',
      kind: 'local',
      host,
      port,
      region,
      user: 'admin',
      caFile,
      credentials,
    });
    connection.destroy();
  });

  it('keep neither the bank nor a load from its database', async () => {
    const target = await databaseTarget(localTarget(cluster.info));
    const pool = bankPool(target, 1);
    assert.equal((await pool.query('SELECT 1 AS one')).rowCount, 1);
    await pool.end();
    const retry = { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1, jitter: 0 };
    const connections = await SqlConnections.open(target, 1, retry, Math.random);
    connections.close();
  });
});
