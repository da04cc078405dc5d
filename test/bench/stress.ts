import { CREATE_TABLES } from '../../src/core/bank/schema';
import type { RunPlan } from '../../src/core/stress/contract';
import { loadAccounts } from '../../src/node/bank/load';
import { startPrivatePostgres } from '../support/private-postgres';
import { FUNCTION_NAME, MANAGED_FUNCTION_NAME, startBankCluster } from './bank-cluster';
import { DIRECT_OPTIONS, findPgbench, pgbench } from './pgbench';
import { cpuMillisecondsByRole } from './processes';
import type { BenchReport, Measurement } from './report';

const ACCOUNTS = 1_000;
const CALLS = 10_000;
const IN_FLIGHT = 1_000;
/** The workshop's own figure on AWS, with retries. */
const WORKSHOP_PER_SECOND = 931;

const RUNS = [
  ['local stack, cold', FUNCTION_NAME],
  ['local stack', FUNCTION_NAME],
  ['local stack, again', FUNCTION_NAME],
  ['managed instances, cold', MANAGED_FUNCTION_NAME],
  ['managed instances', MANAGED_FUNCTION_NAME],
  ['managed instances, again', MANAGED_FUNCTION_NAME],
] as const;

/** Chapter 2's run: Invoke API, Lambda, TLS gateway, PostgreSQL; beside pgbench running the same five statements straight on PostgreSQL. */
export async function stressBench(): Promise<BenchReport> {
  const direct = await directBaseline();
  const cluster = await startBankCluster(ACCOUNTS);
  try {
    const plan: Omit<RunPlan, 'name' | 'workload'> = {
      calls: CALLS,
      inFlight: IN_FLIGHT,
      workers: 1,
      accounts: ACCOUNTS,
      amount: 1,
      seed: 1,
      maxDurationSeconds: 60,
      transport: 'lean',
    };
    const measurements: Measurement[] = [];
    if (direct !== undefined)
      measurements.push({ name: `pgbench, 64 clients, simple, ${ACCOUNTS} accounts`, perSecond: direct, ratio: 1 });
    // The first run finds the functions cold.
    for (const [name, functionName] of RUNS) {
      const before = cpuMillisecondsByRole(cluster.info.pid);
      const generatorBefore = process.cpuUsage();
      const result = await cluster.ports.stress.run(
        { ...plan, name, workload: { type: 'lambda-transfer', functionName } },
        () => undefined,
        new AbortController().signal,
      );
      const generator = process.cpuUsage(generatorBefore);
      const after = cpuMillisecondsByRole(cluster.info.pid);
      if (!result.moneyConserved || result.status !== 'completed')
        throw new Error(`${name}: ${result.status}, money conserved: ${result.moneyConserved}, ${result.failure}`);
      const cpu = [...after].map(([role, ms]) => [
        `${role} µs`,
        Math.round(((ms - (before.get(role) ?? 0)) * 1000) / CALLS),
      ]);
      measurements.push({
        name,
        perSecond: result.throughput,
        ratio: result.throughput / (direct ?? WORKSHOP_PER_SECOND),
        goal: direct === undefined ? undefined : 0.4,
        more: {
          failed: result.failed,
          retries: result.retries,
          'p50 ms': Math.round(result.latency.p50),
          'p99 ms': Math.round(result.latency.p99),
          'generator µs': Math.round((generator.user + generator.system) / CALLS),
          ...(Object.fromEntries(cpu) as Record<string, number>),
        },
      });
    }
    return {
      bench: 'stress',
      baseline:
        direct === undefined ? `no pgbench found: the workshop's ${WORKSHOP_PER_SECOND} a second on AWS` : 'pgbench',
      measurements,
      notes: [`${CALLS} transfers, ${IN_FLIGHT} in flight, sum of balances unchanged in every run`],
    };
  } finally {
    await cluster.close();
  }
}

async function directBaseline(): Promise<number | undefined> {
  const binary = findPgbench();
  if (!binary) return undefined;
  const postgres = await startPrivatePostgres();
  try {
    for (const ddl of CREATE_TABLES) await postgres.pool.query(ddl);
    await loadAccounts(postgres.pool, { count: ACCOUNTS, balance: 1_000_000 });
    const load = { clients: 64, accounts: ACCOUNTS, protocol: 'simple' } as const;
    const config = { ...postgres.config, options: DIRECT_OPTIONS };
    await pgbench(binary, config, { ...load, seconds: 1 });
    return (await pgbench(binary, config, { ...load, seconds: 4 })).perSecond;
  } finally {
    await postgres.close();
  }
}
