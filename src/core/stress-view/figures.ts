import type { CountRow, LatencyRow, RunFigures, VerdictView } from '../../protocol/stress-view';
import type {
  BalanceSample,
  ErrorClass,
  GeneratorHealth,
  LatencySummary,
  RunResult,
  RunSnapshot,
} from '../stress/contract';
import { moneyDrift } from '../bank/invariants';
import { RETRY_COUNTS } from '../stress/counters';
import { ledgerNotes, movesFinding, unjudgedBooks } from '../stress/book-words';
import { leavesMuchOpen } from '../stress/ledger';
import { costFigure } from '../stress-report/cost-figure';
import { cautionsOf, generatorVerdict as bottleneck } from '../stress-report/verdicts';
import { ERROR_LABELS } from '../stress/error-labels';
import { count, grouped, milliseconds, share } from '../../base/number-text';

const PERCENTILES: readonly [string, keyof LatencySummary][] = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['max', 'max'],
];

/** The figures of a run under way. */
export function liveFigures(snapshot: RunSnapshot): RunFigures {
  return {
    elapsedMs: snapshot.elapsedMs,
    started: snapshot.started,
    succeeded: snapshot.succeeded,
    failed: snapshot.failed,
    inFlight: snapshot.inFlight,
    callsPerSecond: snapshot.callsPerSecond,
    ...(snapshot.targetPerSecond !== undefined && { targetPerSecond: snapshot.targetPerSecond }),
    ...(snapshot.dropped !== undefined && { dropped: snapshot.dropped }),
    conflicts: conflictsOf(snapshot),
    retries: snapshot.retries,
    maxRetries: snapshot.maxRetries,
    callsWithRetries: snapshot.callsWithRetries,
    ...(snapshot.exhausted !== undefined && { exhausted: snapshot.exhausted }),
    ...(snapshot.warmup && { warmupCalls: snapshot.warmup.started }),
    ...(snapshot.warmup?.dropped !== undefined && { warmupDropped: snapshot.warmup.dropped }),
    latency: latencyRows(snapshot),
    ...(snapshot.latency.count > 0 && { meanMs: snapshot.latency.mean }),
    errors: errorRows(snapshot),
    hotKeys: (snapshot.hotKeys ?? []).map(({ account, conflicts }) => ({
      label: `account ${grouped(String(account))}`,
      count: conflicts,
    })),
    retryCounts: retryRows(snapshot.retryCounts),
    thresholds: (snapshot.thresholds ?? []).map(({ threshold, passed, actual }) => ({
      threshold,
      ...(passed !== undefined && { passed }),
      actual,
    })),
    ...(snapshot.generator && wasMeasured(snapshot.generator) && { generator: generatorVerdict(snapshot.generator) }),
    ...(snapshot.outageMs !== undefined && {
      outage: {
        tone: 'warn',
        text: `No call has got through for ${milliseconds(snapshot.outageMs)}.`,
      } satisfies VerdictView,
    }),
    ...(snapshot.balance && {
      balance: sampleVerdict(snapshot.balance),
    }),
  };
}

/** What the last sample of the bank says, while a run goes on. */
function sampleVerdict({ exact, audit: { sumOfBalances, negativeBalances } }: BalanceSample): VerdictView {
  if (exact) return { tone: 'good', text: `exact: ${grouped(sumOfBalances)}` };
  const below = negativeBalances > 0 ? `, ${count(negativeBalances)} balances below zero` : '';
  return { tone: 'bad', text: `not exact: ${grouped(sumOfBalances)}${below}` };
}

/** The figures of a finished run. */
export function finishedFigures(result: RunResult): RunFigures {
  const ledger = ledgerVerdict(result);
  const moves = movesVerdict(result);
  return {
    ...liveFigures(result),
    callsPerSecond: result.throughput,
    balance: moneyVerdict(result),
    ...(ledger && { ledger }),
    ...(moves && { moves }),
    cautions: cautionsOf(result),
    cost: costFigure(result),
  };
}

/** What the sums of balances before, during and after the run say. */
export function moneyVerdict(result: RunResult): VerdictView {
  const { before, after, moneyConserved, balanceSamples = [] } = result;
  if (before.accounts === 0) return { tone: 'neutral', text: 'not counted' };
  const wrong = balanceSamples.filter(({ exact }) => !exact).length;
  if (after.negativeBalances > before.negativeBalances)
    return { tone: 'bad', text: `${count(after.negativeBalances)} balances are below zero` };
  if (moneyConserved && wrong > 0)
    return {
      tone: 'bad',
      text: `wrong in ${count(wrong)} of ${count(balanceSamples.length)} samples, right at the end`,
    };
  if (moneyConserved) {
    // what calls of a module of the user's own move nobody knows
    const alone = result.plan.workload.type === 'custom' ? '; single transfers are not judged' : '';
    return { tone: 'good', text: `exact: ${grouped(after.sumOfBalances)}${alone}` };
  }
  if (after.accounts === 0) return { tone: 'bad', text: 'could not be counted after the run', short: 'not counted' };
  const drift = moneyDrift(before, after);
  const sums = `${grouped(before.sumOfBalances)} became ${grouped(after.sumOfBalances)}`;
  if (before.accounts === after.accounts)
    return { tone: 'bad', text: `${drift.startsWith('-') ? '' : '+'}${grouped(drift)}: ${sums}` };
  // money that comes and goes with whole accounts is no transfer's
  return {
    tone: 'bad',
    text: `somebody loaded or deleted accounts meanwhile: ${count(before.accounts)} became ${count(after.accounts)}${drift === '0' ? '' : `, ${sums} in all`}`,
    short: 'accounts came or went',
  };
}

