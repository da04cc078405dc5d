import type { Command } from 'commander';
import type { CommandContext } from './command-context';
import { givenText } from './given-text';

/** `new-chapter` and `validate`: for authors of chapters. */
export function addChapterFileCommands(program: Command, { execute, console }: CommandContext): void {
  program
    .command('new-chapter')
    .description('make a chapter of your own that runs, to be rewritten')
    .argument('<folder>', 'its folder, called NN-name, such as chapters/50-my-chapter', givenText)
    .option('--title <text>', 'default: from the name')
    .action((folder: string, options: { title?: string }) =>
      execute(false, async () => (await import('./commands/new-chapter')).newChapter(folder, options, console)),
    );

  program
    .command('validate')
    .description('check chapter files')
    .argument('[dir]', 'a chapter, or a folder of chapters; default the workshop', givenText)
    .action((directory: string | undefined) =>
      execute(false, async () => (await import('./commands/validate')).validate(directory, console)),
    );
}
