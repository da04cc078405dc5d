import type { NoticeView, RunRow, SeriesColumns, VerdictView } from '../../protocol/stress-view';
import type { Ledger, RunResult } from '../stress/contract';
import { unjudgedBooks } from '../stress/book-words';
import { isMachineBusy } from '../stress/health';
import { mostUnreached, outageText } from '../stress/outage';
import { isMissed } from '../stress/thresholds';
import { costInShort } from '../stress-report/cost-figure';
import { moneyVerdict } from './figures';
import { count, milliseconds } from '../../base/number-text';

/** A finished run as the history keeps it. */
export interface RunRecord {
  version: 1;
  id: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  targetName: string;
  origin: 'sidebar' | 'chapter';
  result: RunResult;
  /** The run over time as it was seen while it went on, finer than a point a second where it was short. */
  samples: SeriesColumns;
}

/** Ids are file names: a moment and some random letters. */
export const RUN_ID = /^[0-9]{8}T[0-9]{6}-[a-z0-9]{4,12}$/;

/** An id for a run that began at this moment. */
export function runId(startedAt: Date, random: string): string {
  const moment = startedAt.toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${moment}-${random
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .padEnd(4, '0')
    .slice(0, 12)}`;
}

/** The line of the history. */
export function rowOf({ id, startedAt, targetName, origin, result }: RunRecord): RunRow {
  return {
    id,
    name: result.plan.name,
    startedAt,
    targetName,
    origin,
    status: result.status,
    verdict: runVerdict(result),
    throughput: result.throughput,
    ...(result.latency.count > 0 && { p99Ms: result.latency.p99 }),
    failed: result.failed,
    elapsedMs: result.elapsedMs,
    calls: result.succeeded + result.failed,
    cost: costInShort(result),
  };
}

const ledgerInShort = ({ acknowledged, recorded, differs }: Ledger): string =>
  differs
    ? 'rows are missing, or name other accounts or amounts'
    : `${count(acknowledged)} transfers acknowledged, ${count(recorded)} recorded`;

/** What of the money was judged: of calls of a module of the user's own, and where no rows tell of single transfers, no more than the sum. */
const balanceOf = ({ plan, ledgerUnseen }: RunResult): string =>
  plan.workload.type === 'custom' || ledgerUnseen !== undefined ? 'sum of balances' : 'balance';

const callsText = (calls: number): string => (calls === 1 ? '1 call' : `${count(calls)} calls`);

/** What is told when a run has ended, where it was started: nobody has to look for it in the history. */
export function endOf({ id, name, verdict: { tone, text }, throughput, p99Ms, calls }: RunRow): NoticeView {
  const p99 = p99Ms === undefined ? '' : `, p99 ${milliseconds(p99Ms)}`;
  return { tone, message: `${name}: ${text}. ${callsText(calls)}, ${count(throughput)} a second${p99}.`, runId: id };
}

/** What a run came to, worst first: money, how it ended, thresholds, generator. */
export function runVerdict(result: RunResult): VerdictView {
  const unjudged = unjudgedBooks(result);
  const { ledgerUnseen } = result;
  const alone = ledgerUnseen === undefined ? '' : '; single transfers could not be judged';
  const exact = moneyVerdict(result).tone === 'good' ? `${balanceOf(result)} exact${alone}` : '';
  const alsoExact = exact && `, ${exact}`;
  const fault = booksFault(result, unjudged) ?? endFault(result, unjudged, alsoExact);
  if (fault !== undefined) return { tone: 'bad', text: fault };
  if (unjudged !== undefined) return { tone: 'warn', text: `${exact && `${exact}; `}single transfers ${unjudged}` };
  if (result.status === 'cancelled')
    return { tone: 'neutral', text: `stopped${result.failure === undefined ? '' : ' with its window'}${alsoExact}` };
  const { generator } = result;
  if (generator?.saturated)
    return {
      tone: 'warn',
      text: `the ${isMachineBusy(generator) ? 'machine' : 'generator'} was the bottleneck${alsoExact}`,
    };
  if (result.failed > 0) return { tone: 'warn', text: `${callsText(result.failed)} failed${alsoExact}` };
  return { tone: ledgerUnseen === undefined ? 'good' : 'warn', text: `every call succeeded${alsoExact}` };
}

/** What is wrong with the money. That nobody could count it says less than why a run ended. */
function booksFault(result: RunResult, unjudged: string | undefined): string | undefined {
  const money = moneyVerdict(result);
  const empty = result.after.accounts === 0;
  const ended = result.status === 'unreachable' || result.status === 'failed';
  if (money.tone === 'bad' && !(ended && empty)) return `${empty ? 'balance' : 'balance not exact:'} ${money.text}`;
  if (unjudged !== undefined) return undefined;
  if (result.ledger?.exact === false) return `ledger not exact: ${ledgerInShort(result.ledger)}`;
  return result.moves?.exact === false
    ? 'moves not exact: some transfers were made twice, not at all, or to other accounts'
    : undefined;
}

/** What is wrong with how the run ended, or with its calls. */
function endFault(result: RunResult, unjudged: string | undefined, alsoExact: string): string | undefined {
  const { status, plan, failure, succeeded, failed, started, thresholds = [] } = result;
  if (status === 'unreachable') return `ended by itself: ${outageText(plan)}`;
  if (status === 'failed') return failure?.split('\n')[0] ?? 'failed';
  const missed = thresholds.filter(
    outcome =>
      isMissed(outcome, result) && (unjudged === undefined || !/^\s*(ledger|moves)\b/i.test(outcome.threshold)),
  );
  if (missed.length > 0) return `missed ${missed.map(({ threshold }) => threshold).join(', ')}`;
  if (status === 'aborted') return 'a threshold failed and ended the run';
  if (status === 'timed-out') return `ended by its time limit${alsoExact}`;
  if (succeeded === 0 && failed > 0) return 'no call succeeded';
  if (mostUnreached(result)) return 'most calls did not get through';
  return status === 'completed' && started === 0 ? 'no call was made that counts' : undefined;
}
