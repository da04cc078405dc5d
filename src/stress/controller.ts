import fs from 'node:fs';
import { ABORTED, orAborted } from '../base/abort';
import { Deferred } from '../base/deferred';
import { CodedError, describeError } from '../base/errors';
import type { RunPlan, RunResult, RunSnapshot } from '../core/stress/contract';
import { givesUp } from '../core/stress/outage';
import { normalizePlan } from '../core/stress/plan';
import { NO_AUDIT, resultOf, type Ending } from '../core/stress/result';
import { evaluateThresholds, parseThreshold, shouldAbort, type Threshold } from '../core/stress/thresholds';
import { distFile } from '../node/assets';
import { lossOfCluster } from '../node/target-local';
import { assignments, type StressTarget } from './assignments';
import { BankWatch, type BankWatchOptions } from './bank-watch';
import { bundleCustom, type CustomBundle } from './custom/bundle';
import { Fleet, type CreateWorker } from './fleet';

export type { StressTarget } from './assignments';

/** What a test may put in place of the product's own. */
export interface StressOptions extends BankWatchOptions {
  /** The bundle the threads run. Default `dist/stress-worker.js`. */
  workerFile?: string;
  /** Makes the workers, where they are no threads of this process. */
  createWorker?: CreateWorker;
  /** Connections that a workload over SQL may open in all; default what one process may. */
  maxConnections?: number;
  /** Whether a `custom` workload may run: its module is the user's code, so only where the user trusts it. Default false. */
  allowUserCode?: boolean;
}

const SNAPSHOT_INTERVAL_MS = 100;
/** What calls in flight get to end in after a stop; with the workers' answer it stays below a second. */
const GRACE_MS = 400;
const PREPARE_TIMEOUT_MS = 60_000;

/**
 * Runs a plan: audits the bank, makes the calls from worker threads, audits again. `onSnapshot` gets complete snapshots about ten times a
 * second and one at the end; a listener that throws fails the run. Aborting `signal` ends the calls within a second with the partial result, status `cancelled`; calls still
 * in flight then count as started, neither succeeded nor failed. A worker that dies, or a bank that cannot be audited, gives status
 * `failed` with `failure`. With
 * `abortOnFail` a threshold that failed ends the run with status `aborted`. A run in which no call gets through any more ends by itself,
 * status `unreachable`, see `giveUpAfterSeconds`; where the local cluster that it drives is gone at once, status `failed`. Rejects only when the run could not begin:
 * `STRESS_PLAN_INVALID`, `STRESS_THRESHOLD_INVALID`, `STRESS_TARGET_INCOMPLETE`, `STRESS_WORKER_MISSING`, `STRESS_CODE_NOT_ALLOWED`,
 * `STRESS_MODULE_NOT_FOUND`, `STRESS_MODULE_INVALID`.
 */
export async function runStress(
  plan: RunPlan,
  target: StressTarget,
  onSnapshot: (snapshot: RunSnapshot) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
  options: StressOptions = {},
): Promise<RunResult> {
  const normalized = normalizePlan(plan, options.maxConnections);
  const workerFile = options.workerFile ?? distFile('stress-worker.js');
  if (!options.createWorker && !fs.existsSync(workerFile)) throw workerMissing(workerFile);
  const custom = await customBundle(normalized, options);
  try {
    const shares = assignments(normalized, target, custom?.file);
    const bank = new BankWatch(normalized, target.database, options);
    try {
      return await audited(
        normalized,
        bank,
        () => lossOf(target),
        () => new Fleet(workerFile, shares, normalized, options.createWorker),
        onSnapshot,
        signal,
      );
    } finally {
      await bank.close();
    }
  } finally {
    custom?.remove();
  }
}

/** The run between two audits. */
async function audited(
  plan: RunPlan,
  bank: BankWatch,
  loss: () => Promise<string | undefined>,
  newFleet: () => Fleet,
  onSnapshot: (snapshot: RunSnapshot) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  const startedAt = new Date().toISOString();
  const thresholds = (plan.thresholds ?? []).map(parseThreshold);
  const before = await orAborted(bank.begin(), signal);
  if (before === ABORTED)
    return resultOf(plan, undefined, NO_AUDIT, NO_AUDIT, { status: 'cancelled' }, { startedAt, thresholds });
  if (before.failure !== undefined) {
    const lost = await loss();
    const found = lost === undefined ? before : { ...NO_AUDIT, failure: lost };
    return resultOf(plan, undefined, found, found, undefined, { startedAt });
  }
  const fleet = newFleet();
  try {
    const ending = await drive(fleet, { plan, bank, thresholds, loss }, onSnapshot, signal);
    const last = fleet.snapshot();
    const recorded = { series: fleet.series(), distribution: fleet.distribution() };
    await fleet.close();
    const { after, ...ledger } = await bank.end(last.elapsedMs, { ...fleet.counters(), tally: fleet.tally() });
    const failed = ending.status === 'failed' || after.failure !== undefined;
    const lost = failed ? await loss() : undefined;
    // whatever else was told of it: this is the reason
    const [counted, ended] =
      lost === undefined ? [after, ending] : [{ ...NO_AUDIT, failure: lost }, { status: ending.status }];
    return resultOf(plan, last, before, counted, ended, {
      startedAt: fleet.startedAt?.toISOString() ?? startedAt,
      thresholds,
      ...recorded,
      ...ledger,
      ...(bank.balance ? { balance: bank.balance } : {}),
      ...(fleet.legsLeft > 0 ? { legsLeft: fleet.legsLeft } : {}),
      balanceSamples: bank.samples,
    });
  } finally {
    await fleet.close();
  }
}

