import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../base/errors';
import { CallCounters } from '../../core/stress/counters';
import { ErrorSamples } from '../../core/stress/error-samples';
import { HotKeys } from '../../core/stress/hot-keys';
import { refusedByLambda } from '../../core/stress/not-made';
import { joinedOutage, type Stretch } from '../../core/stress/outage';
import { Schedule } from '../../core/stress/schedule';
import type { Share } from '../assignments';
import { monotonicMs } from '../clock';
import { newRecordings } from '../recordings';
import { generatorAnswer } from './errors';
import { addCounts } from './histogram-counts';
import { legOf, legRequest, type LegRequest, type LegResult } from './leg';
import { LegSeconds } from './leg-seconds';

/** Invokes the generator function; rejects with coded errors. */
export type InvokeGenerator = (request: LegRequest, signal: AbortSignal) => Promise<unknown>;

/** How one generator is driven. */
export interface GeneratorOptions {
  invoke: InvokeGenerator;
  /** After the run's start. */
  startDelayMs: number;
  legMs: number;
  /** As the plan has it, see `giveUpAfterMs`. */
  giveUpAfterMs: number;
  /** An invocation that Lambda refused for lack of capacity never ran: it is made again, after each of these waits in turn. */
  throttledWaitsMs: readonly number[];
}

/**
 * One generator in Lambda, in the place of a worker thread: its part of the run, leg after leg, each leg's figures added when it has
 * ended. What a leg did that was given up is unknown.
 */
export class RemoteGenerator {
  readonly counters = new CallCounters();
  readonly hotKeys = new HotKeys();
  readonly errorSamples = new ErrorSamples();
  readonly recordings = newRecordings();
  readonly seconds: LegSeconds;
  /** See `FleetWorker`. */
  outage?: Stretch;
  /** See `FleetWorker`. */
  legsLeft = 0;
  /** Invocations without an answer. */
  private underWay = 0;
  private readonly abort = new AbortController();
  private readonly stopping = new AbortController();
  private running?: Promise<void>;
  private startAt = 0;
  /** The same by the wall clock, the only one that other machines share. */
  private startedAt = 0;

  constructor(
    private readonly share: Share,
    private readonly options: GeneratorOptions,
  ) {
    this.seconds = new LegSeconds(Math.floor(share.warmupMs / 1000));
  }

  /** Has an environment of the function started. */
  async prepare(): Promise<void> {
    await this.patiently(() => this.options.invoke({ type: 'ready' }, this.abort.signal));
  }

  /** Resolves when this generator's calls have ended; `startAt` is the run's start, see `monotonicMs`. */
  run(startAt: number): Promise<void> {
    this.startAt = startAt;
    this.startedAt = Date.now() - this.elapsedMs;
    this.running = this.legs();
    return this.running;
  }

  /** No further leg. Resolves when the one under way has told its figures, or failed. */
  async finish(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
  }

  /** No further leg; at most `graceMs` for the one under way, which the function goes on with to its end. */
  async stop(graceMs: number): Promise<void> {
    const grace = sleep(graceMs, undefined, { signal: this.abort.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.finish(), grace]);
    this.legsLeft = this.underWay;
    this.abort.abort();
    // what is given up is counted
    await this.finish();
  }

  close(): Promise<void> {
    this.stopping.abort();
    this.abort.abort();
    return Promise.resolve();
  }

  private async legs(): Promise<void> {
    const { startDelayMs, legMs } = this.options;
    const elapsed = (): number => this.elapsedMs;
    // before it begins there is nothing to tell
    this.seconds.toldToMs = startDelayMs;
    await this.pause(startDelayMs - elapsed());
    const open = this.share.pace.type === 'open';
    const under: Promise<void>[] = [];
    for (let number = 0; !this.stopping.signal.aborted; number++) {
      // a schedule does not wait for answers: its legs begin when they are due, also while the last calls of the one before are out
      const dueMs = number * legMs;
      const next = (): Leg | undefined => {
        const elapsedMs = open ? dueMs : elapsed();
        const { started } = CallCounters.sum([this.counters]);
        const share = legOf(this.share, { number, elapsedMs, started }, legMs);
        return share && { share, lateMs: open ? elapsed() - dueMs : 0 };
      };
      // nobody waits for a leg that there is not
      if (!next()) break;
      if (open) await this.pause(dueMs - elapsed());
      if (this.stopping.signal.aborted) break;
      const done = this.leg(next);
      if (!open) await done;
      under.push(done);
      // it is heard below: no further leg after a failure
      done.catch(() => this.stopping.abort());
    }
    await Promise.allSettled(under);
    await Promise.all(under);
    this.seconds.toldToMs = Infinity;
  }

