import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { exitCodes } from './help-section';
import { collect } from './shared-options';

const EXIT_CODES = exitCodes({
  0: 'everything on the list is gone, or there was nothing; with --dry-run, listed',
  1: 'something is left, or could not be looked at; the last lines say what and why',
  2: 'the command line was wrong',
  130: 'interrupted; run it again to go on',
});

/** `teardown`: removes what the workshop made in AWS. */
export function addTeardownCommand(program: Command, { execute, console }: CommandContext): void {
  program
    .command('teardown')
    .description('find what the workshop made in AWS, list it with its cost, remove it, look again')
    .option('--region <name>', 'AWS Region to search; may be given again', collect)
    .option('--all-regions', 'search every Region that Aurora DSQL is known in')
    .option('--profile <name>', 'AWS profile; default as the AWS CLI has it')
    .option(
      '--only <kind-or-name>',
      'stack, cluster, function, log-group, role, a name or an ARN; may be given again',
      collect,
    )
    .option('--also <arn>', 'remove this too, although it does not carry our tag; may be given again', collect)
    .option('--dry-run', 'list only')
    .option('--yes-delete <account>', 'number of the account, in place of typing it')
    .option('--json', 'list and result as JSON lines')
    .addHelpText('after', EXIT_CODES)
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/teardown')).teardown(options, console)),
    );
}
