import { Option, type Command } from 'commander';
import type { CommandContext } from './command-context';
import { exitCodes } from './help-section';
import { collect } from './shared-options';

const EXIT_CODES = exitCodes({
  0: 'done',
  1: 'the role could not connect, or something failed',
  2: 'the command line was wrong',
});

/** `role`. */
export function addRoleCommand(program: Command, { execute, running, console, options: shared }: CommandContext): void {
  const role = program
    .command('role')
    .description('a database role for an IAM role: prints the SQL that is missing; with --apply runs it and verifies')
    .option('--user <name>', 'database role', 'myapp')
    .option('--role-arn <arn>', "IAM role or user that may connect as it; default the target's Lambda role")
    .option(
      '--grant <table:privileges>',
      'such as accounts:SELECT,UPDATE or bank.accounts:SELECT; may be given again',
      collect,
    )
    .option('--no-bank', "do not grant what the bank's transfer needs")
    .option('--apply', 'run what is missing, as admin')
    .option('--revoke', 'take the mapping and the grants back; drop the role where nobody else uses it')
    .option('--dry-run', 'print what --apply or --revoke would run')
    .addOption(
      new Option('--verify <how>', "by connecting with the role's keys, or by a function that is deployed for a moment")
        .choices(['keys', 'function', 'none'])
        .default('keys'),
    )
    .option('--yes', 'on AWS: do not ask first')
    .option('--json', 'one JSON line')
    .addHelpText('after', EXIT_CODES)
    .action(options =>
      execute(options.json === true, async () =>
        (await import('./commands/role')).role(options, running(options), console),
      ),
    );
  for (const option of shared()) role.addOption(option);
}
