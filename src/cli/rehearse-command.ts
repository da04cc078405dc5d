import type { Command } from 'commander';
import type { CommandContext } from './command-context';

const EXIT_CODES = `
The stack's steps run the real CDK where its packages are installed beside the product's sources: half a minute each, so that the
product's own CI leaves them out, as it does the long chapters.

Exit codes:
  0    every step went by the script
  1    a step failed, or another request was sent than the script has, the service's model knows, or the command declares
  2    the command line was wrong`;

/** `rehearse` */
export function addRehearseCommand(
  program: Command,
  { execute, console }: Pick<CommandContext, 'execute' | 'console'>,
): void {
  program
    .command('rehearse')
    .description(
      'go the whole AWS path against the local services, and hold every request that would be sent to a script',
    )
    .option(
      '--step <id>',
      'this step, and those it needs; may be given again (see --list)',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--list', 'the steps')
    .option('--script <file>', 'compare with this script')
    .option('--record [file]', 'write what is sent as the new script')
    .option(
      '--faults',
      'let each call of the commands fail, in each way, and look at what is told; --step names what fails',
    )
    .option('--json', 'one JSON object a step, or a fault')
    .addHelpText('after', EXIT_CODES)
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/rehearse')).rehearse(options, console)),
    );
}
