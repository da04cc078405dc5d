import { Emitter } from '../../base/events';
import type { Closeable } from '../../base/lifecycle';
import type { Chapter, RunnerEvent, ScaledNumber, StepStatus } from '../../core/chapters/contract';
import { prepareFor } from '../../core/chapters/preparation';
import type { LocalCluster } from '../cluster/local-cluster';
import type { WorkshopServices } from '../ports';
import type { RunView } from '../../protocol/chapter-view';
import { chapterErrors } from './chapter-errors';
import type { ProgressStore } from './progress-store';
import { runSteps, undoSteps } from './run-steps';
import { RunProgress } from './run-progress';
import type { StepRecord } from './step-view';
import { TargetConnection } from './target-connection';

/** A run that was asked for. */
export interface RunRequest {
  slug: string;
  /** All steps when left out. */
  stepId?: string;
  activity: RunView['activity'];
}

export interface CurrentRun {
  request: RunRequest;
  progress: RunProgress;
  abort: AbortController;
}

/** The chapters of this window: what was run, with what outcome, and the one run under way. Knows nothing of panels. */
export class WorkshopSession implements Closeable {
  private readonly changed = new Emitter<void>();
  /** Something that a chapter view shows has changed. */
  readonly onDidChange = this.changed.event;
  private readonly progressed = new Emitter<CurrentRun>();
  /** The run under way has news; comes many times a second. */
  readonly onDidProgress = this.progressed.event;
  private readonly records = new Map<string, Map<string, StepRecord>>();
  private readonly histories = new Map<string, number[]>();
  private loading: Promise<Chapter[]> | undefined;
  private connection: TargetConnection | undefined;
  private run: CurrentRun | undefined;

  constructor(
    private readonly services: WorkshopServices,
    readonly cluster: LocalCluster,
    private readonly progress: ProgressStore,
    private readonly log: (line: string) => void,
    readonly figure: (number: ScaledNumber) => number,
  ) {
    cluster.onDidChange(state => {
      if (state.name !== 'running') void this.disconnect();
      this.changed.fire();
    });
  }

  get current(): CurrentRun | undefined {
    return this.run;
  }

