import { CodedError } from '../../base/errors';
import { Emitter } from '../../base/events';
import type { Closeable } from '../../base/lifecycle';
import type { Chapter, ScaledNumber, StepStatus } from '../../core/chapters/contract';
import { tablesKept, type ForeignTable } from '../../core/chapters/foreign-tables';
import { chapterErrors } from './chapter-errors';
import type { ChapterLibrary } from './chapter-library';
import type { ChapterTargets } from './chapter-targets';
import { ChapterVerifier } from './chapter-verifier';
import type { RecordFiles } from './record-files';
import type { RunClaims } from './run-claims';
import { KeptRecords } from './kept-records';
import { RecordTaker } from './record-taker';
import { Rechecks } from './rechecks';
import { makeFoundation, runSteps, stepOf, stepsThatDrop, undoSteps } from './run-steps';
import { RunProgress, type CurrentRun, type RunRequest } from './run-progress';
import { UNKNOWN_STEP, type StepRecord, type StepRecords } from './step-records';
import { TargetConnection } from './target-connection';

export interface SessionContext {
  library: ChapterLibrary;
  targets: ChapterTargets;
  files: RecordFiles;
  claims: RunClaims;
  log: (line: string) => void;
  figure: (number: ScaledNumber) => number;
  /** Asks whether tables that no chapter made may be dropped. */
  mayDrop: (tables: readonly ForeignTable[]) => Promise<boolean>;
}

/** How long checks wait for more changes. */
const QUIET_MS = 400;
/** Those of a cluster that is paid for. */
const PAID_QUIET_MS = 2_000;

/** The chapters of this window: what was run, with what outcome, what holds now, and the one run under way. Knows nothing of panels. */
export class WorkshopSession implements Closeable {
  private readonly changed = new Emitter<void>();
  /** Something that a chapter view shows has changed. */
  readonly onDidChange = this.changed.event;
  private readonly progressed = new Emitter<CurrentRun>();
  /** The run under way has news; comes many times a second. */
  readonly onDidProgress = this.progressed.event;
  readonly library: ChapterLibrary;
  readonly targets: ChapterTargets;
  private readonly taker: RecordTaker;
  private readonly rechecks: Rechecks;
  private readonly kept: KeptRecords;
  private loaded: Promise<void> | undefined;
  private connection: TargetConnection | undefined;
  private connecting: Promise<TargetConnection> | undefined;
  private run: CurrentRun | undefined;
  /** The chapter that somebody looks at. */
  private watched: string | undefined;
  private checking = false;
  /** Looking at what was done earlier may start the local cluster, until it ran once: then whoever stopped it meant it. */
  private mayStart = true;
  /** The next pass verifies checks of the watched chapter too that take seconds. */
  private costly = false;

  constructor(private readonly context: SessionContext) {
    this.library = context.library;
    this.targets = context.targets;
    this.taker = new RecordTaker(context.log);
    this.kept = new KeptRecords(
      context.files,
      () => this.library.known,
      () => this.runsElsewhere(),
    );
    this.rechecks = new Rechecks(
      signal => this.verify(signal),
      () => (this.targets.current.kind === 'aws' ? PAID_QUIET_MS : QUIET_MS),
    );
    this.targets.cluster.onDidChange(({ name }) => {
      if (this.targets.current.kind === 'local') {
        if (name !== 'running') void this.disconnect();
        else {
          this.mayStart = false;
          this.rechecks.request();
        }
      }
      this.changed.fire();
    });
    this.targets.onDidChange(() => void this.targetChanged());
    this.library.onDidChange(() => {
      this.changed.fire();
      this.rechecks.request();
    });
  }

  get cluster() {
    return this.targets.cluster;
  }

  get current(): CurrentRun | undefined {
    return this.run;
  }

  /** The checks of a chapter that is looked at are being verified. */
  get isChecking(): boolean {
    return this.checking;
  }

  /** All chapters, in order, with what was kept of them. */
  async chapters(): Promise<Chapter[]> {
    this.loaded ??= this.kept.load(this.targets.lastClusterId);
    const [chapters] = await Promise.all([this.library.all(), this.loaded]);
    return chapters;
  }

  async chapter(slug: string): Promise<Chapter> {
    await this.chapters();
    return this.library.get(slug);
  }

  record(slug: string, stepId: string): StepRecord {
    const step = this.library.known.find(chapter => chapter.slug === slug)?.steps.find(({ id }) => id === stepId);
    return step ? this.records.get(slug, step) : UNKNOWN_STEP;
  }

  /** Whether another window runs chapters on the cluster. */
  async runsElsewhere(): Promise<boolean> {
    return (await this.context.claims.other(this.records.clusterId)) !== undefined;
  }

  /** As the checks said last. */
  status(slug: string, stepId: string): StepStatus {
    return this.record(slug, stepId).status;
  }

