import type { RunRow, RunStatus, SeriesColumns, VerdictView } from '../../protocol/stress-view';
import type { RunResult } from '../stress/contract';
import { moneyVerdict } from './figures';
import { noPoints } from './live-series';
import { count } from './number-text';

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

const STATUSES: readonly RunStatus[] = ['completed', 'cancelled', 'timed-out', 'failed', 'aborted'];
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Reads a record's text. Nothing when it is damaged, of a later version, or of another kind of file. */
export function readRecord(text: string): RunRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== 1 || !isObject(value.result)) return undefined;
  const { id, startedAt, targetName, origin, result, samples } = value;
  if (typeof id !== 'string' || !RUN_ID.test(id)) return undefined;
  if (typeof startedAt !== 'string' || Number.isNaN(Date.parse(startedAt))) return undefined;
  if (!isResult(result)) return undefined;
  return {
    version: 1,
    id,
    startedAt,
    targetName: typeof targetName === 'string' ? targetName : '',
    origin: origin === 'chapter' ? 'chapter' : 'sidebar',
    result,
    samples: readSamples(samples),
  };
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
    p99Ms: result.latency.p99,
    failed: result.failed,
    calls: result.succeeded + result.failed,
  };
}

/** What a run came to, worst first: money, how it ended, thresholds, generator. */
export function runVerdict(result: RunResult): VerdictView {
  const money = moneyVerdict(result);
  if (money.tone === 'bad') return { tone: 'bad', text: `balance not exact: ${money.text}` };
  if (result.balanceSamples?.some(({ exact }) => !exact))
    return { tone: 'bad', text: 'the sum of balances was wrong while the run went on' };
  if (result.ledger && !result.ledger.exact) return { tone: 'bad', text: 'the history does not match the answers' };
  if (result.status === 'failed') return { tone: 'bad', text: result.failure?.split('\n')[0] ?? 'failed' };
  const missed = (result.thresholds ?? []).filter(({ passed }) => passed === false);
  if (missed.length > 0) return { tone: 'bad', text: `missed ${missed.map(({ threshold }) => threshold).join(', ')}` };
  if (result.status === 'cancelled') return { tone: 'neutral', text: 'stopped, balance exact' };
  if (result.status === 'timed-out') return { tone: 'warn', text: 'ended by its time limit, balance exact' };
  if (result.generator?.saturated) return { tone: 'warn', text: 'the generator was the bottleneck, balance exact' };
  if (result.failed > 0) return { tone: 'warn', text: `${count(result.failed)} calls failed, balance exact` };
  return { tone: 'good', text: 'every call succeeded, balance exact' };
}

function isResult(result: Record<string, unknown>): result is RunResult & Record<string, unknown> {
  const { plan, status, latency, handlerLatency, before, after, errors } = result;
  const audits = [before, after].every(
    audit => isObject(audit) && isNumber(audit.accounts) && /^-?\d+$/.test(String(audit.sumOfBalances)),
  );
  const numbers = ['elapsedMs', 'started', 'succeeded', 'failed', 'inFlight', 'retries', 'maxRetries', 'throughput'];
  return (
    isObject(plan) &&
    isObject(plan.workload) &&
    typeof plan.name === 'string' &&
    STATUSES.some(known => known === status) &&
    [latency, handlerLatency].every(summary => isObject(summary) && isNumber(summary.p99)) &&
    isObject(errors) &&
    audits &&
    numbers.every(name => isNumber(result[name]))
  );
}

function readSamples(value: unknown): SeriesColumns {
  const columns = noPoints();
  if (!isObject(value)) return columns;
  const names = Object.keys(columns) as (keyof SeriesColumns)[];
  const length = Array.isArray(value.atMs) ? value.atMs.length : 0;
  for (const name of names) {
    const given = value[name];
    if (!Array.isArray(given) || given.length !== length) return noPoints();
    if (!given.every(item => item === null || isNumber(item))) return noPoints();
    (columns[name] as (number | null)[]).push(...(given as (number | null)[]));
  }
  return columns;
}
