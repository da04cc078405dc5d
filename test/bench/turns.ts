import path from 'node:path';
import type { RunPlan } from '../../src/core/stress/contract';
import { createChapterPorts } from '../../src/node/chapters/ports';
import { localTarget } from '../../src/node/target-local';
import { runStress } from '../../src/stress/controller';
import { FUNCTION_NAME, startBankCluster } from './bank-cluster';
import { DIST_OPTION, distFolders, inTurns, median } from './builds';
import { threadTimes, type ThreadTimes } from './processes';
import type { BenchReport, Measurement } from './report';

const ACCOUNTS = 1_000;
const CALLS = 5_000;
const ROUNDS = 6;

/**
 * Chapter 2's run on several builds in turns: `npm run bench -- turns --no-build --dist=<folder> --dist=<folder>`, each a `dist/` of its own
 * tree. CPU a call by process, and how often its threads went to sleep: what says the same on a machine with other work. Medians of the
 * warm runs; the first run of each is cold.
 */
export async function turnsBench(): Promise<BenchReport> {
  const folders = distFolders();
  const builds: Build[] = [];
  try {
    for (const folder of folders) builds.push(await Build.start(folder));
    await inTurns(builds, ROUNDS, (build, round) => build.run(round));
    return {
      bench: 'turns',
      baseline: folders[0] ?? `none: builds are named by ${DIST_OPTION}`,
      measurements: builds.flatMap(build => build.measurements(builds[0])),
      notes: [`${CALLS} transfers, 1,000 in flight, ${ROUNDS} runs of each build; ratios are of calls a second`],
    };
  } finally {
    for (const build of builds) await build.close();
  }
}

type Row = Record<string, number>;

class Build {
  private readonly rows: Row[] = [];

  private constructor(
    private readonly folder: string,
    private readonly cluster: Awaited<ReturnType<typeof startBankCluster>>,
    private readonly ports: ReturnType<typeof createChapterPorts>,
  ) {}

  static async start(folder: string): Promise<Build> {
    const cluster = await startBankCluster(ACCOUNTS, path.join(folder, 'local-cluster.js'));
    const workerFile = path.join(folder, 'stress-worker.js');
    const ports = createChapterPorts(localTarget(cluster.info), (plan, target, onSnapshot, signal) =>
      runStress(plan, target, onSnapshot, signal, { workerFile }),
    );
    return new Build(folder, cluster, ports);
  }

  async run(round: number): Promise<void> {
    const plan: RunPlan = {
      name: this.folder,
      workload: { type: 'lambda-transfer', functionName: FUNCTION_NAME },
      calls: CALLS,
      inFlight: 1_000,
      workers: 1,
      accounts: ACCOUNTS,
      amount: 1,
      seed: round + 1,
      maxDurationSeconds: 300,
      transport: 'lean',
    };
    const before = threadTimes(this.cluster.info.pid);
    const generator = process.cpuUsage();
    const result = await this.ports.stress.run(plan, () => undefined, new AbortController().signal);
    const { user, system } = process.cpuUsage(generator);
    const row: Row = { perSecond: result.throughput, 'generator µs': (user + system) / CALLS };
    for (const [role, now] of threadTimes(this.cluster.info.pid)) {
      const then: ThreadTimes = before.get(role) ?? { micros: 0, sleeps: 0 };
      row[`${role} µs`] = (now.micros - then.micros) / CALLS;
      row[`${role} sleeps`] = (now.sleeps - then.sleeps) / CALLS;
    }
    this.rows.push(row);
  }

  measurements(first: Build | undefined): Measurement[] {
    const [cold, ...warm] = this.rows;
    const figures = (rows: readonly Row[]): Row =>
      Object.fromEntries(Object.keys(rows[0] ?? {}).map(name => [name, median(rows.map(row => row[name] ?? 0))]));
    const measurement = (name: string, { perSecond = 0, ...more }: Row, base: Row): Measurement => ({
      name: `${path.relative('', this.folder)}, ${name}`,
      perSecond,
      ratio: perSecond / (base['perSecond'] ?? perSecond),
      more: Object.fromEntries(Object.entries(more).map(([key, value]) => [key, Math.round(value * 10) / 10])),
    });
    const [firstCold, ...firstWarm] = first?.rows ?? this.rows;
    return [measurement('cold', cold ?? {}, firstCold ?? {}), measurement('warm', figures(warm), figures(firstWarm))];
  }

  async close(): Promise<void> {
    await this.ports.close();
    await this.cluster.close();
  }
}
