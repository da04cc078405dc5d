import type { LocalCluster } from '../../src/local/cluster';
import { bankPool } from '../../src/node/bank/connect';
import type { StressTarget } from '../../src/stress/controller';
import { startTestCluster } from './cluster';
import { buildStressWorker } from './stress-worker';

/** A cluster under stress runs: the workers' file, the database that they are given, and connections of the test's own. */
export interface StressBank {
  cluster: LocalCluster;
  workerFile: string;
  target: StressTarget;
  pool: ReturnType<typeof bankPool>;
  close(): Promise<void>;
}

export async function startStressBank(): Promise<StressBank> {
  const [cluster, worker] = await Promise.all([startTestCluster(), buildStressWorker()]);
  const { endpoint: host, port, region, caFile, admin: credentials } = cluster.info;
  const target: StressTarget = { database: { host, port, region, user: 'admin', caFile, credentials } };
  const pool = bankPool(target.database, 8);
  const close = async (): Promise<void> => {
    await pool.end();
    await cluster.close();
    worker.remove();
  };
  return { cluster, workerFile: worker.file, target, pool, close };
}
