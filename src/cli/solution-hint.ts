import { codeOf } from '../core/chapters/step-code';
import type { CodeFolder } from '../core/workspace/contract';
import type { ChapterSummary } from './run-report';
import { pathInShell } from './shell-text';

/**
 * What helps where chapters ran with the learner's own code: the command that holds it against the workshop's, for the first step that
 * failed, if its code is the learner's to write.
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
  if (!failed || !codeOf(failed.step, folder.functions)) return undefined;
  const { chapter, step } = failed;
  return `Your code beside the workshop's: dsql-workshop solution ${chapter.number} ${step.id} --code ${pathInShell(directory)}`;
}
