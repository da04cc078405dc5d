import fs from 'node:fs';
import { Deferred } from '../base/deferred';
import { CodedError, describeError } from '../base/errors';
import type { BankAudit, RunPlan, RunResult, RunSnapshot } from '../core/stress/contract';
import { normalizePlan } from '../core/stress/plan';
import { distFile } from '../node/assets';
import { audit } from '../node/bank/audit';
import { bankPool } from '../node/bank/connect';
import { assignments, type StressTarget } from './assignments';
import { ABORTED, unlessAborted } from './abort';
import { Fleet } from './fleet';
import { NO_AUDIT, resultOf, type Audited, type Ending } from '../core/stress/result';

export type { StressTarget } from './assignments';

/** What a test may put in place of the product's own. */
export interface StressOptions {
  /** The bundle the threads run. Default `dist/stress-worker.js`. */
  workerFile?: string;
  /** How the bank is audited. Default: over SQL on the target's database. */
  audit?: () => Promise<BankAudit>;
}

const SNAPSHOT_INTERVAL_MS = 100;
/** What calls in flight get to end in after a stop; with the workers' answer it stays below a second. */
const GRACE_MS = 400;
const PREPARE_TIMEOUT_MS = 60_000;

/**
 * Runs a plan: audits the bank, makes the calls from worker threads, audits again. `onSnapshot` gets complete snapshots about ten times a
 * second and one at the end; a listener that throws fails the run. Aborting `signal` ends the calls within a second with the partial result, status `cancelled`; calls still
 * in flight then count as started, neither succeeded nor failed. A worker that dies, or a bank that cannot be audited, gives status
 * `failed` with `failure`. Rejects only when the run could not begin: `STRESS_PLAN_INVALID`, `STRESS_TARGET_INCOMPLETE`, `STRESS_WORKER_MISSING`.
 */
export async function runStress(
  plan: RunPlan,
  target: StressTarget,
  onSnapshot: (snapshot: RunSnapshot) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
  options: StressOptions = {},
): Promise<RunResult> {
  const normalized = normalizePlan(plan);
  const shares = assignments(normalized, target);
  const workerFile = options.workerFile ?? distFile('stress-worker.js');
  if (!fs.existsSync(workerFile)) throw workerMissing(workerFile);
  const pool = bankPool(target.database, 1);
  const makeAudit = options.audit ?? (() => audit(pool));
  try {
    const before = await unlessAborted(tryAudit(makeAudit), signal);
    if (before === ABORTED) return resultOf(normalized, undefined, NO_AUDIT, NO_AUDIT, { status: 'cancelled' });
    if (before.failure !== undefined) return resultOf(normalized, undefined, before, before);
    const fleet = new Fleet(workerFile, shares);
    try {
      const ending = await drive(fleet, normalized, onSnapshot, signal);
      const last = fleet.snapshot();
      await fleet.close();
      const after = await tryAudit(makeAudit);
      return resultOf(normalized, last, before, after, ending);
    } finally {
      await fleet.close();
    }
  } finally {
    // A connection that is still being opened must not hold up a cancelled run.
    await unlessAborted(pool.end(), signal);
  }
}

/** Runs the fleet until it has ended, for whatever reason; then nothing is running any more. */
async function drive(
  fleet: Fleet,
  plan: RunPlan,
  onSnapshot: (snapshot: RunSnapshot) => void,
  signal: AbortSignal,
): Promise<Ending> {
  const stopped = new Deferred<Ending>();
  let over = false;
  const onAbort = (): void => stopped.resolve({ status: 'cancelled' });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const report = (): void => {
    try {
      onSnapshot(fleet.snapshot());
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
    await fleet.run();
    return { status: 'completed' };
  };
  try {
    const ending = await Promise.race([run().catch(failed), stopped.promise]);
    over = true;
    if (ending.status !== 'completed') await fleet.stop(GRACE_MS);
    fleet.freeze();
    report();
    return ending;
  } finally {
    clearInterval(ticker);
    clearTimeout(limit);
    signal.removeEventListener('abort', onAbort);
  }
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

async function tryAudit(make: () => Promise<BankAudit>): Promise<Audited> {
  try {
    return { audit: await make() };
  } catch (error) {
    return { ...NO_AUDIT, failure: describeError(error) };
  }
}
