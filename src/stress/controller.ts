import { describeError } from '../base/errors';
import { moneyConserved } from '../core/bank/invariants';
import type { BankAudit, RunPlan, RunResult, RunSnapshot } from '../core/stress/contract';
import { normalizePlan } from '../core/stress/plan';
import { distFile } from '../node/assets';
import { audit } from '../node/bank/audit';
import { bankPool } from '../node/bank/connect';
import { assignments, type StressTarget } from './assignments';
import { Fleet } from './fleet';

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

type Ending = { status: RunResult['status']; failure?: string };

/**
 * Runs a plan: audits the bank, makes the calls from worker threads, audits again. `onSnapshot` gets complete snapshots about ten times a
 * second and one at the end. Aborting `signal` ends the calls within a second with the partial result, status `cancelled`; calls still
 * in flight then count as started, neither succeeded nor failed. A worker that dies, or a bank that cannot be audited, gives status
 * `failed` with `failure`. Rejects only when the run could not begin: `STRESS_PLAN_INVALID`, `STRESS_TARGET_INCOMPLETE`.
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
  const pool = bankPool(target.database, 1);
  const makeAudit = options.audit ?? (() => audit(pool));
  try {
    const before = await tryAudit(makeAudit);
    if (before.failure !== undefined) return resultOf(normalized, undefined, before, before);
    const fleet = new Fleet(options.workerFile ?? distFile('stress-worker.js'), shares);
    try {
      const ending = await drive(fleet, normalized, onSnapshot, signal);
      fleet.freeze();
      const last = fleet.snapshot();
      await fleet.close();
      const after = await tryAudit(makeAudit);
      const result = resultOf(normalized, last, before, after, ending);
      onSnapshot(last);
      return result;
    } finally {
      await fleet.close();
    }
  } finally {
    await pool.end();
  }
}

/** Runs the fleet until it has ended, for whatever reason; then nothing is running any more. */
async function drive(
  fleet: Fleet,
  plan: RunPlan,
  onSnapshot: (snapshot: RunSnapshot) => void,
  signal: AbortSignal,
): Promise<Ending> {
  let ticker: NodeJS.Timeout | undefined;
  let limit: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<Ending>(resolve => {
    onAbort = () => resolve({ status: 'cancelled' });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    limit = setTimeout(() => resolve({ status: 'timed-out' }), plan.maxDurationSeconds * 1000);
    ticker = setInterval(() => {
      try {
        onSnapshot(fleet.snapshot());
      } catch (error) {
        resolve(failed(error));
      }
    }, SNAPSHOT_INTERVAL_MS);
  });
  const ran = fleet
    .prepare()
    .then(() => (signal.aborted ? undefined : fleet.run()))
    .then((): Ending => ({ status: signal.aborted ? 'cancelled' : 'completed' }), failed);
  try {
    const ending = await Promise.race([ran, stopped]);
    if (ending.status !== 'completed') await fleet.stop(GRACE_MS);
    return ending;
  } finally {
    clearInterval(ticker);
    clearTimeout(limit);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

const failed = (error: unknown): Ending => ({ status: 'failed', failure: describeError(error) });

type Audited = { audit: BankAudit; failure?: string };

async function tryAudit(make: () => Promise<BankAudit>): Promise<Audited> {
  try {
    return { audit: await make() };
  } catch (error) {
    return { audit: { accounts: 0, sumOfBalances: '0', negativeBalances: 0 }, failure: describeError(error) };
  }
}

const NOTHING = { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
const NOT_STARTED: RunSnapshot = {
  elapsedMs: 0,
  started: 0,
  succeeded: 0,
  failed: 0,
  inFlight: 0,
  callsPerSecond: 0,
  errors: {},
  retries: 0,
  maxRetries: 0,
  callsWithRetries: 0,
  latency: NOTHING,
  handlerLatency: NOTHING,
};

function resultOf(
  plan: RunPlan,
  last: RunSnapshot = NOT_STARTED,
  before: Audited,
  after: Audited,
  ending: Ending = { status: 'completed' },
): RunResult {
  const failure = [ending.failure, after.failure].filter(text => text !== undefined).join('\n');
  return {
    ...last,
    plan,
    status: failure ? 'failed' : ending.status,
    throughput: last.elapsedMs > 0 ? (last.succeeded * 1000) / last.elapsedMs : 0,
    before: before.audit,
    after: after.audit,
    moneyConserved:
      before.failure === undefined && after.failure === undefined && moneyConserved(before.audit, after.audit),
    ...(failure ? { failure } : {}),
  };
}
