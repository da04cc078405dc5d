import { CREATE_TABLES } from '../../src/core/bank/schema';
import { bankPool } from '../../src/node/bank/connect';
import { loadAccounts } from '../../src/node/bank/load';
import { startPrivatePostgres } from '../support/private-postgres';
import { startBankCluster } from './bank-cluster';
import type { BenchReport } from './report';

const COUNT = 300_000;

/** Loading accounts through the gateway, 3,000 rows a transaction, beside one COPY by PostgreSQL into the same table. */
export async function loadBench(): Promise<BenchReport> {
  const copied = await copyPerSecond();
  const cluster = await startBankCluster(1);
  const { endpoint: host, admin: credentials, ...info } = cluster.info;
  const target = { host, port: info.port, region: info.region, caFile: info.caFile, user: 'admin', credentials };
  const pool = bankPool(target, 4);
  try {
    const { rowsPerSecond, inserted } = await loadAccounts(() => pool, { count: COUNT, balance: 100 });
    return {
      bench: 'load',
      baseline: 'COPY on the server, one transaction, same table',
      measurements: [
        { name: 'COPY', perSecond: copied, ratio: 1 },
        // At most 1.4 times the time.
        { name: 'loadAccounts, 4 workers', perSecond: rowsPerSecond, ratio: rowsPerSecond / copied, goal: 0.71 },
      ],
      notes: [`${inserted} accounts inserted`],
    };
  } finally {
    await pool.end();
    await cluster.close();
  }
}

async function copyPerSecond(): Promise<number> {
  const postgres = await startPrivatePostgres();
  const client = await postgres.pool.connect();
  try {
    for (const ddl of CREATE_TABLES) await client.query(ddl);
    // COPY of a program's output: the server reads rows as from a client, without the client's share of the CPU.
    const beganAt = performance.now();
    await client.query(`COPY accounts FROM PROGRAM 'seq -f "%.0f,100" 1 ${COUNT}' WITH (FORMAT csv)`);
    return (COUNT * 1000) / (performance.now() - beganAt);
  } finally {
    client.release();
    await postgres.close();
  }
}
