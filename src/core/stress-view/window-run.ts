import { orAborted } from '../../base/abort';
import { CodedError } from '../../base/errors';
import { Emitter } from '../../base/events';
import type { LiveRun, SeriesUpdate } from '../../protocol/stress-view';
import type { ObservedRun } from '../observability/minutes';
import type { RunPlan, RunResult, RunSnapshot, SeriesPoint } from '../stress/contract';
import { liveFigures } from './figures';
import { LiveSeries, noPoints } from './live-series';
import { planEnd, planProgress } from './plan-facts';
import type { RunHistory } from './run-history';
import { runId, type RunRecord } from './run-record';
import { ENDED_WITH_WINDOW, interruptedRecord, type UnfinishedRuns } from './unfinished-runs';

/** Makes the calls of a plan. */
export type PerformRun = (onSnapshot: (snapshot: RunSnapshot) => void, signal: AbortSignal) => Promise<RunResult>;

export interface RunSubject {
  name: string;
  targetName: string;
  origin: LiveRun['origin'];
}

/** The one stress run of a window, whoever asked for it; what it came to goes into the history. */
export class WindowRun {
  private readonly changed = new Emitter<void>();
  /** A run began, ended, or is at another stage. */
  readonly onDidChange = this.changed.event;
  private readonly ticked = new Emitter<void>();
  /** The run under way has new figures; several times a second. */
  readonly onDidTick = this.ticked.event;
  private current: Activity | undefined;
  /** Settles with what is under way, whatever comes of it. */
  private ending: Promise<unknown> = Promise.resolve();

  constructor(
    readonly history: RunHistory,
    private readonly random: () => string,
    private readonly now: () => Date = () => new Date(),
    /** Where a run is written down while it goes on. */
    private readonly unfinished?: Pick<UnfinishedRuns, 'keep' | 'forget'>,
  ) {}

  get live(): LiveRun | undefined {
    return this.current?.live;
  }

  /** The run under way as CloudWatch is held against it; nothing before it begins. */
  get observed(): { id: string; targetName: string; run: ObservedRun } | undefined {
    return this.current?.observed;
  }

  /** Points of the run under way from an index on; everything when the epoch is another. */
  series(from = 0, epoch?: number): SeriesUpdate {
    const series = this.current?.series;
    if (!series) return { epoch: 0, from: 0, columns: noPoints() };
    return series.since(epoch === series.epoch ? from : 0);
  }

  /** Begins something that ends in runs: preparation, then one or more plans. Rejects with `STRESS_RUN_BUSY` while another is under way. */
  async perform<T>(subject: RunSubject, signal: AbortSignal, work: (activity: Activity) => Promise<T>): Promise<T> {
    if (this.current) throw busy(this.current.live.name);
    const activity = new Activity(subject, signal, {
      changed: () => this.changed.fire(),
      ticked: () => this.ticked.fire(),
      keep: async record => void (await this.history.add(record)),
      newId: at => runId(at, this.random()),
      now: this.now,
      ...(this.unfinished && { unfinished: this.unfinished }),
    });
    this.current = activity;
    this.changed.fire();
    const working = work(activity);
    this.ending = working.catch(() => undefined);
    try {
      return await working;
    } finally {
      this.current = undefined;
      activity.close();
      this.changed.fire();
    }
  }

  /** Stops the run under way, if there is one; it ends with what it has. */
  stop(): void {
    this.current?.stop();
  }

  /** Stops what is under way and waits until it has ended and is kept, but not longer than until `signal` fires. */
  async end(signal: AbortSignal): Promise<void> {
    this.stop();
    await orAborted(this.ending, signal);
  }

  /** `end`, as the window ends: nothing is told any more here, but the next window tells of it. */
  async close(signal: AbortSignal): Promise<void> {
    this.current?.endWithWindow();
    await this.end(signal);
    this.changed.dispose();
    this.ticked.dispose();
  }
}

interface Surroundings {
  changed(): void;
  ticked(): void;
  keep(record: RunRecord): Promise<void>;
  newId(at: Date): string;
  now(): Date;
  unfinished?: Pick<UnfinishedRuns, 'keep' | 'forget'>;
}

/** A run is written down so often while it goes on. */
const NOTE_EVERY_MS = 5_000;

/** What is under way. */
export class Activity {
  private readonly abort = new AbortController();
  private readonly onAbort = (): void => this.stop();
  live: LiveRun;
  series = new LiveSeries();
  /** By the run's own clock: the wall clock may be set meanwhile. */
  private notedAtMs = -Infinity;
  /** The last write of what goes on; the next waits for it. */
  private noting: Promise<void> | undefined;
  private isWindowEnding = false;
  private observing: { plan: RunPlan; startedAtMs: number; seconds: SeriesPoint[]; totals?: RunSnapshot } | undefined;

