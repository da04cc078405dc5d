import { CREATE_TABLES } from '../../src/core/bank/schema';
import { bankPool } from '../../src/node/bank/connect';
import { loadAccounts } from '../../src/node/bank/load';
import { startPrivatePostgres } from '../support/private-postgres';
import { startBankCluster } from './bank-cluster';
import { cpuMillisecondsByRole } from './processes';
import type { BenchReport, Measurement } from './report';

const COUNT = 1_000_000;
const WORKERS = 4;
/** COPY's time over the load's: at most 1.4 times the time. */
const GOAL = 1 / 1.4;

/** Loading a million accounts through the gateway, 3,000 rows a transaction, beside one COPY by PostgreSQL into the same indexed table. */
export async function loadBench(): Promise<BenchReport> {
  const copy = await copied();
  const load = await loaded();
  return {
    bench: 'load',
    baseline: `COPY of ${COUNT} rows on the server, one transaction, same table and primary key`,
    measurements: [
      { ...copy, ratio: 1 },
      { ...load, ratio: load.perSecond / copy.perSecond, goal: GOAL.toFixed(2) },
    ],
    notes: [
      'ratio: rows a second against COPY; the goal is 1.4 times the time of COPY at most, so 0.71 of its rows a second',
      'CPU ns a row say how much of the difference is work: COPY fills pages of the table at once, INSERT goes row by row',
    ],
  };
}

type Part = Omit<Measurement, 'ratio'>;

async function copied(): Promise<Part> {
  const postgres = await startPrivatePostgres();
  const client = await postgres.pool.connect();
  try {
    for (const ddl of CREATE_TABLES) await client.query(ddl);
    const cpu = cpuSince(process.pid);
    // COPY of a program's output: the server reads rows as from a client, without the client's share of the CPU
    const beganAt = performance.now();
    await client.query(`COPY accounts FROM PROGRAM 'seq -f "%.0f,100" 1 ${COUNT}' WITH (FORMAT csv)`);
    return { name: 'COPY', perSecond: (COUNT * 1000) / (performance.now() - beganAt), more: cpu() };
  } finally {
    client.release();
    await postgres.close();
  }
}

async function loaded(): Promise<Part> {
  const cluster = await startBankCluster(1);
  const { endpoint: host, admin: credentials, ...info } = cluster.info;
  const target = { host, port: info.port, region: info.region, caFile: info.caFile, user: 'admin', credentials };
  const pool = bankPool(target, WORKERS);
  try {
    await Promise.all(Array.from({ length: WORKERS }, () => pool.query('SELECT 1'))); // connected before the clock starts, as COPY's client is
    const cpu = cpuSince(info.pid);
    const { rowsPerSecond, inserted } = await loadAccounts(pool, { count: COUNT, balance: 100, workers: WORKERS });
    if (inserted !== COUNT - 1) throw new Error(`${inserted} accounts were inserted, not ${COUNT - 1}`);
    return { name: `loadAccounts, ${WORKERS} workers`, perSecond: rowsPerSecond, more: cpu() };
  } finally {
    await pool.end();
    await cluster.close();
  }
}

/** CPU time a row of the processes under `pid`, from now on. */
function cpuSince(pid: number): () => Record<string, number> {
  const before = cpuMillisecondsByRole(pid);
  return () => {
    const after = cpuMillisecondsByRole(pid);
    const each = (role: string): number =>
      Math.round((((after.get(role) ?? 0) - (before.get(role) ?? 0)) * 1e6) / COUNT);
    return { 'postgres ns/row': each('postgres'), 'gateway ns/row': each('gateway and API') };
  };
}
