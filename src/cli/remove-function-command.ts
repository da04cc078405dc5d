import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { functionNameGiven } from './function-name';

/** `remove-function` */
export function addRemoveFunctionCommand(
  program: Command,
  { execute, running, console, options: shared }: CommandContext,
): void {
  const command = program
    .command('remove-function')
    .description('delete a function with its versions, after asking for its name')
    .argument('<function>', 'function name')
    .option('--confirm <function>', 'the name of the function, where nobody is there to type it');
  for (const option of shared()) command.addOption(option);
  command.action((given: string, options) =>
    execute(false, async () => {
      const name = functionNameGiven(given);
      return (await import('./commands/functions')).remove(name, running(options), options, console);
    }),
  );
}