  history(slug: string, runName: string): number[] {
    const histories = this.records.history(slug);
    return (Object.hasOwn(histories, runName) ? histories[runName] : undefined) ?? [];
  }

  /** The chapter that is looked at: its checks say what is really done. Starts the local cluster where something was done before. */
  async watch(slug: string | undefined): Promise<void> {
    if (slug !== undefined) await this.chapter(slug);
    this.watched = slug;
    if (slug !== undefined && (this.targets.isReachable || (this.mayStart && this.hasProgress(slug))))
      this.rechecks.request(true);
  }

  /**
   * Something outside chapters changed the target's state: SQL of an editor, a job that ended.
   * @param deployed a function was deployed: checks that call it for seconds are verified too.
   */
  stateChanged(profileId?: string, deployed = false): void {
    this.costly ||= deployed;
    if (profileId === undefined || profileId === this.targets.current.id) this.rechecks.request();
  }

  /** Verifies the checks of the chapter now, starting what is needed. */
  async check(slug: string): Promise<void> {
    await this.chapter(slug);
    this.watched = slug;
    await this.reach(new AbortController().signal);
    this.costly = true;
    this.rechecks.request(true);
  }

  /**
   * Runs or resets steps, one request at a time (`RUN_IN_PROGRESS`). Starts the cluster where need be and makes what the chapter builds on.
   * @returns true when every step that was run is done. Rejects with `CANCELLED` when the request is cancelled.
   */
  async execute(request: RunRequest): Promise<boolean> {
    const chapter = await this.chapter(request.slug);
    if (request.stepId !== undefined) stepOf(chapter, request.stepId);
    await this.refuseWhileRunning();
    const local = this.targets.current.kind === 'local';
    const text = local ? 'Starting the local cluster…' : `Connecting to ${this.targets.current.name}…`;
    const progress = new RunProgress(request.activity, text, this.context.figure);
    const run: CurrentRun = { request, progress, abort: new AbortController() };
    this.run = run;
    this.changed.fire();
    try {
      await this.rechecks.hold();
      return await this.perform(chapter, run);
    } finally {
      this.run = undefined;
      this.changed.fire();
      this.rechecks.release();
    }
  }

  /** Cancels the run under way, if there is one. */
  cancel(): void {
    if (!this.run) return;
    this.run.progress.cancelling();
    this.run.abort.abort();
    this.progressed.fire(this.run);
  }

  /** Passes over a step, or no longer: then its checks say what it is. */
  async skip(slug: string, stepId: string, skipped = true): Promise<void> {
    await this.refuseWhileRunning();
    await this.recordsChanged();
    const chapter = await this.chapter(slug);
    const step = stepOf(chapter, stepId);
    const record = this.records.get(slug, step);
    const status = skipped ? 'skipped' : record.wasDone ? 'done' : 'pending';
    const next: StepRecord = { ...record, note: undefined, status, verified: false };
    this.records.set(slug, stepId, next);
    this.connection?.runner(chapter).restore({ step, ...next, durationMs: next.durationMs ?? 0, ...copied(next) });
    this.kept.saveSoon(true);
    this.changed.fire();
    if (this.targets.isReachable) this.rechecks.request(true);
  }

  async close(): Promise<void> {
    this.cancel();
    await this.rechecks.close();
    await this.disconnect();
    await this.kept.save();
    this.changed.dispose();
    this.progressed.dispose();
  }

  /** Another window may have written what it did: it is shown here, too. */
  async recordsChanged(): Promise<void> {
    if (this.run || !(await this.kept.isOutdated())) return;
    await this.rechecks.hold();
    try {
      if (!this.run) await this.catchUp();
      this.changed.fire();
    } finally {
      if (!this.run) this.rechecks.release();
    }
  }

  private get records(): StepRecords {
    return this.kept.records;
  }

  private async refuseWhileRunning(): Promise<void> {
    if (this.run) throw chapterErrors.busy((await this.chapter(this.run.request.slug)).title);
  }

  private hasProgress(slug: string): boolean {
    const steps = this.library.known.find(chapter => chapter.slug === slug)?.steps ?? [];
    return steps.some(({ id }) => this.record(slug, id).wasDone);
  }

  /** While no other window runs: two would undo each other's steps. What they did before is known here then. */
  private async perform(chapter: Chapter, run: CurrentRun): Promise<boolean> {
    const { signal } = run.abort;
    await this.reach(signal);
    const release = await this.context.claims.take(this.records.clusterId, chapter.title);
    try {
      await this.catchUp();
      return await this.runOrReset(chapter, run, await this.reach(signal));
    } finally {
      await this.keepRun().finally(release);
    }
  }

  private async keepRun(): Promise<void> {
    this.taker.dropUnfinished(this.records, await this.library.all());
    this.kept.saveSoon(true);
    await this.kept.save();
  }

  /** Reads what another window has written since. */
  private async catchUp(): Promise<void> {
    if (!(await this.kept.isOutdated())) return;
    await this.disconnect();
    await (this.loaded = this.kept.load(this.records.clusterId));
  }

