import { startBankCluster } from './bank-cluster';
import { clusterConfig } from './cluster-config';
import { cpuMillisecondsByRole } from './processes';
import type { BenchReport, Measurement } from './report';
import { transfers } from './transfer-load';

const ACCOUNTS = 100_000;
const FEW = 32;
const MANY = 1000;
const SECONDS = 6;
/** The second or two after a thousand clients have connected are slower by a tenth: what their connecting left behind is collected. */
const WARM_UP_SECONDS = 3;
/** A thousand clients lose at most 15 % of the throughput of as many as there are backends. */
const GOAL = 0.85;

/**
 * Transfers by 1,000 TLS clients beside 32: the gateway lends its PostgreSQL connections for a transaction at a time. The clients are
 * `pg` in this process: pgbench asks the kernel about each of its sockets each time, so that a thousand of them cost it, not the gateway.
 */
export async function clientsBench(): Promise<BenchReport> {
  const cluster = await startBankCluster(ACCOUNTS);
  try {
    const config = await clusterConfig(cluster.info);
    const run = async (clients: number, name = `${clients} clients`): Promise<Measurement> => {
      let own = process.cpuUsage();
      let cpu = new Map<string, number>();
      const { perSecond, committed } = await transfers(
        config,
        { clients, seconds: SECONDS, accounts: ACCOUNTS, protocol: 'simple', warmUpSeconds: WARM_UP_SECONDS },
        () => {
          const before = cpuMillisecondsByRole(cluster.info.pid);
          own = process.cpuUsage();
          return () => {
            own = process.cpuUsage(own);
            const after = cpuMillisecondsByRole(cluster.info.pid);
            cpu = new Map([...after].map(([role, ms]) => [role, ms - (before.get(role) ?? 0)]));
          };
        },
      );
      const each = (role: string): number => Math.round(((cpu.get(role) ?? 0) * 1000) / committed);
      return {
        name,
        perSecond,
        ratio: 1,
        more: {
          'clients µs': Math.round((own.user + own.system) / committed),
          'gateway µs': each('gateway and API'),
          'postgres µs': each('postgres'),
        },
      };
    };
    await run(FEW, 'warm-up');
    const before = await run(FEW);
    const many = await run(MANY);
    const after = await run(FEW, `${FEW} clients, again`);
    const few = (before.perSecond + after.perSecond) / 2;
    return {
      bench: 'clients',
      baseline: `${FEW} clients, mean of a run before and one after; pg in one process, simple protocol, ${ACCOUNTS} accounts`,
      measurements: [before, { ...many, ratio: many.perSecond / few, goal: GOAL }, after],
      notes: [`${SECONDS} s each; connecting is counted neither in the rate nor in the microseconds`],
    };
  } finally {
    await cluster.close();
  }
}