  constructor(
    private readonly subject: RunSubject,
    private readonly outer: AbortSignal,
    private readonly around: Surroundings,
  ) {
    this.live = { id: '', ...subject, phase: 'preparing', text: '', stopping: false };
    outer.addEventListener('abort', this.onAbort, { once: true });
    if (outer.aborted) this.stop();
  }

  /** Fires when the run shall stop. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get observed(): { id: string; targetName: string; run: ObservedRun } | undefined {
    const { plan, startedAtMs, seconds, totals } = this.observing ?? {};
    if (!plan || startedAtMs === undefined || !seconds || !totals) return undefined;
    const { id, targetName } = this.live;
    return { id, targetName, run: { plan, startedAtMs, series: seconds, totals } };
  }

  stop(): void {
    if (this.live.stopping) return;
    this.live = { ...this.live, stopping: true };
    this.abort.abort();
    this.around.changed();
  }

  /** What is stopped from now on is stopped because its window ends. */
  endWithWindow(): void {
    this.isWindowEnding = !this.live.stopping;
  }

  /** Says what is being done before a run. */
  say(text: string, fraction?: number): void {
    this.live = { ...this.live, phase: 'preparing', text, fraction, fractionOf: undefined };
    this.around.ticked();
  }

  /** Makes a plan's run and keeps it. A run that could not begin is not kept. */
  async run(plan: RunPlan, perform: PerformRun, ordinal?: LiveRun['ordinal']): Promise<RunRecord> {
    const startedAt = this.around.now();
    const id = this.around.newId(startedAt);
    this.series = new LiveSeries();
    this.observing = { plan, startedAtMs: startedAt.getTime(), seconds: [] };
    this.live = {
      ...this.live,
      id,
      name: plan.name,
      phase: 'running',
      text: planEnd(plan) ?? '',
      fraction: 0,
      ordinal,
      figures: undefined,
    };
    this.around.changed();
    this.notedAtMs = -Infinity;
    try {
      return await this.finish(id, startedAt, await perform(snapshot => this.take(plan, snapshot), this.signal));
    } finally {
      await this.noting;
      if (!this.isWindowEnding) await this.around.unfinished?.forget(id).catch(() => undefined);
    }
  }

  private async finish(id: string, startedAt: Date, ended: RunResult): Promise<RunRecord> {
    const result =
      this.isWindowEnding && ended.status === 'cancelled' ? { ...ended, failure: ENDED_WITH_WINDOW } : ended;
    const { targetName, origin } = this.subject;
    const startedIso = result.startedAt ?? startedAt.toISOString();
    this.live = { ...this.live, phase: 'finishing', fraction: 1, fractionOf: undefined };
    this.around.changed();
    const samples = this.series.all;
    const record: RunRecord = { version: 1, id, startedAt: startedIso, targetName, origin, result, samples };
    await this.around.keep(record);
    this.observing = undefined;
    return record;
  }

  close(): void {
    this.outer.removeEventListener('abort', this.onAbort);
  }

  /** Keeps each second once. */
  private observe(snapshot: RunSnapshot): void {
    const { observing } = this;
    if (!observing) return;
    const waiting = (observing.totals?.elapsedMs ?? 0) === 0;
    observing.totals = snapshot;
    // the engine's clock starts when its workers are ready, some moments after it was asked to
    if (waiting) observing.startedAtMs = this.around.now().getTime() - snapshot.elapsedMs;
    const { window } = snapshot;
    if (window && window.atMs > (observing.seconds.at(-1)?.atMs ?? 0)) observing.seconds.push(window);
  }

  private take(plan: RunPlan, snapshot: RunSnapshot): void {
    this.series.take(snapshot);
    this.observe(snapshot);
    this.live = { ...this.live, figures: liveFigures(snapshot), ...planProgress(plan, snapshot) };
    this.note(plan, snapshot);
    this.around.ticked();
  }

  /** Writes down how far the run is, for the case that nobody is left to say how it ended. A disk that fails does not end a run. */
  private note(plan: RunPlan, snapshot: RunSnapshot): void {
    const { unfinished } = this.around;
    const { elapsedMs } = snapshot;
    if (!unfinished || this.noting || !this.observing || elapsedMs - this.notedAtMs < NOTE_EVERY_MS) return;
    this.notedAtMs = elapsedMs;
    const { id } = this.live;
    const { targetName, origin } = this.subject;
    const { startedAtMs, seconds } = this.observing;
    const startedAt = new Date(startedAtMs).toISOString();
    const run = { id, startedAt, targetName, origin, samples: this.series.all };
    this.noting = unfinished
      .keep(interruptedRecord(run, plan, snapshot, seconds))
      .catch(() => undefined)
      .finally(() => (this.noting = undefined));
  }
}

function busy(name: string): CodedError {
  return new CodedError('STRESS_RUN_BUSY', `the run “${name}” is under way in this window`, {
    nextStep: 'Wait for its end, or stop it: two runs at once would measure each other.',
  });
}