  /** All chapters, in order. Read once; a malformed file is read again the next time. */
  chapters(): Promise<Chapter[]> {
    this.loading ??= this.services.loadChapters().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  async chapter(slug: string): Promise<Chapter> {
    const chapter = (await this.chapters()).find(candidate => candidate.slug === slug);
    if (!chapter) throw chapterErrors.unknownChapter(slug);
    return chapter;
  }

  record(slug: string, stepId: string): StepRecord | undefined {
    return this.records.get(slug)?.get(stepId);
  }

  /** `done` as seen in this window, else as remembered from an earlier one. */
  status(slug: string, stepId: string): StepStatus {
    return this.record(slug, stepId)?.status ?? (this.progress.done(slug).has(stepId) ? 'done' : 'pending');
  }

  history(runName: string): number[] {
    return this.histories.get(runName) ?? [];
  }

  /**
   * Runs or resets steps, one request at a time (`RUN_IN_PROGRESS`). Starts the cluster where need be and makes what the chapter builds on.
   * @returns true when every step that was run is done. Rejects with `CANCELLED` when the request is cancelled.
   */
  async execute(request: RunRequest): Promise<boolean> {
    const chapter = await this.chapter(request.slug);
    if (request.stepId !== undefined && !chapter.steps.some(step => step.id === request.stepId))
      throw chapterErrors.unknownStep(request.stepId);
    if (this.run) throw chapterErrors.busy((await this.chapter(this.run.request.slug)).title);
    const progress = new RunProgress(request.activity, 'Starting the local cluster…', this.figure);
    const run: CurrentRun = { request, progress, abort: new AbortController() };
    this.run = run;
    this.changed.fire();
    try {
      return await this.perform(chapter, run);
    } finally {
      this.run = undefined;
      this.dropUnfinished();
      this.changed.fire();
    }
  }

  /** Cancels the run under way, if there is one. */
  cancel(): void {
    if (!this.run) return;
    this.run.progress.cancelling();
    this.run.abort.abort();
    this.progressed.fire(this.run);
  }

  async close(): Promise<void> {
    this.cancel();
    await this.disconnect();
    this.changed.dispose();
    this.progressed.dispose();
  }

  private async perform(chapter: Chapter, run: CurrentRun): Promise<boolean> {
    const { signal } = run.abort;
    const connection = await this.connect(signal);
    const runner = connection.runner(chapter);
    if (run.request.activity === 'reset') {
      await undoSteps(runner, run.request.stepId, signal);
      this.forget(chapter, run.request.stepId);
      return true;
    }
    run.progress.say('Checking what the chapter builds on…');
    this.progressed.fire(run);
    const prepared = await prepareFor(chapter, await this.chapters(), other => connection.runner(other), signal);
    const failed = prepared.find(outcome => outcome.status === 'failed');
    if (failed)
      throw chapterErrors.preparationFailed(
        failed.step.title,
        failed.actions.find(action => !action.ok)?.error?.message ?? failed.checks.find(check => !check.held)?.actual,
      );
    if (run.request.stepId === undefined) this.startOver(chapter);
    return runSteps(runner, run.request.stepId, signal);
  }

  private async connect(signal: AbortSignal): Promise<TargetConnection> {
    const info = await this.cluster.ensureRunning(signal);
    if (this.connection?.info === info) return this.connection;
    await this.disconnect();
    const target = await this.services.openTarget(info);
    this.connection = new TargetConnection(info, target, this.figure, (slug, event) => this.take(slug, event));
    return this.connection;
  }

  private async disconnect(): Promise<void> {
    const connection = this.connection;
    this.connection = undefined;
    await connection?.close();
  }

  private take(slug: string, event: RunnerEvent): void {
    const run = this.run;
    run?.progress.take(event, slug === run.request.slug);
    const steps = this.records.get(slug) ?? new Map<string, StepRecord>();
    this.records.set(slug, steps);
    const undoing = run?.request.activity === 'reset';
    switch (event.type) {
      case 'step-started':
        steps.set(event.step.id, { status: 'running', actions: [], checks: [] });
        break;
      case 'action-finished': {
        this.logAction(event);
        const record = steps.get(event.step.id);
        if (record?.status === 'running' && !undoing)
          steps.set(event.step.id, { ...record, actions: [...record.actions, event.outcome] });
        break;
      }
      case 'check-finished': {
        const { outcome } = event;
        this.log(
          `${outcome.held ? 'held' : 'DID NOT HOLD'}: ${outcome.check.describe}; expected ${outcome.expected}, actual ${outcome.actual}`,
        );
        const record = steps.get(event.step.id);
        if (record?.status === 'running')
          steps.set(event.step.id, { ...record, checks: [...record.checks, event.outcome] });
        break;
      }
      case 'step-finished': {
        const { step, status, actions, checks, durationMs } = event.outcome;
        for (const { action } of actions)
          if (action.type === 'stress') this.histories.set(action.name, run?.progress.history(action.name) ?? []);
        steps.set(step.id, { status, actions, checks, durationMs });
        this.log(`step “${step.title}”: ${status}`);
        if (this.connection) this.progress.record(this.connection.info.clusterId, slug, step.id, status);
        break;
      }
    }
    if (run) this.progressed.fire(run);
    if (event.type !== 'progress') this.changed.fire();
  }

  private logAction({ title, outcome }: Extract<RunnerEvent, { type: 'action-finished' }>): void {
    const { error } = outcome;
    const failure = error ? `: ${error.sqlstate ? `${error.sqlstate} ` : ''}${error.message}` : '';
    this.log(`${outcome.ok ? 'ok' : 'FAILED'} (${outcome.durationMs.toFixed(0)} ms) ${title}${failure}`);
  }

  /** A cancelled step is as if it had not been run. */
  private dropUnfinished(): void {
    for (const steps of this.records.values())
      for (const [id, record] of steps) if (record.status === 'running') steps.delete(id);
  }

  /** The records of a step and those after it, or of the whole chapter. */
  private forget(chapter: Chapter, stepId: string | undefined): void {
    const from = stepId === undefined ? 0 : chapter.steps.findIndex(step => step.id === stepId);
    for (const step of chapter.steps.slice(from)) {
      this.records.get(chapter.slug)?.delete(step.id);
      if (this.connection) this.progress.record(this.connection.info.clusterId, chapter.slug, step.id, 'pending');
    }
  }

  /** Running a whole chapter that is done through and through means running it again. */
  private startOver(chapter: Chapter): void {
    const all = chapter.steps.every(step =>
      ['done', 'skipped'].includes(this.record(chapter.slug, step.id)?.status ?? ''),
    );
    if (all) this.records.delete(chapter.slug);
  }
}