/** What a run is watched by. */
interface Watched {
  plan: RunPlan;
  bank: BankWatch;
  thresholds: readonly Threshold[];
  /** Why what it drives is gone for good, where that is known. */
  loss: () => Promise<string | undefined>;
}

/** Runs the fleet until it has ended, for whatever reason; then nothing is running any more. */
async function drive(
  fleet: Fleet,
  { plan, bank, thresholds, loss }: Watched,
  onSnapshot: (snapshot: RunSnapshot) => void,
  signal: AbortSignal,
): Promise<Ending> {
  const stopped = new Deferred<Ending>();
  let over = false;
  const onAbort = (): void => stopped.resolve({ status: 'cancelled' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let asking = false;
  const askForLoss = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    const failure = await loss();
    if (failure !== undefined) stopped.resolve({ status: 'failed', failure });
    asking = false;
  };
  const report = (): void => {
    try {
      const snapshot: RunSnapshot = { ...fleet.snapshot(), ...(bank.balance ? { balance: bank.balance } : {}) };
      if (givesUp(plan, snapshot)) stopped.resolve({ status: 'unreachable' });
      // a plan that says how long to wait may want the cluster to come back
      if (!over && snapshot.outageMs !== undefined && plan.giveUpAfterSeconds === undefined) void askForLoss();
      if (thresholds.length > 0) {
        snapshot.thresholds = evaluateThresholds(thresholds, snapshot);
        if (plan.abortOnFail && shouldAbort(thresholds, snapshot)) stopped.resolve({ status: 'aborted' });
      }
      onSnapshot(snapshot);
    } catch (error) {
      stopped.resolve(failed(error));
    }
  };
  const ticker = setInterval(report, SNAPSHOT_INTERVAL_MS);
  let limit = setTimeout(() => stopped.resolve(failed(notPrepared())), PREPARE_TIMEOUT_MS);
  const run = async (): Promise<Ending> => {
    await fleet.prepare();
    clearTimeout(limit);
    if (over) return { status: 'cancelled' };
    limit = setTimeout(() => stopped.resolve({ status: 'timed-out' }), plan.maxDurationSeconds * 1000);
    bank.sample(() => fleet.elapsedMs);
    await fleet.run();
    return { status: 'completed' };
  };
  try {
    const ending = await Promise.race([run().catch(failed), stopped.promise]);
    over = true;
    bank.stopSampling();
    if (ending.status !== 'completed' && fleet.began) await fleet.stop(GRACE_MS);
    fleet.freeze();
    report();
    return ending;
  } finally {
    clearInterval(ticker);
    clearTimeout(limit);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Why the local cluster that a run drives is gone; of another target nobody here can tell. */
async function lossOf({ dataDir, database, lambda }: StressTarget): Promise<string | undefined> {
  if (dataDir === undefined) return undefined;
  const { host, port } = database;
  const error = await lossOfCluster({ dataDir, host, port, lambdaEndpoint: lambda?.endpoint });
  return error && describeError(error);
}

/** The bundle of a user's module, where the workload is one. */
async function customBundle({ workload }: RunPlan, options: StressOptions): Promise<CustomBundle | undefined> {
  if (workload.type !== 'custom') return undefined;
  if (!options.allowUserCode)
    throw new CodedError('STRESS_CODE_NOT_ALLOWED', 'the workload is code of your own, which may not run here', {
      nextStep: 'Trust the workspace, or run it with: dsql-workshop stress --workload <file>',
    });
  return bundleCustom(workload.module);
}

function workerMissing(file: string): CodedError {
  return new CodedError('STRESS_WORKER_MISSING', `the stress worker's bundle is missing: ${file}`, {
    nextStep: 'Run `npm run build`.',
  });
}

function notPrepared(): CodedError {
  return new CodedError('STRESS_NOT_PREPARED', 'the workers did not get their connections within a minute', {
    nextStep: 'Check that the endpoint answers, or use fewer calls in flight.',
  });
}

const failed = (error: unknown): Ending => ({ status: 'failed', failure: describeError(error) });
