import { CodedError } from '../../base/errors';
import { MINUTE_MS, type MetricSubject, type RunMetrics, type RunMetricsReader } from '../stress/run-metrics';
import { coverageOf, isKnown, minutesOf, rangeOf, type ObservedRun } from './minutes';

/** Where the looking for a run's metrics stands. */
export interface WatchState {
  /** `complete`: every minute is there, and two looks said the same. `gave-up`: waited long enough. */
  status: 'watching' | 'complete' | 'gave-up' | 'stopped' | 'failed';
  metrics?: RunMetrics;
  /** Why there is nothing newer; while watching it is tried again. */
  error?: CodedError;
}

export interface WatchOptions {
  reader: RunMetricsReader;
  subject: MetricSubject;
  /** The run as far as it is. */
  run: () => ObservedRun;
  now: () => number;
  /** Waits; rejects when the signal fires. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  onUpdate?: (state: WatchState) => void;
  /** Between two looks; milliseconds. */
  everyMs?: number;
  /** After the run's end; milliseconds. */
  giveUpMs?: number;
}

/** CloudWatch publishes by the minute: more looks would cost more and tell no more. */
const LOOK_EVERY_MS = 60_000;
const GIVE_UP_MS = 15 * 60_000;
/** So long after a run nothing is added to its minutes any more. */
const OLD_MS = 30 * 60_000;
/** Errors that another look does not mend. */
const LASTING = new Set(['CLOUDWATCH_ACCESS_DENIED', 'CLOUDWATCH_CREDENTIALS']);

/**
 * Looks at CloudWatch while a run goes on and after it, until every minute is there and stays as it is, or until it has been long enough.
 * Never rejects: what there is at the end is in the state.
 */
export async function watchRun(options: WatchOptions): Promise<WatchState> {
  const { signal, now, pause, onUpdate = () => undefined, everyMs = LOOK_EVERY_MS, giveUpMs = GIVE_UP_MS } = options;
  let state: WatchState = { status: 'watching' };
  const end = (status: WatchState['status']): WatchState => {
    state = { ...state, status };
    onUpdate(state);
    return state;
  };
  for (;;) {
    if (signal.aborted) return end('stopped');
    const run = options.run();
    // before a minute has passed there is nothing to see
    if (now() - run.startedAtMs >= MINUTE_MS) {
      const before = state.metrics;
      state = await look(options, run, before);
      if (state.status === 'failed') return end('failed');
      if (signal.aborted) return end('stopped');
      if (isSettled(run, state.metrics, before, now())) return end('complete');
      if (run.endedAtMs !== undefined && now() - run.endedAtMs >= giveUpMs) return end('gave-up');
    }
    onUpdate(state);
    try {
      await pause(everyMs, signal);
    } catch {
      return end('stopped');
    }
  }
}

async function look(options: WatchOptions, run: ObservedRun, before: RunMetrics | undefined): Promise<WatchState> {
  const { reader, subject, signal, now } = options;
  try {
    const read = await reader.read(subject, rangeOf(run, now()), signal);
    return {
      status: 'watching',
      metrics: withDelays(
        read,
        before,
        minutesOf(run, now()).map(({ atMs }) => atMs),
      ),
    };
  } catch (thrown) {
    const error = thrown instanceof CodedError ? thrown : new CodedError('INTERNAL', String(thrown), { cause: thrown });
    const status = LASTING.has(error.code) ? 'failed' : 'watching';
    return { status, ...(before && { metrics: before }), error };
  }
}

/** Minutes that this look saw first, and how long after their end at most. */
function withDelays(read: RunMetrics, before: RunMetrics | undefined, minutes: readonly number[]): RunMetrics {
  const delaysMs = { ...before?.delaysMs };
  for (const atMs of minutes)
    if (delaysMs[atMs] === undefined && isKnown(read, atMs))
      delaysMs[atMs] = Math.max(0, read.readAtMs - (atMs + MINUTE_MS));
  return { ...read, delaysMs };
}

/** Points of young minutes are still added to: only what a second look confirms is taken for the last word. */
function isSettled(
  run: ObservedRun,
  metrics: RunMetrics | undefined,
  before: RunMetrics | undefined,
  nowMs: number,
): boolean {
  if (!metrics || !coverageOf(run, metrics, nowMs).complete) return false;
  const { endedAtMs = nowMs } = run;
  if (nowMs - endedAtMs >= OLD_MS) return true;
  return (
    before !== undefined &&
    before.readAtMs >= endedAtMs &&
    JSON.stringify(metrics.points) === JSON.stringify(before.points)
  );
}
