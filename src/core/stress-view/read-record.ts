import type { CloudWatchView, RunStatus, SeriesColumns } from '../../protocol/stress-view';
import { observedRun, subjectOf } from '../observability/minutes';
import { cloudWatchView } from '../observability/view';
import type { RunResult } from '../stress/contract';
import { compareRuns } from './comparison';
import { noPoints } from './live-series';
import { reportOf } from './report';
import { rowOf, RUN_ID, type RunRecord } from './run-record';

const STATUSES: readonly RunStatus[] = ['completed', 'cancelled', 'timed-out', 'failed', 'aborted', 'unreachable'];
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
  const record: RunRecord = {
    version: 1,
    id,
    startedAt,
    targetName: typeof targetName === 'string' ? targetName : '',
    origin: origin === 'chapter' ? 'chapter' : 'sidebar',
    result,
    samples: readSamples(samples),
  };
  return canBeShown(record) ? record : undefined;
}

/** What is damaged deeper down shows here, and not in a view. */
function canBeShown(record: RunRecord): boolean {
  try {
    rowOf(record);
    reportOf(record, cloudWatchOf(record));
    compareRuns([record, record]);
    return true;
  } catch {
    return false;
  }
}

function cloudWatchOf({ result }: RunRecord): CloudWatchView | undefined {
  const [run, subject, metrics] = [observedRun(result), subjectOf(result), result.cloudWatch];
  return run && subject && metrics && cloudWatchView(run, subject, { status: 'stopped', metrics }, 0);
}

function isResult(result: Record<string, unknown>): result is RunResult & Record<string, unknown> {
  const { plan, status, latency, handlerLatency, before, after, errors } = result;
  const audits = [before, after].every(
    audit => isObject(audit) && isNumber(audit.accounts) && /^-?\d+(\.\d+)?$/.test(String(audit.sumOfBalances)),
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