/** Answers against the balances, account by account. */
function movesVerdict(result: RunResult): VerdictView | undefined {
  const { moves, ledger } = result;
  if (!moves || (moves.exact && moves.acknowledged === 0 && !moves.unknown)) return undefined;
  const unjudged = moves.exact ? undefined : unjudgedBooks(result);
  if (unjudged !== undefined) return { tone: 'warn', text: unjudged };
  const { level, text } = movesFinding(moves, ledger, result.plan.accounts);
  return { tone: level === 'warning' ? 'warn' : level, text };
}

/** Answers against the rows of `transactions`. */
function ledgerVerdict(result: RunResult): VerdictView | undefined {
  const { ledger, ledgerUnseen } = result;
  if (!ledger) return ledgerUnseen === undefined ? undefined : { tone: 'warn', text: ledgerUnseen };
  const { acknowledged, recorded, unknown, exact, differs, untold = 0 } = ledger;
  const doubt = unknown > 0 ? `, ${untold > 0 ? 'up to ' : ''}${count(unknown)} without an answer` : '';
  const figures = `${count(acknowledged)} acknowledged${doubt}, ${count(recorded)} recorded`;
  const unjudged = exact ? undefined : unjudgedBooks(result);
  if (unjudged !== undefined) return { tone: 'warn', text: `${unjudged}: ${figures}` };
  if (!exact) return { tone: 'bad', text: `not exact: ${figures}${differs ? ' with other accounts or amounts' : ''}` };
  const told = [figures, ...ledgerNotes(ledger)].join('. ').replace(/\.$/, '');
  return leavesMuchOpen(ledger)
    ? { tone: 'warn', text: `The ledger leaves much open: ${told}` }
    : { tone: 'good', text: `exact: ${told}` };
}

/** Conflicts that were met; results of earlier releases tell them only by what followed. */
export const conflictsOf = ({ conflicts, retries, errors }: RunSnapshot): number =>
  conflicts ?? retries + (errors['occ-data'] ?? 0) + (errors['occ-schema'] ?? 0);

/** Workers publish their health some moments after they began; of a run that is over before, nobody knows it. */
const wasMeasured = ({ utilization, eventLoopDelayMaxMs, saturated }: GeneratorHealth): boolean =>
  saturated || utilization > 0 || eventLoopDelayMaxMs > 0;

/** Whether the generator kept up with what it measured. */
function generatorVerdict(health: GeneratorHealth): VerdictView {
  const slow = bottleneck(health);
  if (slow !== undefined) return { tone: 'warn', text: slow };
  const figures = `busiest worker ${share(health.utilization)} busy, event loop delay p99 ${milliseconds(health.eventLoopDelayP99Ms)}`;
  return { tone: 'good', text: `The generator kept up (${figures}).` };
}

function latencyRows({ latency, handlerLatency, overheadLatency }: RunSnapshot): LatencyRow[] {
  if (latency.count === 0) return [];
  return PERCENTILES.map(([name, key]) => ({
    name,
    clientMs: latency[key],
    ...(handlerLatency.count > 0 && { handlerMs: handlerLatency[key] }),
    ...(overheadLatency && overheadLatency.count > 0 && { overheadMs: overheadLatency[key] }),
  }));
}

function errorRows({ errors, errorMessages = {} }: RunSnapshot): CountRow[] {
  return Object.entries(errors)
    .filter((entry): entry is [ErrorClass, number] => (entry[1] ?? 0) > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([errorClass, number]) => {
      const message = errorMessages[errorClass];
      const label = ERROR_LABELS[errorClass] ?? errorClass;
      return { label, count: number, ...(typeof message === 'string' && { detail: message }) };
    });
}

function retryRows(counts: readonly number[] = []): CountRow[] {
  const last = counts.findLastIndex(number => number > 0);
  if (last < 1) return [];
  return counts.slice(0, last + 1).map((number, retries) => ({
    label: retries === RETRY_COUNTS - 1 ? `${retries} or more` : String(retries),
    count: number,
  }));
}
