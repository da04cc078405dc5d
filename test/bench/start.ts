import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startLocalProcess } from '../../src/node/target-local-process';
import { bundle } from './bank-cluster';
import type { BenchReport, Measurement } from './report';

const ROUNDS = 3;
/** Milliseconds until a cluster is ready. */
const GOALS = { first: 2000, later: 1000 } as const;

/** From the start of the process until the cluster, its Lambda service included, says that it is ready: on a new folder, and on one in use. */
export async function startBench(): Promise<BenchReport> {
  bundle();
  const times = { first: [] as number[], later: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-start-'));
    try {
      times.first.push(await startAndStop(dataDir));
      times.later.push(await startAndStop(dataDir));
    } finally {
      fs.rmSync(dataDir, { recursive: true, force: true });
    }
  }
  const row = (kind: keyof typeof GOALS): Measurement => {
    const sorted = times[kind].sort((a, b) => a - b);
    const median = sorted[ROUNDS >> 1]!;
    return {
      name: `${kind} start`,
      perSecond: 1000 / median,
      ratio: median / GOALS[kind],
      goal: '<= 1',
      more: { 'median ms': Math.round(median), 'fastest ms': Math.round(sorted[0]!), 'goal ms': GOALS[kind] },
    };
  };
  return {
    bench: 'start',
    baseline: 'the goals: 2 s for a first start, 1 s for a later one',
    measurements: [row('first'), row('later')],
    notes: [
      `${ROUNDS} folders; ratio: time against the goal, 1 or less holds it`,
      'first: an empty data folder; what the very first start on a machine prepares for all (template of a database) is there already',
    ],
  };
}

async function startAndStop(dataDir: string): Promise<number> {
  const beganAt = performance.now();
  const cluster = await startLocalProcess(dataDir);
  const readyAt = performance.now();
  await cluster.close();
  return readyAt - beganAt;
}
