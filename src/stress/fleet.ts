import { setTimeout as sleep } from 'node:timers/promises';
import { CallCounters, type CounterValues } from '../core/stress/counters';
import type { RunPlan, RunResult, RunSnapshot, SeriesPoint } from '../core/stress/contract';
import { generatorHealth } from '../core/stress/health';
import { ErrorSamples } from '../core/stress/error-samples';
import { HotKeys } from '../core/stress/hot-keys';
import { lengthMs, OutageWatch, type EndedCalls, type Stretch } from '../core/stress/outage';
import { SlidingRate } from '../core/stress/rate';
import { Schedule } from '../core/stress/schedule';
import { Tally, type TallyValues } from '../core/stress/tally';
import { connectionsOf, type Share } from './assignments';
import { BatchBarrier } from './batch-barrier';
import { monotonicMs } from './clock';
import { Latencies } from './latencies';
import { LegSeconds } from './remote/leg-seconds';
import { inFlightOf, Seconds, type SecondsPorts } from './seconds';
import { StressThread } from './stress-thread';

/** What a fleet needs of a worker, thread or not. */
export type FleetWorker = Pick<
  StressThread,
  'counters' | 'hotKeys' | 'errorSamples' | 'recordings' | 'prepare' | 'run' | 'stop' | 'close'
> & {
  /** Of a worker whose figures arrive late, and by whole legs: its seconds, by its own clock. */
  seconds?: LegSeconds;
  /** Of such a worker: the stretch up to what it told in which none of its calls got through. */
  outage?: Stretch;
  /** Of such a worker: legs that were under way when it was stopped, and go on. */
  legsLeft?: number;
  /** Of such a worker: lets it tell what it has under way, and no more. */
  finish?(): Promise<void>;
};

/** Makes the worker of a share; `index` counts from 0. */
export type CreateWorker = (share: Share, index: number) => FleetWorker;

/** All worker threads of one run. */
export class Fleet {
  private readonly threads: FleetWorker[];
  private readonly rate = new SlidingRate();
  private readonly connections: number;
  /** The most that all workers make. */
  private readonly calls: number;
  private readonly schedule?: Schedule;
  private readonly target: Pick<SecondsPorts, 'targetOver'>;
  private readonly closing = new AbortController();
  private readonly seconds: Seconds;
  private readonly latencies: Latencies;
  private readonly outages = new OutageWatch();
  private readonly warmupMs: number;
  private readonly inProcess: boolean;
  private beganAt?: number;
  /** When the clock began. */
  startedAt?: Date;
  private endedAt?: number;
  /** CPU time of this process when the clock began, and since then when it stopped; of other processes nothing is known. */
  private cpuBefore?: NodeJS.CpuUsage;
  private cpuSpent?: NodeJS.CpuUsage;
  /** Of generators that report late: the last second that was shown. */
  private lastTold?: SeriesPoint;

  constructor(
    workerFile: string,
    shares: readonly Share[],
    plan: Pick<RunPlan, 'stages' | 'warmupSeconds' | 'batches'>,
    createWorker?: CreateWorker,
  ) {
    const barrier = plan.batches && shares.length > 1 ? BatchBarrier.memory(shares.length) : undefined;
    this.threads = shares.map(createWorker ?? (share => new StressThread(workerFile, share, barrier)));
    this.connections = shares.reduce((sum, share) => sum + connectionsOf(share), 0);
    this.calls = shares.reduce((sum, { calls }) => sum + calls, 0);
    this.inProcess = createWorker === undefined;
    this.warmupMs = (plan.warmupSeconds ?? 0) * 1000;
    const schedule = plan.stages && new Schedule(plan.stages);
    this.schedule = schedule;
    this.target = schedule
      ? { targetOver: (fromMs, toMs) => schedule.meanRate(Math.max(fromMs, this.warmupMs), toMs) }
      : {};
    const ports = { counters: () => this.counters(), recordings: () => this.threads.map(thread => thread.recordings) };
    this.latencies = new Latencies(ports.recordings);
    this.seconds = new Seconds({ ...ports, ...this.target }, plan.warmupSeconds ?? 0);
  }

