import type { Stretch } from '../../core/stress/outage';
import { stageWindow } from '../../core/stress/stage-window';
import { workerSeed } from '../../core/stress/random';
import type { Drive, LambdaTarget, DatabaseTarget, Pace } from '../../protocol/stress';
import type { Share } from '../assignments';
import type { HistogramCounts } from './histogram-counts';
import type { LegSecond } from './leg-seconds';

type WithoutKeys<T> = T extends unknown
  ? Omit<T, 'target'> & { target: Omit<LambdaTarget | DatabaseTarget, 'credentials'> }
  : never;
type RemoteDrive = WithoutKeys<Exclude<Drive, { type: 'custom' }>>;

/** What a generator in Lambda is asked: to be ready, or to make the calls of a leg. Holds no keys: the function signs as its role. */
export type LegRequest =
  | { type: 'ready' }
  | {
      type: 'leg';
      share: Omit<Share, 'drive'> & { drive: RemoteDrive };
      /** By how much the leg's calls are late already. */
      lateMs: number;
      /** The leg ends when no call got through for so long; 0: it does not. */
      giveUpAfterMs: number;
    };

/** A leg's figures, in a form that can be added to others. */
export interface LegResult {
  /** Slots of `CallCounters`. */
  counters: number[];
  /** Memory of `HotKeys`, base64. */
  hotKeys: string;
  /** Memory of `ErrorSamples`, base64. */
  errorSamples?: string;
  latency: HistogramCounts;
  handlerLatency: HistogramCounts;
  overheadLatency: HistogramCounts;
  /** When the leg's clock started, epoch milliseconds of the generator's machine; and its seconds. */
  startedAt?: number;
  seconds?: LegSecond[];
  /** No call got through in this stretch, the last of the leg; milliseconds from the leg's start. */
  outage?: Stretch;
}

/**
 * A leg of a share: what is left to do `elapsedMs` after the run's start, for at most `legMs`; `started` are the calls so far, without those of
 * the warm-up. Nothing when it is over.
 */
export function legOf(
  share: Share,
  progress: { number: number; elapsedMs: number; started: number },
  legMs: number,
): Share | undefined {
  const { number, elapsedMs, started } = progress;
  const calls = share.calls - started;
  const pace = paceOf(share.pace, elapsedMs, legMs);
  if (calls <= 0 || !pace) return undefined;
  return {
    ...share,
    pace,
    calls,
    inFlight: Math.min(share.inFlight, calls),
    warmupMs: Math.max(0, share.warmupMs - elapsedMs),
    // far from the seeds of the other workers, whose numbers are small
    seed: number === 0 ? share.seed : workerSeed(share.seed, 10_000 + number),
  };
}

function paceOf(pace: Pace, elapsedMs: number, legMs: number): Pace | undefined {
  if (pace.type === 'closed') {
    const left = (pace.durationMs ?? Infinity) - elapsedMs;
    return left > 0 ? { ...pace, durationMs: Math.min(left, legMs) } : undefined;
  }
  const stages = stageWindow(pace.stages, elapsedMs / 1000, (elapsedMs + legMs) / 1000);
  return stages.length > 0 ? { type: 'open', stages } : undefined;
}

/** The request for a leg, without keys. Throws for a user's module, which the function does not have. */
export function legRequest(share: Share, lateMs: number, giveUpAfterMs: number): LegRequest {
  const { drive } = share;
  if (drive.type === 'custom') throw new Error('a module of the user cannot be sent');
  const target = { ...drive.target, credentials: undefined };
  return { type: 'leg', share: { ...share, drive: { ...drive, target } }, lateMs, giveUpAfterMs };
}
