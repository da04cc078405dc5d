import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { functionNameGiven } from './function-name';
import { givenText } from './given-text';

/** `logs`: what a function printed, on AWS and on the laptop. */
export function addLogsCommand(program: Command, { execute, running, console, options: shared }: CommandContext): void {
  const command = program
    .command('logs')
    .description('what a function printed, and with --follow what it prints, until Ctrl-C')
    .argument('[function]', 'function name', functionNameGiven, 'transfer')
    .option('--follow', 'go on as the log grows')
    .option('--since <time>', 'how far back: 30s, 10m, 2h; default 10m, with --follow from now on')
    .option('--code <dir>', 'your workshop folder: stack traces name its files', givenText)
    .option('--json', 'one JSON object an event');
  for (const option of shared()) command.addOption(option);
  command.action((name: string, options) =>
    execute(options.json === true, async () =>
      (await import('./commands/logs')).logs(name, running(options), options, console),
    ),
  );
}
