import type { Closeable } from '../../base/lifecycle';
import type { Chapter, RunnerEvent, ScaledNumber, Step } from '../../core/chapters/contract';
import { dropTables, foreignTables, type ForeignTable } from '../../core/chapters/foreign-tables';
import { ChapterRunner } from '../../core/chapters/runner';
import type { ReachedTarget } from './chapter-targets';
import type { StepRecords } from './step-records';

/** The runners of all chapters on one target that was reached. Each begins with what is known of its steps. */
export class TargetConnection implements Closeable {
  private readonly runners = new Map<string, ChapterRunner>();

  constructor(
    private readonly target: ReachedTarget,
    private readonly figure: (number: ScaledNumber) => number,
    private readonly records: StepRecords,
    private readonly chapters: () => readonly Chapter[],
    private readonly onEvent: (slug: string, event: RunnerEvent) => void,
  ) {}

  isCurrent(): boolean {
    return this.target.isCurrent();
  }

  /** The runner of this text of the chapter; one of an older text hands over what it knows. */
  runner(chapter: Chapter): ChapterRunner {
    const { slug } = chapter;
    const former = this.runners.get(slug);
    if (former?.chapter === chapter) return former;
    if (former) this.records.rebind(former.chapter, chapter);
    const runner = new ChapterRunner(chapter, this.target.ports, { figure: this.figure, chapters: this.chapters });
    runner.restoreMemory(former?.keptMemory() ?? this.records.memory(slug));
    for (const step of chapter.steps) {
      const { status, actions, checks, durationMs = 0 } = this.records.get(slug, step);
      if (status !== 'running')
        runner.restore({ step, status, actions: [...actions], checks: [...checks], durationMs });
    }
    runner.onEvent(event => this.onEvent(slug, event));
    this.runners.set(slug, runner);
    return runner;
  }

  /** The tables on the target that the steps drop and none of the chapters made. */
  foreignTables(steps: readonly Step[], chapters: readonly Chapter[], signal: AbortSignal): Promise<ForeignTable[]> {
    return foreignTables(this.target.ports.database, steps, chapters, signal);
  }

  dropTables(tables: readonly ForeignTable[], signal: AbortSignal): Promise<void> {
    return dropTables(this.target.ports.database, tables, signal);
  }

  /** The chapter's runner, if there is one already. */
  known(slug: string): ChapterRunner | undefined {
    return this.runners.get(slug);
  }

  close(): Promise<void> {
    return this.target.close();
  }
}
