import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';
import { dataDirOption, identityOption, targetOption } from './shared-options';

/** `token` and `doctor`: the way to a cluster. */
export function addAccessCommands(program: Command, { execute, running, console }: CommandContext): void {
  program
    .command('token')
    .description('print a fresh authentication token')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--user <name>', 'database user', givenText, 'admin')
    .addOption(identityOption())
    .option('--expires-in <seconds>', 'how long it may be used to connect', '900')
    .option('--decode', "show the token's parts instead")
    .action(options =>
      execute(false, async () => (await import('./commands/token')).token(running(options), options, console)),
    );

  program
    .command('doctor')
    .description('examine the way to a cluster step by step, and name the fix')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--user <name>', 'database user', givenText, 'admin')
    .addOption(identityOption())
    .option('--json', 'one JSON object a check')
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/doctor')).doctor(running(options), options, console),
      ),
    );
}
