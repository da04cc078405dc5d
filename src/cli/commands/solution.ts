import type { Step } from '../../core/chapters/contract';
import { codeOf } from '../../core/chapters/step-code';
import { loadChapters } from '../../node/chapters/load';
import { openCodeFolder } from '../../node/workspace/folder';
import { applySolution, stepCode, undoSolution } from '../../node/workspace/step-code';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { diffText } from '../terminal/diff-text';
import { selectChapters } from './run';

/** Steps by the name that the command takes, and by that which a run shows. */
const named = (steps: readonly Step[]): string => steps.map(({ id, title }) => `${id} (${title})`).join('; ');

export interface SolutionOptions {
  code: string;
  apply?: boolean;
  undo?: boolean;
  force?: boolean;
}

/** `solution <chapter> <step>`: shows the difference, applies the solution, or takes it back. */
export function solution(name: string, stepId: string, options: SolutionOptions, console: Console): ExitCode {
  const [chapter] = selectChapters(loadChapters(), [name]);
  const step = chapter?.steps.find(({ id }) => id === stepId);
  if (!chapter || !step)
    throw usageError(`chapter ${name} has no step "${stepId}"`, `Its steps: ${chapter && named(chapter.steps)}.`);
  const folder = openCodeFolder(options.code);
  const withCode = chapter.steps.filter(each => codeOf(each, folder.functions));
  if (!withCode.includes(step))
    throw usageError(
      `the step "${step.title}" deploys no code of yours`,
      withCode.length === 0 ? `No step of chapter ${chapter.number} does.` : `Those that do: ${named(withCode)}.`,
    );
  const { style, stdout } = console;
  if (options.apply || options.undo) {
    const now = new Date();
    const paths = options.undo
      ? undoSolution(folder, chapter, step, now, options.force === true)
      : applySolution(folder, chapter, step, now);
    stdout.write(
      paths.length === 0
        ? 'Your code is the solution already.\n'
        : `${paths.map(file => `${style.yellow('~')} ${file}`).join('\n')}\n`,
    );
    return EXIT.ok;
  }
  const { changes, place, functionName } = stepCode(folder, chapter, step);
  if (changes.length === 0) {
    stdout.write(`${functionName}: your code is the solution.\n`);
    return EXIT.ok;
  }
  stdout.write(`${functionName}: begin at ${place.path}:${place.line}\n`);
  for (const { path, before, after } of changes) stdout.write(diffText(path, before ?? '', after, style));
  return EXIT.ok;
}
