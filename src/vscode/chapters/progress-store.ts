import type { StepStatus } from '../../core/chapters/contract';

/** The part of `vscode.Memento` that is needed. */
export interface Memento {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

interface Stored {
  clusterId: string;
  done: Record<string, string[]>;
}

const KEY = 'chapterProgress';

/**
 * Which steps were seen done, over restarts of the window. It belongs to one cluster's data: another cluster id starts afresh.
 * It is a hint for lists; what holds is what a step's checks say.
 */
export class ProgressStore {
  constructor(private readonly memento: Memento) {}

  /** Ids of the chapter's steps that were done last. */
  done(slug: string): ReadonlySet<string> {
    return new Set(this.read()?.done[slug] ?? []);
  }

  record(clusterId: string, slug: string, stepId: string, status: StepStatus): void {
    const stored = this.read();
    const done = stored?.clusterId === clusterId ? stored.done : {};
    const steps = new Set(done[slug] ?? []);
    if (status === 'done') steps.add(stepId);
    else steps.delete(stepId);
    void this.memento.update(KEY, { clusterId, done: { ...done, [slug]: [...steps] } } satisfies Stored);
  }

  private read(): Stored | undefined {
    const value = this.memento.get(KEY);
    if (typeof value !== 'object' || value === null) return undefined;
    const { clusterId, done } = value as Partial<Stored>;
    if (typeof clusterId !== 'string' || typeof done !== 'object' || done === null) return undefined;
    const lists = Object.entries(done).filter(([, steps]) => Array.isArray(steps));
    return { clusterId, done: Object.fromEntries(lists) };
  }
}
