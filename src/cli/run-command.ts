import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';
import { dataDirOption, targetOption } from './shared-options';

/** `run`: the chapters. */
export function addRunCommand(program: Command, { execute, console }: CommandContext): void {
  program
    .command('run')
    .description('run chapters: all, or those named by number or folder')
    .argument('[chapter...]', 'by number or folder')
    .option('--full', "the workshop's own figures: a million accounts and calls")
    .option('--chapters <dir>', 'a folder of chapters of your own; without names, they alone are run', givenText)
    .option('--code <dir>', 'deploy the code of your workshop folder in place of the solutions (see start)', givenText)
    .addOption(targetOption())
    .addOption(dataDirOption('; without it chapters have a fresh one, gone afterwards'))
    .option('--yes', "do not ask first: on AWS, or before tables that are not the workshop's are dropped")
    .option('--json', 'one JSON object a line')
    .action((names: string[], options) =>
      execute(options.json === true, async () => (await import('./commands/run')).run(names, options, console)),
    );
}