  /** Every worker connects; the clock does not run yet. */
  async prepare(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.prepare()));
  }

  /** Starts the clock and all workers; resolves when all calls have ended and the schedule is over; rejects when a worker failed, where
   * figures come late after those of the others' legs. */
  async run(): Promise<void> {
    this.beganAt = performance.now();
    this.startedAt = new Date();
    if (this.inProcess) this.cpuBefore = process.cpuUsage();
    const startAt = monotonicMs();
    try {
      await Promise.all(this.threads.map(thread => thread.run(startAt)));
    } catch (error) {
      await Promise.all(this.threads.map(async thread => thread.finish?.()));
      throw error;
    }
    await this.restOfSchedule();
  }

  /** A schedule goes on after its last call: counted over less time the rate would be higher than the one that was asked for. */
  private async restOfSchedule(): Promise<void> {
    const { signal } = this.closing;
    const restMs = (): number => (this.schedule?.durationMs ?? 0) - this.elapsedMs;
    // again, as a timer may come a fraction of a millisecond early
    while (!signal.aborted && restMs() > 0 && this.counters().started < this.calls)
      await sleep(restMs(), undefined, { signal }).catch(() => undefined);
  }

  /** Stops within about `graceMs`, also when a worker does not answer. */
  async stop(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>(resolve => (timer = setTimeout(resolve, graceMs + 200)));
    await Promise.race([Promise.all(this.threads.map(thread => thread.stop(graceMs))), deadline]);
    clearTimeout(timer);
  }

  /** Stops the clock. */
  freeze(): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = performance.now();
    if (this.cpuBefore) this.cpuSpent = process.cpuUsage(this.cpuBefore);
    if (this.beganAt !== undefined) this.seconds.end(this.endedAt - this.beganAt);
  }

  /** Whether calls may have been made. */
  get began(): boolean {
    return this.beganAt !== undefined;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.beganAt === undefined ? 0 : (this.endedAt ?? performance.now()) - this.beganAt;
  }

  /** The counters of all workers now. */
  counters(): CounterValues {
    return CallCounters.sum(this.threads.map(thread => thread.counters));
  }

  /** What all workers asked for, and what came of it as far as is known. */
  tally(): TallyValues {
    return Tally.sum(this.threads.map(({ counters }) => counters.tally));
  }

  /** See `RunResult`. */
  get legsLeft(): number {
    return this.threads.reduce((sum, { legsLeft = 0 }) => sum + legsLeft, 0);
  }

  /** The state of all workers now. */
  snapshot(): RunSnapshot {
    const { elapsedMs, schedule, endedAt } = this;
    if (endedAt === undefined) this.seconds.tick(elapsedMs);
    const counters = this.counters();
    const { warmup, dropped, started, succeeded, failed, errors, conflicts, retryCounts } = counters;
    const { retries, maxRetries, callsWithRetries, exhausted } = counters;
    const ended = succeeded + failed;
    const { last } = this.seconds;
    const outageMs = this.outageMs(elapsedMs, counters);
    const latencies = this.latencies.current(endedAt !== undefined);
    return {
      ...{ started, succeeded, failed, errors, exhausted },
      ...{ conflicts, retryCounts, retries, maxRetries, callsWithRetries },
      elapsedMs,
      measuredMs: Math.max(0, elapsedMs - this.warmupMs),
      inFlight: inFlightOf(counters),
      callsPerSecond: this.rate.sample(elapsedMs, ended),
      ...latencies,
      ...(schedule ? { dropped, targetPerSecond: endedAt === undefined ? schedule.rateAt(elapsedMs) : 0 } : {}),
      ...(this.warmupMs > 0 ? { warmup } : {}),
      ...(last && this.told.length === 0 ? { window: last } : {}),
      ...this.reported(elapsedMs),
      ...(outageMs > 0 ? { outageMs } : {}),
      ...(failed > 0 ? { errorMessages: ErrorSamples.first(this.threads.map(thread => thread.errorSamples)) } : {}),
      ...(conflicts > 0 ? { hotKeys: HotKeys.top(this.threads.map(thread => thread.hotKeys)) } : {}),
      generator: generatorHealth(
        this.threads.map(thread => thread.counters.health),
        {
          connections: this.connections,
          ended: ended + warmup.succeeded + warmup.failed,
          counted: ended,
          meanMs: latencies.latency.mean,
          scheduled: schedule !== undefined,
          ...this.cpu(),
        },
      ),
    };
  }

  /** CPU time of this process since the clock began, where the workers are threads of it. */
  private cpu(): { cpuMs?: number } {
    if (!this.cpuBefore) return {};
    const { user, system } = this.cpuSpent ?? process.cpuUsage(this.cpuBefore);
    return { cpuMs: (user + system) / 1000 };
  }

  /** One point a second. */
  series(): SeriesPoint[] {
    const { told, elapsedMs, warmupMs } = this;
    if (told.length === 0) return this.seconds.points();
    return LegSeconds.points(told, { warmupSeconds: warmupMs / 1000, endMs: elapsedMs, ...this.target });
  }

  /** For how long no call of any worker has got through; of generators that report late as of what they told, while they have calls to make. */
  private outageMs(elapsedMs: number, ended: EndedCalls): number {
    if (this.told.length === 0) return lengthMs(this.outages.look(elapsedMs, ended));
    const calling = this.threads.filter(({ seconds }) => seconds && seconds.toldToMs < Infinity);
    return calling.length === 0 ? 0 : Math.min(...calling.map(({ outage }) => lengthMs(outage)));
  }

  /** What generators that report late have told by their own seconds. */
  private get told(): LegSeconds[] {
    return this.threads.flatMap(({ seconds }) => seconds ?? []);
  }

  /**
   * Of generators that report late: the figures of the last second that all of them have told, one second further at a time, in the place
   * of those of now, which nobody knows.
   */
  private reported(elapsedMs: number): Partial<RunSnapshot> {
    const { told, warmupMs } = this;
    if (told.length === 0) return {};
    const toldToMs = Math.min(elapsedMs, ...told.map(({ toldToMs }) => toldToMs));
    const shown = this.lastTold?.atMs ?? Math.floor(warmupMs / 1000) * 1000;
    if (shown + 1000 <= toldToMs)
      this.lastTold = LegSeconds.point(told, shown / 1000, shown + 1000, this.target.targetOver);
    const window = this.lastTold && { window: this.lastTold };
    if (this.endedAt !== undefined) return { ...window };
    const { succeeded = 0, failed = 0, inFlight = 0, targetPerSecond } = this.lastTold ?? {};
    return {
      ...window,
      reportedToMs: toldToMs,
      measuredMs: Math.max(0, toldToMs - warmupMs),
      callsPerSecond: succeeded + failed,
      inFlight,
      ...(targetPerSecond === undefined ? {} : { targetPerSecond }),
    };
  }

  /** Cumulative distributions, for plotting. */
  distribution(): NonNullable<RunResult['distribution']> {
    return this.latencies.distribution();
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.threads.map(thread => thread.close()));
  }
}
