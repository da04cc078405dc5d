import type { Chapter, Step } from '../../core/chapters/contract';
import {
  keepMemory,
  keepStep,
  recallStep,
  type KeptChapter,
  type KeptProgress,
  type StepKnowledge,
} from '../../core/chapters/kept';
import type { MemorySnapshot } from '../../core/chapters/memory';
import type { StandingNote } from '../../core/chapters/standing';

/** What is known of a step, and how sure that is. */
export interface StepRecord extends StepKnowledge {
  /** Its checks were verified since the cluster was reached. */
  verified: boolean;
  note?: StandingNote;
}

/** Whether a step's last run ended before its end, and nothing says of it more than that. What runs in another window may look so. */
export const isInterrupted = ({ interrupted, status, wasDone }: StepRecord): boolean =>
  interrupted === true && status === 'pending' && !wasDone;

/** Whether a step has left something that its reset takes back. */
export const canReset = ({ undo }: Step, { wasDone, interrupted, status }: StepRecord): boolean =>
  undo.length > 0 && (wasDone || interrupted === true || status === 'done' || status === 'failed');

export const UNKNOWN_STEP: StepRecord = {
  status: 'pending',
  wasDone: false,
  doneAt: 0,
  seenOpen: false,
  actions: [],
  checks: [],
  verified: false,
};

const EMPTY: KeptChapter = { memory: { plans: {}, answers: {}, runs: {} }, histories: {}, steps: {} };

/** The records of all chapters on one cluster: those of this window, over what was kept of earlier ones. */
export class StepRecords {
  private readonly live = new Map<string, Map<string, StepRecord>>();
  private readonly histories = new Map<string, Record<string, number[]>>();
  private readonly memories = new Map<string, MemorySnapshot>();
  private counter: number;

  constructor(
    readonly clusterId: string,
    private readonly kept?: KeptProgress,
  ) {
    const all = Object.values(kept?.chapters ?? {}).flatMap(({ steps }) => Object.values(steps));
    this.counter = Math.max(0, ...all.map(({ doneAt }) => doneAt));
  }

  get(slug: string, step: Step): StepRecord {
    const live = this.live.get(slug)?.get(step.id);
    if (live) return live;
    const kept = this.keptChapter(slug).steps[step.id];
    if (!kept) return UNKNOWN_STEP;
    const recalled = { ...recallStep(step, kept), verified: false };
    this.set(slug, step.id, recalled);
    return recalled;
  }

  set(slug: string, stepId: string, record: StepRecord): void {
    let steps = this.live.get(slug);
    if (!steps) this.live.set(slug, (steps = new Map<string, StepRecord>()));
    steps.set(stepId, record);
  }

  /** Lets go of a step and those after it, or of the whole chapter. */
  forget(chapter: Chapter, stepId?: string): void {
    const from = stepId === undefined ? 0 : chapter.steps.findIndex(step => step.id === stepId);
    for (const step of chapter.steps.slice(from)) this.set(chapter.slug, step.id, UNKNOWN_STEP);
  }

  /** The next value of the counter that orders steps by when they were done. */
  nextDone(): number {
    return ++this.counter;
  }

  /** Calls a second of a chapter's stress runs, by name. */
  history(slug: string): Record<string, number[]> {
    let histories = this.histories.get(slug);
    if (!histories) this.histories.set(slug, (histories = { ...this.keptChapter(slug).histories }));
    return histories;
  }

  memory(slug: string): MemorySnapshot {
    return this.memories.get(slug) ?? this.keptChapter(slug).memory;
  }

  setMemory(slug: string, memory: MemorySnapshot): void {
    this.memories.set(slug, memory);
  }

  /** The cluster went away: whatever was seen may be otherwise when it is back. */
  doubt(): void {
    for (const steps of this.live.values())
      for (const [id, record] of steps) steps.set(id, { ...record, verified: false });
  }

  /** The chapter's text has changed: its records belong to steps of old. They are kept and recalled by the new text. */
  rebind(before: Chapter, after: Chapter): void {
    const steps = this.live.get(before.slug);
    if (!steps) return;
    for (const step of after.steps) {
      const record = steps.get(step.id);
      const old = before.steps.find(({ id }) => id === step.id);
      if (record && old) steps.set(step.id, { ...record, ...recallStep(step, keepStep(old, record)) });
    }
  }

  /** Everything as plain data, over what was kept of chapters that are not there now. */
  keep(chapters: readonly Chapter[]): KeptProgress {
    const all = { ...this.kept?.chapters };
    for (const { slug, steps } of chapters) {
      const live = this.live.get(slug);
      if (!live && !this.memories.has(slug)) continue;
      const kept = { ...this.keptChapter(slug).steps };
      for (const step of steps) {
        const record = live?.get(step.id);
        if (record) kept[step.id] = keepStep(step, record);
      }
      all[slug] = { memory: keepMemory(this.memory(slug)), histories: this.history(slug), steps: kept };
    }
    return { version: 1, clusterId: this.clusterId, chapters: all };
  }

  private keptChapter(slug: string): KeptChapter {
    const chapters = this.kept?.chapters ?? {};
    return (Object.hasOwn(chapters, slug) ? chapters[slug] : undefined) ?? EMPTY;
  }
}
