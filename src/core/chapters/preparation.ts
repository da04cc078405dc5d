import type { Chapter, StepOutcome } from './contract';
import type { ChapterRunner } from './runner';

/**
 * Brings the target to where `target` starts: of every earlier chapter, in order, the base steps whose checks do not hold are run.
 * @returns the outcomes of the steps that were run; the last may have failed, then nothing after it was tried.
 */
export async function prepareFor(
  target: Chapter,
  chapters: readonly Chapter[],
  runnerOf: (chapter: Chapter) => ChapterRunner,
  signal: AbortSignal,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const chapter of chapters.filter(({ number }) => number < target.number)) {
    const runner = runnerOf(chapter);
    for (const step of chapter.steps.filter(({ base }) => base)) {
      if ((await runner.check(step.id)).status === 'done') continue;
      const outcome = await runner.repeat(step.id, signal);
      outcomes.push(outcome);
      if (outcome.status === 'failed') return outcomes;
    }
  }
  return outcomes;
}
