import type pg from 'pg';
import path from 'node:path';
import { startBankCluster, type BankCluster } from './bank-cluster';
import { DIST_OPTION, distFolders, inTurns, median } from './builds';
import { clusterConfig } from './cluster-config';
import { findPgbench, pgbench, type PgbenchLoad } from './pgbench';
import { systemCalls, threadTimes, type ThreadTimes } from './processes';
import type { BenchReport, Measurement } from './report';
import { transfers, type Transfers } from './transfer-load';

const ACCOUNTS = 100_000;
const SECONDS = 3;
const ROUNDS = 6;
const LOAD_OPTION = '--load=';

type Row = Record<string, number>;
/** Runs a load. `watch` is called when it begins; what it returns, when the load is over */
type Load = (config: pg.ClientConfig, watch: () => () => void) => Promise<Transfers>;

const byPgbench = (more: Partial<PgbenchLoad>): Load => {
  const load: PgbenchLoad = { clients: 32, seconds: SECONDS, accounts: ACCOUNTS, protocol: 'simple', ...more };
  return async (config, watch) => {
    const ended = watch();
    const { transactions, perSecond } = await pgbench(findPgbench()!, config, load);
    ended();
    return { committed: transactions, perSecond };
  };
};

/**
 * As many clients are `pg` in this process: pgbench asks the kernel about each of its sockets each time. A thousand would be all that the
 * gateway lets in at once.
 */
const crowd: Load = async (config, watch) => {
  const load = { clients: 900, seconds: SECONDS, accounts: ACCOUNTS, protocol: 'simple', warmUpSeconds: 0 } as const;
  return transfers(config, load, watch);
};

const LOADS: Readonly<Record<string, Load>> = {
  simple: byPgbench({}),
  prepared: byPgbench({ protocol: 'prepared' }),
  select: byPgbench({ protocol: 'prepared', script: 'select', clients: 1 }),
  hot: byPgbench({ clients: 64, accounts: 50 }),
  crowd,
};

/**
 * The gateway of several builds in turns: `npm run bench -- gateway --no-build --dist=<folder> --dist=<folder>`, `--load=hot` for one load
 * alone. CPU and sleeps for each committed transaction by process, and how many attempts were undone for it: what says the same on a
 * machine with other work. Medians, without the first round.
 */
export async function gatewayBench(): Promise<BenchReport> {
  if (!findPgbench()) throw new Error('this benchmark needs pgbench: set PGBENCH, or put it on the search path');
  const only = process.argv.filter(each => each.startsWith(LOAD_OPTION)).map(each => each.slice(LOAD_OPTION.length));
  const loads = Object.keys(LOADS).filter(name => only.length === 0 || only.includes(name));
  const builds: Build[] = [];
  const measurements: Measurement[] = [];
  try {
    for (const folder of distFolders()) builds.push(await Build.start(folder));
    for (const load of loads) {
      await inTurns(builds, ROUNDS, (build, round) => build.run(load, round > 0));
      for (const build of builds) measurements.push(build.measurement(load, builds[0]!));
    }
  } finally {
    for (const build of builds) await build.close();
  }
  return {
    bench: 'gateway',
    baseline: builds[0]?.name ?? `none: builds are named by ${DIST_OPTION}`,
    measurements,
    notes: [
      `medians of ${ROUNDS - 1} rounds of ${SECONDS} s; microseconds of CPU and sleeps for each committed transaction`,
    ],
  };
}

class Build {
  private readonly rows = new Map<string, Row[]>();

  private constructor(
    readonly name: string,
    private readonly cluster: BankCluster,
    private readonly config: pg.ClientConfig,
  ) {}

  static async start(folder: string): Promise<Build> {
    const cluster = await startBankCluster(ACCOUNTS, path.join(folder, 'local-cluster.js'));
    return new Build(path.relative('', folder), cluster, await clusterConfig(cluster.info));
  }

  async run(load: string, counts: boolean): Promise<void> {
    const { pid } = this.cluster.info;
    let used = new Map<string, ThreadTimes>();
    const undone = await this.undone();
    let calls = { reads: 0, writes: 0 };
    const { committed, perSecond } = await LOADS[load]!(this.config, () => {
      const before = threadTimes(pid);
      const { reads, writes } = systemCalls(pid);
      return () => {
        used = difference(before, threadTimes(pid));
        const after = systemCalls(pid);
        calls = { reads: after.reads - reads, writes: after.writes - writes };
      };
    });
    if (!counts) return;
    const row: Row = {
      perSecond,
      undone: ((await this.undone()) - undone) / committed,
      reads: calls.reads / committed,
      writes: calls.writes / committed,
    };
    for (const [role, { micros, sleeps }] of used) {
      row[`${role} µs`] = micros / committed;
      row[`${role} sleeps`] = sleeps / committed;
    }
    this.rows.set(load, [...(this.rows.get(load) ?? []), row]);
  }

  /** Transactions that ended without COMMIT so far. */
  private async undone(): Promise<number> {
    const { rows } = await this.cluster.ports.database.query('SHOW dsql_local.undone_transactions');
    return Number(rows[0]?.[0]);
  }

  private figures(load: string): Row {
    const rows = this.rows.get(load) ?? [];
    return Object.fromEntries(Object.keys(rows[0] ?? {}).map(name => [name, median(rows.map(row => row[name] ?? 0))]));
  }

  measurement(load: string, base: Build): Measurement {
    const { perSecond = 0, ...more } = this.figures(load);
    return {
      name: `${load}: ${this.name}`,
      perSecond,
      ratio: perSecond / (base.figures(load)['perSecond'] ?? perSecond),
      more: Object.fromEntries(Object.entries(more).map(([key, value]) => [key, Math.round(value * 100) / 100])),
    };
  }

  close(): Promise<void> {
    return this.cluster.close();
  }
}

function difference(
  before: ReadonlyMap<string, ThreadTimes>,
  after: ReadonlyMap<string, ThreadTimes>,
): Map<string, ThreadTimes> {
  return new Map(
    [...after].map(([role, { micros, sleeps }]) => {
      const then = before.get(role);
      return [role, { micros: micros - (then?.micros ?? 0), sleeps: sleeps - (then?.sleeps ?? 0) }];
    }),
  );
}
