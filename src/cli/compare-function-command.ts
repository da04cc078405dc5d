import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { functionNameGiven } from './function-name';
import { givenText } from './given-text';
import { exitCodes } from './help-section';

const COMPARE_EXIT_CODES = exitCodes({
  0: 'compared; with --exit-code, the function runs the code of the folder',
  1: 'with --exit-code, it runs other code; or something failed',
  2: 'the command line was wrong',
});

/** `compare-function` */
export function addCompareFunctionCommand(
  program: Command,
  { execute, running, console, options: shared }: CommandContext,
): void {
  const command = program
    .command('compare-function')
    .description('what a deployed function runs against the code of a folder, as a diff')
    .argument('<dir>', 'folder with index.ts', givenText)
    .option('--name <function>', 'function name; default by the folder')
    .option('--exit-code', 'end with 1 when it runs other code');
  for (const option of shared()) command.addOption(option);
  command.addHelpText('after', COMPARE_EXIT_CODES).action((directory: string, options) =>
    execute(false, async () => {
      const name = functionNameGiven(options.name ?? (await import('./open-target')).functionNameOf(directory));
      const { compare } = await import('./commands/compare-function');
      return compare(directory, name, running(options), options, console);
    }),
  );
}
