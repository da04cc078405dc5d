import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';
import { codeOption } from './shared-options';

/** `start` and `solution`: the learner's folder. */
export function addOwnCodeCommands(program: Command, { execute, console }: CommandContext): void {
  program
    .command('start')
    .description('make a workshop folder: the starter kit, for your own code; never overwrites a file')
    .argument('<dir>', 'folder to make, or an empty one', givenText)
    .option('--add-missing', 'the folder may hold files: add only those that are missing')
    .action((directory: string, options) =>
      execute(false, async () => (await import('./commands/start')).start(directory, options, console)),
    );

  program
    .command('solution')
    .description("a step's code in your workshop folder against the workshop's solution")
    .argument('<chapter>', 'number or folder of the chapter')
    .argument('<step>', 'id of the step')
    .addOption(codeOption())
    .option('--apply', 'write the solution over your files, keeping what was there')
    .option('--undo', 'put back what was there before the solution was applied')
    .option('--force', 'with --undo: also where you have edited the files since; what you have is kept aside')
    .action((chapter: string, step: string, options) =>
      execute(false, async () => (await import('./commands/solution')).solution(chapter, step, options, console)),
    );
}
