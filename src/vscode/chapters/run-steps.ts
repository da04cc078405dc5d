import type { Chapter, Step, StepStatus } from '../../core/chapters/contract';
import { foundationOf, prepareFor } from '../../core/chapters/preparation';
import type { ChapterRunner } from '../../core/chapters/runner';
import { chapterErrors } from './chapter-errors';
import type { RunRequest } from './run-progress';

/**
 * Runs one step, or all that are not done in this window. What a step left in the database is undone before it runs, so that it can be run
 * any number of times; when nothing is done yet, or everything is, a whole chapter starts from its beginning.
 * @param wasBegun whether a step was run before, to its end or not, so that what is left of it must be undone.
 * @returns true when every step is done.
 */
export async function runSteps(
  runner: ChapterRunner,
  stepId: string | undefined,
  signal: AbortSignal,
  wasBegun: (stepId: string) => boolean = () => false,
): Promise<boolean> {
  if (stepId !== undefined) return (await runner.repeat(stepId, signal)).status === 'done';
  const { steps } = runner.chapter;
  const isOpen = ({ id }: Step): boolean => !['done', 'skipped'].includes(runner.status(id));
  const open = steps.filter(isOpen).length;
  if (open === 0 || open === steps.length) await undoSteps(runner, undefined, signal);
  for (const step of steps) {
    // not known before: what is run anew undoes those after it
    if (!isOpen(step)) continue;
    const outcome =
      runner.status(step.id) === 'failed' || wasBegun(step.id)
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
  if (failed) throw chapterErrors.resetFailed(failed.error);
}

/** @throws CodedError `STEP_UNKNOWN` */
export function stepOf(chapter: Chapter, stepId: string): Step {
  const step = chapter.steps.find(({ id }) => id === stepId);
  if (!step) throw chapterErrors.unknownStep(stepId);
  return step;
}

/** The steps that a request runs or undoes, with those it builds on: whoever begins a step anew undoes those after it that were run. */
export function stepsThatDrop(
  chapter: Chapter,
  chapters: readonly Chapter[],
  { stepId, activity }: RunRequest,
  status: (stepId: string) => StepStatus,
): Step[] {
  const base = activity === 'reset' ? [] : foundationOf(chapter, chapters).flatMap(({ steps }) => steps);
  const from = stepId === undefined ? 0 : chapter.steps.indexOf(stepOf(chapter, stepId));
  const own = chapter.steps.filter(
    (step, at) => stepId === undefined || at === from || (at > from && status(step.id) !== 'pending'),
  );
  return [...base.filter(step => step.base), ...own];
}

/** Makes what the chapter builds on. @throws CodedError `CHAPTER_PREPARATION_FAILED` with what was said of the step that failed */
export async function makeFoundation(
  chapter: Chapter,
  chapters: readonly Chapter[],
  runnerOf: (chapter: Chapter) => ChapterRunner,
  signal: AbortSignal,
): Promise<void> {
  const prepared = await prepareFor(chapter, chapters, runnerOf, signal);
  const failed = prepared.find(outcome => outcome.status === 'failed');
  if (!failed) return;
  const { step, actions, checks } = failed;
  throw chapterErrors.preparationFailed(
    step.title,
    actions.find(action => !action.ok)?.error?.message ?? checks.find(check => !check.held)?.actual,
  );
}
