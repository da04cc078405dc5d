import type { Chapter, CheckOutcome } from '../../core/chapters/contract';
import type { ChapterRunner } from '../../core/chapters/runner';
import { holds, isCostly, judge, provesState } from '../../core/chapters/standing';
import type { StepRecords } from './step-records';

/** Has the checks of chapters verified and makes their steps' records say what they say. */
export class ChapterVerifier {
  constructor(
    private readonly records: StepRecords,
    /** All there are. */
    private readonly chapters: readonly Chapter[],
    private readonly runnerOf: (chapter: Chapter) => ChapterRunner,
    /** Verifies checks too that take seconds; else what they said last stays. */
    private readonly costly: boolean,
  ) {}

  /** The chapters whose steps were done last first, so that an earlier one knows what excuses it. Rejects when aborted. */
  async verify(chapters: readonly Chapter[], signal: AbortSignal): Promise<void> {
    const last = (chapter: Chapter) =>
      Math.max(0, ...chapter.steps.map(step => this.records.get(chapter.slug, step).doneAt));
    for (const chapter of [...chapters].sort((a, b) => last(b) - last(a))) await this.verifyOne(chapter, signal);
  }

  private async verifyOne(chapter: Chapter, signal: AbortSignal): Promise<void> {
    const { slug, steps } = chapter;
    const runner = this.runnerOf(chapter);
    const outcomes = new Map<string, CheckOutcome[]>();
    for (const step of steps) {
      const left = this.records.get(slug, step).checks.filter(({ check }) => isCostly(check) && !this.costly);
      const seen = await runner.inspect(step.id, signal, check => this.costly || !isCostly(check));
      outcomes.set(step.id, [...seen, ...left]);
    }
    if (signal.aborted) return;
    const observed = steps.map(step => ({
      ...this.records.get(slug, step),
      checks: step.checks,
      outcomes: outcomes.get(step.id) ?? [],
    }));
    const standings = judge(observed, doneAt => this.builtOver(chapter, doneAt), 0);
    for (const [at, step] of steps.entries()) {
      const standing = standings[at];
      if (!standing) continue;
      const before = this.records.get(slug, step);
      const now = outcomes.get(step.id) ?? [];
      // what a later step has changed is shown as it was: the prose beside it tells of that
      const asItWas = standing.note === 'built-over' && holds({ checks: step.checks, outcomes: before.checks });
      const justDone = standing.status === 'done' && !before.wasDone;
      const record = {
        ...before,
        ...standing,
        note: standing.note,
        doneAt: justDone ? this.records.nextDone() : standing.doneAt,
        checks: asItWas ? before.checks : now,
        verified: true,
      };
      this.records.set(slug, step.id, record);
      runner.restore({
        step,
        status: record.status,
        actions: [...record.actions],
        checks: [...record.checks],
        durationMs: record.durationMs ?? 0,
      });
    }
  }

  /** A step of another chapter that was done after it holds. */
  private builtOver(chapter: Chapter, doneAt: number): boolean {
    return this.chapters
      .filter(other => other !== chapter)
      .some(({ slug, steps }) =>
        steps.some(step => {
          const { status, note, doneAt: at } = this.records.get(slug, step);
          return status === 'done' && note === undefined && at > doneAt && step.checks.some(provesState);
        }),
      );
  }
}
