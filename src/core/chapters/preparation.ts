import type { Chapter, StepOutcome } from './contract';
import type { ChapterRunner } from './runner';

/**
 * The chapters that one builds on: those before it of its own folder and of the workshop, or those it names. The workshop's build on none
 * of the user's.
 */
export function foundationOf(target: Chapter, chapters: readonly Chapter[]): Chapter[] {
  return chapters.filter(other => {
    if (other === target) return false;
    if (other.own) return target.own === true && folderOf(other) === folderOf(target) && other.number < target.number;
    return target.buildsOn ? target.buildsOn.includes(other.number) : other.number < target.number;
  });
}

const folderOf = ({ directory }: Chapter): string => directory.replace(/(?<![\\/])[\\/]+[^\\/]*$/, '');

/**
 * Brings the target to where `target` starts: of every earlier chapter, in order, the base steps whose checks do not hold are run.
 * @param starting called once, before the first step that has to be run
 * @returns the outcomes of the steps that were run; the last may have failed, then nothing after it was tried.
 */
export async function prepareFor(
  target: Chapter,
  chapters: readonly Chapter[],
  runnerOf: (chapter: Chapter) => ChapterRunner,
  signal: AbortSignal,
  starting: () => void = () => undefined,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const chapter of foundationOf(target, chapters)) {
    const runner = runnerOf(chapter);
    for (const step of chapter.steps.filter(({ base }) => base)) {
      if ((await runner.check(step.id)).status === 'done') continue;
      if (outcomes.length === 0) starting();
      // what a chapter builds on is the workshop's, so that a learner may begin anywhere
      const outcome = await runner.withSolutions(() => runner.repeat(step.id, signal));
      outcomes.push(outcome);
      if (outcome.status === 'failed') return outcomes;
    }
  }
  return outcomes;
}
