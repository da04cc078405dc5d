import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { dataDirOption, targetOption } from './shared-options';

/** `setup`: the bank's tables and accounts. */
export function addSetupCommand(program: Command, { execute, running, console }: CommandContext): void {
  program
    .command('setup')
    .description("create the bank's tables and load its accounts; goes on where an interrupted setup stopped")
    .option('--accounts <n>', 'accounts 1 to n', '1000000')
    .option('--balance <n>', 'of each new account', '100')
    .option(
      '--reset',
      'back to the beginning: delete transactions and further accounts, put balances back; tables, indexes and grants stay',
    )
    .option('--workers <n>', 'connections at a time', '4')
    .addOption(targetOption())
    .addOption(dataDirOption())
    .option('--yes', 'on AWS, or where the disk is too small: do not ask first')
    .option('--json', 'progress and result as JSON lines')
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/setup')).setup(options, running(options), console),
      ),
    );
}
