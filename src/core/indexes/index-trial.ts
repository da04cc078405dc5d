import { CodedError } from '../../base/errors';
import type { JobTimelineView } from '../../protocol/job-timeline';
import type { TrialPhase, TrialView } from '../../protocol/indexes-view';
import type { JobInfo } from '../catalog/model';
import { comparePlans } from '../plan/compare/compare';
import type { PlanDocument } from '../plan/contract';
import { planDocument } from '../plan/document';
import { readPlans } from '../plan/read-plans';
import { followJob } from './follow-job';
import { trialCancelled } from './errors';

/** What a trial does to a cluster. */
export interface TrialPorts {
  /** The plan's text. Writes that are analysed are rolled back. */
  explain(statement: string, analyze: boolean, signal: AbortSignal): Promise<string>;
  /** Sends CREATE INDEX ASYNC. @returns the job's id */
  create(sql: string, signal: AbortSignal): Promise<string>;
  /** The job's row; undefined once it is forgotten. */
  job(jobId: string, signal: AbortSignal): Promise<JobInfo | undefined>;
  /** The index that the job built; asked for once it has completed. */
  indexOf(job: JobInfo): Promise<string | undefined>;
  /** DROP INDEX of what a failed or unwanted build left. */
  drop(index: string): Promise<void>;
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  now(): number;
}

export interface TrialRequest {
  statement: string;
  analyze: boolean;
  /** CREATE INDEX ASYNC … */
  sql: string;
  /** Rows of its table, where known. */
  rows?: number;
}

const TITLES = {
  before: 'Explain the statement without the index',
  creating: 'Send CREATE INDEX ASYNC',
  building: 'Wait for the build, without blocking anybody',
  after: 'Explain the statement with the index',
} as const;
type Step = keyof typeof TITLES;
const STEPS = Object.keys(TITLES) as Step[];

/**
 * One statement's plan before and after an index: explains, creates, follows the job, explains again, compares. Whatever goes wrong is in
 * the view, which is complete after each change; `run` never rejects.
 */
export class IndexTrial {
  private readonly abort = new AbortController();
  private phase: TrialPhase = 'ready';
  private readonly notes: Partial<Record<Step, string>> = {};
  private failedAt: Step | undefined;
  private error: CodedError | Error | undefined;
  private job: JobTimelineView | undefined;
  private indexName: string | undefined;
  private kept: boolean | undefined;
  /** Texts of the two plans, as far as they are there. */
  plans: { before?: string; after?: string } = {};

  constructor(
    readonly request: TrialRequest,
    private readonly ports: TrialPorts,
    private readonly changed: () => void,
  ) {}

  get running(): boolean {
    return STEPS.includes(this.phase as Step);
  }

  /** Stops waiting. A build that was begun goes on in the cluster. */
  cancel(): void {
    this.abort.abort();
  }

  async run(): Promise<void> {
    const { statement, analyze, sql, rows } = this.request;
    const { ports } = this;
    const { signal } = this.abort;
    try {
      this.enter('before');
      this.plans.before = await ports.explain(statement, analyze, signal);
      this.notes.before = summary(this.plans.before);
      this.enter('creating');
      const jobId = await ports.create(sql, signal);
      this.notes.creating = `job ${jobId}`;
      this.enter('building');
      const done = await followJob(jobId, {
        job: () => ports.job(jobId, signal),
        sleep: ports.sleep,
        now: ports.now,
        signal,
        ...(rows !== undefined && { rows }),
        onTimeline: (timeline, job) => {
          this.job = timeline;
          this.indexName = bareName(job.objectName) ?? this.indexName;
          this.changed();
        },
      });
      this.indexName = (await ports.indexOf(done)) ?? this.indexName;
      this.notes.building = this.indexName ?? 'valid';
      this.enter('after');
      this.plans.after = await ports.explain(statement, analyze, signal);
      this.notes.after = summary(this.plans.after);
      this.phase = 'done';
    } catch (error) {
      this.failedAt = this.phase as Step;
      this.phase = signal.aborted ? 'cancelled' : 'failed';
      this.error = signal.aborted ? trialCancelled() : error instanceof Error ? error : new Error(String(error));
    }
    this.changed();
  }

  /** Keeps the index, or drops it. Rejects with what DROP INDEX is refused with. */
  async end(keep: boolean): Promise<void> {
    if (!keep && this.indexName !== undefined) await this.ports.drop(this.indexName);
    this.kept = keep;
    this.changed();
  }

  view(): TrialView {
    const { statement, analyze } = this.request;
    const reached = this.phase === 'done' ? STEPS.length : STEPS.indexOf(this.failedAt ?? (this.phase as Step));
    const verdict = this.verdict();
    return {
      statement,
      analyze,
      phase: this.phase,
      steps: STEPS.map((step, at) => ({
        title: TITLES[step],
        state: at < reached ? 'done' : at > reached ? 'pending' : this.failedAt ? 'failed' : 'running',
        ...(this.notes[step] !== undefined && { note: this.notes[step] }),
      })),
      ...(this.job && { job: this.job }),
      ...(verdict && { verdict }),
      ...(this.indexName !== undefined && { index: this.indexName }),
      ...(this.kept !== undefined && { kept: this.kept }),
      ...(this.error && this.phase === 'failed' && { error: errorView(this.error) }),
    };
  }

  private verdict(): TrialView['verdict'] {
    const { before, after } = this.plans;
    if (before === undefined || after === undefined) return undefined;
    const now = documentOf(after);
    const { better, verdict } = comparePlans(documentOf(before), now);
    const usesIndex = this.indexName !== undefined && now.nodes.some(({ index }) => index === this.indexName);
    const sentences = usesIndex
      ? verdict
      : [`The planner does not use ${this.indexName ?? 'the new index'} for this statement.`, ...verdict];
    return { better, sentences, usesIndex };
  }

  private enter(phase: Step): void {
    if (this.abort.signal.aborted) throw trialCancelled();
    this.phase = phase;
    this.changed();
  }
}

const documentOf = (text: string): PlanDocument => {
  const plans = readPlans(text);
  return planDocument(plans.find(({ plan }) => plan.roots.length > 0) ?? plans[0]!);
};

function summary(text: string): string {
  const { totals, nodes } = documentOf(text);
  const scan = nodes.find(({ layer, type }) => layer === 'query' && /Scan$/.test(type));
  const time = totals.executionMs === undefined ? [] : [`${totals.executionMs.toFixed(1)} ms`];
  const read = totals.rowsRead === undefined ? [] : [`${totals.rowsRead.toLocaleString('en-US')} rows read`];
  return [scan?.title, ...time, ...read].filter(part => part !== undefined).join(' · ');
}

/** The part behind the schema. */
const bareName = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : name.slice(name.indexOf('.') + 1);

const errorView = (error: Error): { message: string; nextStep?: string } => ({
  message: error.message,
  ...(error instanceof CodedError && error.nextStep !== undefined && { nextStep: error.nextStep }),
});
