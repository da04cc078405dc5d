import { codeOf } from '../core/chapters/step-code';
import type { CodeFolder } from '../core/workspace/contract';
import type { ChapterSummary } from './run-report';
import { pathInShell } from './shell-text';

/**
 * What helps where chapters ran with the learner's own code: the command that holds it against the workshop's, for the first step that
 * failed, or the last before it whose code is the learner's to write.
 * @param directory as it was typed after `--code`
 */
export function solutionHint(
  summaries: readonly ChapterSummary[],
  folder: Pick<CodeFolder, 'functions'>,
  directory: string,
): string | undefined {
  const failed = summaries
    .flatMap(({ chapter, steps }) => steps.map(outcome => ({ chapter, ...outcome })))
    .find(({ status }) => status === 'failed');
  if (!failed) return undefined;
  const { chapter } = failed;
  // a later step may be the one that finds what is wrong with the code
  const step = chapter.steps
    .slice(0, chapter.steps.indexOf(failed.step) + 1)
    .findLast(one => codeOf(one, folder.functions));
  if (!step) return undefined;
  return `Your code beside the workshop's: dsql-workshop solution ${chapter.number} ${step.id} --code ${pathInShell(directory)}`;
}