  /** Makes a leg: what is left to do of it when Lambda takes it. */
  private leg(next: () => Leg | undefined): Promise<void> {
    return this.patiently(async () => {
      const leg = next();
      if (!leg) return;
      const { share, lateMs } = leg;
      const dueMs = this.elapsedMs - lateMs;
      try {
        this.underWay++;
        const request = legRequest(share, lateMs, this.options.giveUpAfterMs);
        this.absorb(legResult(await this.options.invoke(request, this.abort.signal)), dueMs);
      } catch (error) {
        // how many of its calls it made, and which of them moved money, nobody will hear
        this.counters.lost(mostCalls(share, error));
        throw error;
      } finally {
        this.underWay--;
      }
    });
  }

  /** Again and again where Lambda has no capacity; rejects with what the last attempt did. */
  private async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (const waitMs of this.options.throttledWaitsMs)
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof CodedError && error.code === 'LAMBDA_THROTTLED')) throw error;
        await this.pause(waitMs);
        if (this.stopping.signal.aborted) throw error;
      }
    return attempt();
  }

  private absorb(result: LegResult, dueMs: number): void {
    const { others } = CallCounters.sum([this.counters]);
    this.counters.absorb(result.counters);
    this.errorSamples.absorb(Buffer.from(result.errorSamples ?? '', 'base64'));
    this.hotKeys.absorb(Buffer.from(result.hotKeys, 'base64'));
    addCounts(this.recordings.latency, result.latency);
    addCounts(this.recordings.handlerLatency, result.handlerLatency);
    addCounts(this.recordings.overheadLatency, result.overheadLatency);
    const seconds = result.seconds ?? [];
    // by the generator's clock, which is another machine's; but not before it was asked, nor so late that it had not ended by now
    const toldMs = (result.startedAt ?? this.startedAt) - this.startedAt;
    const latestMs = Math.max(dueMs, this.elapsedMs - (seconds.at(-1)?.atMs ?? 0));
    const beganMs = Math.min(latestMs, Math.max(dueMs, toldMs));
    this.seconds.add(seconds, beganMs);
    const outage = result.outage && { fromMs: beganMs + result.outage.fromMs, toMs: beganMs + result.outage.toMs };
    this.outage = joinedOutage(this.outage, { others: CallCounters.sum([this.counters]).others - others, outage });
  }

  private get elapsedMs(): number {
    return monotonicMs() - this.startAt;
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** A leg that is due, and by how much it is late. */
interface Leg {
  share: Share;
  lateMs: number;
}

/** Lambda took no such invocation: nothing of the leg ran. */
const NEVER_RAN: ReadonlySet<string> = new Set([
  'LAMBDA_ACCESS_DENIED',
  'LAMBDA_CREDENTIALS_REFUSED',
  'LAMBDA_FUNCTION_NOT_FOUND',
  'LAMBDA_THROTTLED',
  'LAMBDA_UNREACHABLE',
]);

/** How many calls a leg can have made at most: none of one that never ran, of a schedule this worker's part of those that were due. */
function mostCalls({ calls, pace, worker, workers }: Share, error: unknown): number {
  if ((error instanceof CodedError && NEVER_RAN.has(error.code)) || refusedByLambda(error)) return 0;
  if (pace.type === 'closed') return calls;
  return Math.min(calls, Math.max(0, Math.ceil((new Schedule(pace.stages).calls - worker) / workers)));
}

/** Checks the shape of an answer: it crossed a network, and an old function may have made it. */
function legResult(answer: unknown): LegResult {
  const { counters, hotKeys, latency, handlerLatency, overheadLatency } = (answer ?? {}) as Partial<LegResult>;
  if (![counters, latency, handlerLatency, overheadLatency].every(Array.isArray) || typeof hotKeys !== 'string')
    throw generatorAnswer();
  return answer as LegResult;
}
