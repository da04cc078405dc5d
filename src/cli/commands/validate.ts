import fs from 'node:fs';
import path from 'node:path';
import { describeError } from '../../base/errors';
import { chapterFolders, chaptersDirectory, loadChapter, loadChapters } from '../../node/chapters/load';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';

/** `validate [dir]`: says of every chapter whether it can be run, and where not, why. */
export function validate(directory: string | undefined, console: Console): ExitCode {
  const folder = path.resolve(directory ?? chaptersDirectory());
  if (!fs.existsSync(folder))
    throw usageError(`there is no folder ${folder}`, 'Give a chapter, or the folder of chapters.');
  const folders = chapterFolders(folder);
  let failed = folders.length === 0;
  for (const chapterFolder of folders) {
    try {
      const { slug, steps } = loadChapter(chapterFolder);
      const checks = steps.reduce((sum, step) => sum + step.checks.length, 0);
      console.stdout.write(`${console.style.green('✔')} ${slug}: ${steps.length} steps, ${checks} checks\n`);
    } catch (error) {
      failed = true;
      console.stdout.write(`${console.style.red('✘')} ${describeError(error)}\n`);
    }
  }
  // what only shows between chapters: none at all, a number twice
  if (!failed || folders.length === 0) loadChapters(folder);
  return failed ? EXIT.failed : EXIT.ok;
}
