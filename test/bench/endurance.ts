import type { RunPlan } from '../../src/core/stress/contract';
import { FUNCTION_NAME, startBankCluster } from './bank-cluster';
import { cpuMillisecondsByRole } from './processes';
import type { BenchReport, Measurement } from './report';

/** Reduced size; `--full` is the workshop's own million. */
const SIZE = { calls: 100_000, accounts: 100_000 };
const FULL = { calls: 1_000_000, accounts: 1_000_000 };
const TENTHS = 10;
/** May be slower at the end by this share. */
const TOLERANCE = 0.1;

interface Mark {
  ended: number;
  elapsedMs: number;
  rssBytes: number;
  cpu: ReadonlyMap<string, number>;
  generatorMicros: number;
}

/** A long run of transfers over as many accounts: is it as fast at the end as at the start, is the generator's memory flat, is every transfer found? */
export async function enduranceBench(): Promise<BenchReport> {
  const { calls, accounts } = process.argv.includes('--full') ? FULL : SIZE;
  const cluster = await startBankCluster(accounts);
  try {
    const plan: RunPlan = {
      name: 'endurance',
      workload: { type: 'lambda-transfer', functionName: FUNCTION_NAME },
      calls,
      inFlight: 1_000,
      workers: 1,
      accounts,
      amount: 1,
      seed: 1,
      maxDurationSeconds: 3_600,
      transport: 'lean',
    };
    const marks: Mark[] = [];
    const note = (ended: number, elapsedMs: number): void => {
      if (ended < (marks.length * calls) / TENTHS) return;
      const { user, system } = process.cpuUsage();
      const cpu = cpuMillisecondsByRole(cluster.info.pid);
      marks.push({ ended, elapsedMs, rssBytes: process.memoryUsage.rss(), cpu, generatorMicros: user + system });
    };
    const result = await cluster.ports.stress.run(
      plan,
      ({ succeeded, failed, elapsedMs }) => note(succeeded + failed, elapsedMs),
      new AbortController().signal,
    );
    const rows = await cluster.ports.database.query('SELECT count(*) FROM transactions');
    const found = Number(rows.rows[0]?.[0]);
    if (result.status !== 'completed' || !result.moneyConserved || found !== result.succeeded)
      throw new Error(`${result.status}, money conserved: ${result.moneyConserved}, ${found} rows, ${result.failure}`);
    const parts = marks.slice(1).map((mark, i) => partOf(mark, marks[i] as Mark, i));
    // what comes before is warming up: code that is not compiled yet, accounts that are not in memory
    const reference = parts[1] as Measurement;
    const costOf = (part: Measurement): number => Number(part.more?.['CPU µs/call']);
    const measurements = parts.map(part => ({ ...part, ratio: costOf(reference) / costOf(part) }));
    const last = measurements.at(-1) as Measurement;
    last.goal = (1 - TOLERANCE).toFixed(1);
    return {
      bench: 'endurance',
      baseline: 'the second tenth of the same run; ratio: its CPU time a call against that of the tenth',
      measurements,
      notes: [
        `${calls} transfers over ${accounts} accounts, ${result.failed} failed, every one of the ${result.succeeded} found in transactions`,
        `calls a second, last tenth against second: ${(last.perSecond / reference.perSecond).toFixed(2)}; beside other work CPU time says more`,
        `generator: ${text(marks.at(2))} MB after a fifth, ${text(marks.at(-1))} MB at the end`,
      ],
    };
  } finally {
    await cluster.close();
  }
}

const text = (mark: Mark | undefined): number => Math.round((mark?.rssBytes ?? 0) / 1048576);

function partOf(now: Mark, before: Mark, i: number): Measurement {
  const calls = now.ended - before.ended;
  const roles = [...now.cpu].map(([role, ms]) => [role, ((ms - (before.cpu.get(role) ?? 0)) * 1000) / calls] as const);
  const generator = (now.generatorMicros - before.generatorMicros) / calls;
  const total = roles.reduce((sum, [, micros]) => sum + micros, generator);
  return {
    name: `${i * TENTHS} to ${(i + 1) * TENTHS} %`,
    perSecond: (calls * 1000) / (now.elapsedMs - before.elapsedMs),
    ratio: 1,
    more: {
      'CPU µs/call': Math.round(total),
      'generator µs': Math.round(generator),
      ...Object.fromEntries(
        roles.filter(([role]) => role !== 'sh').map(([role, micros]) => [`${role} µs`, Math.round(micros)]),
      ),
      'generator MB': text(now),
    },
  };
}
