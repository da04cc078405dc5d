import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { usageError } from './failure';
import { exitCodes } from './help-section';
import { dataDirOption, targetOption } from './shared-options';

const SESSIONS_EXIT_CODES = exitCodes({
  0: 'every answer was the expected one',
  1: 'an answer was not, or something failed',
  2: 'the command line was wrong',
});

/** `sessions`: transactions played line by line. */
export function addSessionsCommand(program: Command, { execute, running, console }: CommandContext): void {
  program
    .command('sessions')
    .description('play two or more transactions line by line and show what each is answered; alone: list what there is')
    .argument('[file]', 'a session script, or the name of one that comes with the workshop')
    .option(
      '--order <order>',
      "name or number of one of the script's orders, or names of lines: a1,b1,a2; default all orders",
    )
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--json', 'one JSON line an order')
    .addHelpText('after', SESSIONS_EXIT_CODES)
    .action((file: string | undefined, options) =>
      execute(options.json === true, async () => {
        const { sessions, listSessions } = await import('./commands/sessions');
        if (file !== undefined) return sessions(file, running(options), options, console);
        if (options.order !== undefined)
          throw usageError(
            '--order without a script',
            'Name the script that it is an order of; sessions alone lists them.',
          );
        return listSessions(options, console);
      }),
    );
}