  private async runOrReset(chapter: Chapter, run: CurrentRun, connection: TargetConnection): Promise<boolean> {
    const { signal } = run.abort;
    const runner = connection.runner(chapter);
    await this.agreeToDrops(chapter, run, connection);
    if (run.request.activity === 'reset') {
      await undoSteps(runner, run.request.stepId, signal);
      this.records.forget(chapter, run.request.stepId);
      return true;
    }
    run.progress.say('Checking what the chapter builds on…');
    this.progressed.fire(run);
    await makeFoundation(chapter, await this.chapters(), other => connection.runner(other), signal);
    return runSteps(runner, run.request.stepId, signal, stepId => {
      const { wasDone, interrupted } = this.record(chapter.slug, stepId);
      return wasDone || interrupted === true;
    });
  }

  /** Drops, after asking, tables in the way that no chapter made. @throws CodedError `CANCELLED` where they are to stay */
  private async agreeToDrops(chapter: Chapter, run: CurrentRun, connection: TargetConnection): Promise<void> {
    const { request, abort } = run;
    const chapters = await this.chapters();
    const steps = stepsThatDrop(chapter, chapters, request, id => this.status(chapter.slug, id));
    run.progress.say('Looking for tables of your own…');
    this.progressed.fire(run);
    const tables = await connection.foreignTables(steps, chapters, abort.signal);
    if (tables.length > 0 && !(await this.context.mayDrop(tables))) throw tablesKept();
    await connection.dropTables(tables, abort.signal);
  }

  private reach(signal: AbortSignal): Promise<TargetConnection> {
    this.connecting ??= this.connect(signal).finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async connect(signal: AbortSignal): Promise<TargetConnection> {
    if (this.connection?.isCurrent()) return this.connection;
    await this.disconnect();
    const target = await this.targets.reach(signal);
    if (target.clusterId !== this.records.clusterId) {
      await this.kept.save();
      this.loaded = this.kept.load(target.clusterId);
      await this.loaded;
    }
    const chapters = (): readonly Chapter[] => this.library.known;
    this.connection = new TargetConnection(target, this.context.figure, this.records, chapters, (slug, event) => {
      this.taker.take(this.records, slug, event, this.run);
      if (event.type === 'step-finished') this.keepMemory(slug);
      // a window that is killed says nothing more: that the step began is written down before
      if (event.type === 'step-started') this.kept.saveSoon(true);
      if (this.run) this.progressed.fire(this.run);
      if (event.type !== 'progress') this.changed.fire();
    });
    return this.connection;
  }

  private async disconnect(): Promise<void> {
    const connection = this.connection;
    this.connection = undefined;
    this.records.doubt();
    await connection?.close();
  }

  private async targetChanged(): Promise<void> {
    this.cancel();
    await this.kept.save();
    await this.disconnect();
    await (this.loaded = this.kept.load(this.targets.lastClusterId));
    this.changed.fire();
    if (this.watched !== undefined) await this.watch(this.watched);
  }

  /** What the checks say of the chapter that is looked at, and of the others where something was done; of others on AWS only when run. */
  private async verify(signal: AbortSignal): Promise<void> {
    try {
      const chapters = await this.chapters();
      const watched = chapters.find(({ slug }) => slug === this.watched);
      if (!this.targets.isReachable && !(this.mayStart && watched && this.hasProgress(watched.slug))) return;
      this.mayStart = false;
      this.tellChecking(watched);
      const connection = await this.reach(signal);
      // may have been asked for while the cluster started
      this.tellChecking(watched);
      const others =
        this.targets.current.kind === 'aws'
          ? []
          : chapters.filter(({ slug }) => slug !== this.watched && this.hasProgress(slug));
      const costly = this.costly && !this.run;
      this.costly = false;
      const verifier = (all: boolean) =>
        new ChapterVerifier(this.records, chapters, chapter => connection.runner(chapter), all);
      if (others.length > 0) await verifier(false).verify(others, signal);
      if (watched) await verifier(costly).verify([watched], signal);
      this.kept.saveSoon(false);
    } catch (error) {
      if (!signal.aborted && !(error instanceof CodedError && error.code === 'CANCELLED'))
        this.context.log(`The checks could not be verified: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.checking = false;
      this.changed.fire();
    }
  }

  private tellChecking(watched: Chapter | undefined): void {
    if (this.checking || !watched || !(this.costly || this.hasProgress(watched.slug))) return;
    this.checking = true;
    this.changed.fire();
  }

  private keepMemory(slug: string): void {
    const runner = this.connection?.known(slug);
    if (runner) this.records.setMemory(slug, runner.keptMemory());
    this.kept.saveSoon(true);
  }
}

const copied = ({ actions, checks }: StepRecord) => ({ actions: [...actions], checks: [...checks] });
