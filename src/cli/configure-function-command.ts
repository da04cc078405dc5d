import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { functionNameGiven } from './function-name';
import { collect } from './shared-options';

/** `configure-function` */
export function addConfigureFunctionCommand(
  program: Command,
  { execute, running, console, options: shared }: CommandContext,
): void {
  const command = program
    .command('configure-function')
    .description("change a deployed function's memory, timeout, environment and concurrency; what is not named stays")
    .argument('<function>', 'function name')
    .option('--memory <MiB>', '128 to 10240; more memory is more processor, too')
    .option('--timeout <seconds>', '1 to 900')
    .option(
      '--concurrency <count>',
      '1 to 1600: invocations that a local environment runs at a time, as on Lambda Managed Instances',
    )
    .option('--env <NAME=value>', 'sets a variable; may be given again', collect)
    .option('--unset <NAME>', 'removes a variable; may be given again', collect)
    .option('--yes', 'on AWS: do not ask first');
  for (const option of shared()) command.addOption(option);
  command.action((given: string, options) =>
    execute(false, async () => {
      const { configure, settingsAsked } = await import('./commands/configure-function');
      const name = functionNameGiven(given);
      const asked = settingsAsked(options);
      return configure(name, asked, running(options), options, console);
    }),
  );
}
