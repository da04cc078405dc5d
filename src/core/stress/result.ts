import { moneyConserved, type BankAudit } from '../bank/invariants';
import type { RunPlan, RunResult, RunSnapshot } from './contract';
import { evaluateThresholds, type Threshold } from './thresholds';
import { summarize } from './latency';

/** How a run came to its end. */
export type Ending = { status: RunResult['status']; failure?: string };

/** An audit, or why there is none. */
export type Audited = { audit: BankAudit; failure?: string };

/** The place of an audit that was not made. */
export const NO_AUDIT: Audited = { audit: { accounts: 0, sumOfBalances: '0', negativeBalances: 0 } };

const NOTHING = summarize({ count: 0, min: 0, max: 0, mean: 0, percentile: () => 0 });
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

/** What a result holds beyond figures and audits. */
export interface Extras extends Pick<
  RunResult,
  | 'startedAt'
  | 'series'
  | 'distribution'
  | 'balanceSamples'
  | 'ledger'
  | 'ledgerUnseen'
  | 'moves'
  | 'balance'
  | 'legsLeft'
> {
  thresholds?: readonly Threshold[];
}

/**
 * A run's result. Whatever could not be audited makes it a failed one: nothing is claimed about money that nobody counted. But of a run that
 * gave up, whose bank is gone with all else, that it did says more.
 * @param reached where the run was last; undefined when it did not begin
 */
export function resultOf(
  plan: RunPlan,
  reached: RunSnapshot | undefined,
  before: Audited,
  after: Audited,
  ending: Ending = { status: 'completed' },
  extras: Extras = {},
): RunResult {
  const last = { ...(reached ?? NOT_STARTED) };
  // figures of the last moment are none of the run
  delete last.window;
  delete last.targetPerSecond;
  const { thresholds = [], ...more } = extras;
  const measuredMs = last.measuredMs ?? last.elapsedMs;
  const aSecond = (calls: number): number => (measuredMs > 0 ? (calls * 1000) / measuredMs : 0);
  // what a sample found is no answer where nobody could count at the end, unless the money was wrong already
  const balance = after.failure === undefined || more.balance?.exact === false ? more.balance : undefined;
  const failure = [ending.failure, after.failure].filter(text => text !== undefined).join('\n');
  return {
    ...last,
    ...(thresholds.length > 0
      ? { thresholds: evaluateThresholds(thresholds, { ...last, ...more, balance }, more) }
      : {}),
    ...more,
    plan,
    status: failure && ending.status !== 'unreachable' ? 'failed' : ending.status,
    callsPerSecond: aSecond(last.succeeded + last.failed),
    throughput: aSecond(last.succeeded),
    before: before.audit,
    after: after.audit,
    moneyConserved:
      before.failure === undefined && after.failure === undefined && moneyConserved(before.audit, after.audit),
    ...(failure ? { failure } : {}),
  };
}
