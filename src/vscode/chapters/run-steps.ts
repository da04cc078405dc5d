import type { ChapterRunner } from '../../core/chapters/runner';
import { chapterErrors } from './chapter-errors';

/**
 * Runs one step, or all that are not done in this window. What a step left in the database is undone before it runs, so that it can be run
 * any number of times; when nothing is done yet, or everything is, a whole chapter starts from its beginning.
 * @param wasDone whether a step was done before, so that what is left of it must be undone.
 * @returns true when every step is done.
 */
export async function runSteps(
  runner: ChapterRunner,
  stepId: string | undefined,
  signal: AbortSignal,
  wasDone: (stepId: string) => boolean = () => false,
): Promise<boolean> {
  if (stepId !== undefined) return (await runner.repeat(stepId, signal)).status === 'done';
  const open = () => runner.chapter.steps.filter(step => !['done', 'skipped'].includes(runner.status(step.id)));
  if (open().length === 0 || open().length === runner.chapter.steps.length) await undoSteps(runner, undefined, signal);
  for (const step of open()) {
    const outcome =
      runner.status(step.id) === 'failed' || wasDone(step.id)
        ? await runner.repeat(step.id, signal)
        : await runner.runStep(step.id, signal);
    if (outcome.status === 'failed') return false;
  }
  return true;
}

/** Brings the database back to before the step, or before the chapter. Rejects with `RESET_FAILED` when a statement fails. */
export async function undoSteps(runner: ChapterRunner, stepId: string | undefined, signal: AbortSignal): Promise<void> {
  const outcomes = stepId === undefined ? await runner.undoAll(signal) : await runner.undo(stepId, signal);
  const failed = outcomes.find(outcome => !outcome.ok);
  if (failed) throw chapterErrors.resetFailed(failed.error?.message);
}
