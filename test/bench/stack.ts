import fs from 'node:fs';
import path from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import type { RunPlan, RunResult } from '../../src/core/stress/contract';
import { runStress } from '../../src/stress/controller';
import { createChapterPorts } from '../../src/node/chapters/ports';
import { localTarget } from '../../src/node/target-local';
import { until } from '../support/postgres';
import { bundle, FUNCTION_NAME, startBankCluster } from './bank-cluster';
import { cpuMillisecondsByRole, cpuMillisecondsByThread, descendants } from './processes';
import { summarize, summaryText, type CpuProfile } from './profile-summary';
import { readableDist, sourceLocator } from './readable-dist';
import type { BenchReport } from './report';

const ROOT = path.resolve(__dirname, '../..');
const OUT = path.join(ROOT, 'out/bench');
const ACCOUNTS = 1_000;
const CALLS = 10_000;

/** Where the CPU of chapter 2's run goes, thread by thread: generator, Lambda host, its environments, gateway. Profiles in `out/bench/stack`. */
export async function stackBench(): Promise<BenchReport> {
  bundle();
  const dist = path.join(OUT, 'stack', 'dist');
  const profiles = path.join(OUT, 'stack', 'profiles');
  await readableDist(dist, profiles);
  const cluster = await startBankCluster(ACCOUNTS, path.join(dist, 'local-cluster.js'));
  const workerFile = path.join(dist, 'stress-worker.js');
  const ports = createChapterPorts(localTarget(cluster.info), (plan, target, onSnapshot, signal) =>
    runStress(plan, target, onSnapshot, signal, { workerFile }),
  );
  const run = (calls: number): Promise<RunResult> =>
    ports.stress.run(
      {
        name: 'stack',
        workload: { type: 'lambda-transfer', functionName: FUNCTION_NAME },
        calls,
        inFlight: 1_000,
        workers: 1,
        accounts: ACCOUNTS,
        amount: 1,
        seed: 1,
        maxDurationSeconds: 120,
        transport: 'lean',
      } satisfies RunPlan,
      () => undefined,
      new AbortController().signal,
    );
  try {
    await run(CALLS);
    const { pid } = cluster.info;
    const before = cpuMillisecondsByRole(pid);
    const threadsBefore = cpuMillisecondsByThread(pid);
    const warm = await run(CALLS);
    const after = cpuMillisecondsByRole(pid);
    const threads = cpuMillisecondsByThread(pid);
    const each = (now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>): Record<string, number> =>
      Object.fromEntries(
        [...now].map(([role, ms]) => [`${role} µs`, Math.round(((ms - (then.get(role) ?? 0)) * 1000) / CALLS)]),
      );
    const notes = [`by thread: ${JSON.stringify(each(threads, threadsBefore))}`];
    notes.push(...(await profiled(pid, profiles, () => run(CALLS))));
    return {
      bench: 'stack',
      baseline: 'none: shares of each thread',
      measurements: [
        { name: 'warm run, not profiled', perSecond: warm.throughput, ratio: 1, more: each(after, before) },
      ],
      notes,
    };
  } finally {
    await ports.close();
    await cluster.close();
  }
}

/** Profiles all threads during `work`; a summary for each kind of thread, the busiest one of it. */
async function profiled(pid: number, folder: string, work: () => Promise<unknown>): Promise<string[]> {
  const channel = new BroadcastChannel('bench-profile');
  const toggle = (): void => {
    for (const child of descendants(pid, /local-cluster\.js|lambda-host\.js/)) process.kill(child, 'SIGUSR2');
  };
  toggle();
  const running = work();
  // the generator's thread is there as soon as the run has begun
  await until(() => Promise.resolve(fs.readdirSync(folder).length > 0), 'the profilers run', 60_000);
  channel.postMessage('toggle');
  await running;
  toggle();
  channel.postMessage('toggle');
  channel.close();
  await until(
    () => Promise.resolve(!fs.readdirSync(folder).some(name => /^l.*\.(started|partial)$/.test(name))),
    'the profiles are written',
    180_000,
  );
  const locate = sourceLocator();
  const kinds = new Map<string, { busyMs: number; text: string }>();
  for (const name of fs.readdirSync(folder).filter(file => file.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as CpuProfile;
    const kind = name.replace(/-\d+-\d+\.cpuprofile$/, '');
    const summary = summarize(profile, locate);
    const text = summaryText(summary, 45);
    fs.writeFileSync(path.join(folder, name.replace('.cpuprofile', '.txt')), text);
    if (summary.busyMs > (kinds.get(kind)?.busyMs ?? 0)) kinds.set(kind, { busyMs: summary.busyMs, text });
  }
  return [...kinds].map(([kind, { text }]) => `\n${kind}\n${text}`);
}
