import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { exitCodes, helpParagraph } from './help-section';
import { collect } from './shared-options';

const STACK_STEPS = helpParagraph(
  "The stack's steps run the real CDK, half a minute each, where its packages are installed beside the product's sources.",
);
const EXIT_CODES = exitCodes({
  0: 'every step went by the script',
  1: "a step failed, or another request was sent than the script has, the service's model knows, or the command declares",
  2: 'the command line was wrong',
});

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
    .option('--step <id>', 'this step, and those it needs; may be given again (see --list)', collect)
    .option('--list', 'print the steps')
    .option('--script <file>', 'compare with this script')
    .option('--record [file]', 'write what is sent as the new script')
    .option(
      '--faults',
      'let each call of the commands fail, in each way, and look at what is told; --step names what fails',
    )
    .option('--json', 'one JSON object a step, or a fault')
    .addHelpText('after', STACK_STEPS)
    .addHelpText('after', EXIT_CODES)
    .action(options =>
      execute(options.json === true, async () => (await import('./commands/rehearse')).rehearse(options, console)),
    );
}
