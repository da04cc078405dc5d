import fs from 'node:fs';
import path from 'node:path';
import { CodedError, describeError } from '../../base/errors';
import type { Chapter } from '../../core/chapters/contract';
import { faultsOf } from '../../core/chapters/faults';
import { reviewChapter } from '../../core/chapters/review';
import { createLinter } from '../../core/lint/linter';
import { lineOf } from '../../core/workspace/solution';
import { chapterFolders, chaptersDirectory, loadChapter, loadChapters } from '../../node/chapters/load';
import { readSources } from '../../node/workspace/folder';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';

/** `validate [dir]`: says of every chapter whether it can be run, and where not, why; each message begins with `file:line:`. */
export async function validate(directory: string | undefined, console: Console): Promise<ExitCode> {
  const folder = path.resolve(directory ?? chaptersDirectory());
  if (!fs.existsSync(folder))
    throw usageError(`there is no folder ${folder}`, 'Give a chapter, or the folder of chapters.');
  const folders = chapterFolders(folder);
  const { style } = console;
  const linter = await createLinter();
  const numbers = chapterFolders(chaptersDirectory()).map(shipped => Number(path.basename(shipped).slice(0, 2)));
  let failed = folders.length === 0;
  for (const chapterFolder of folders) {
    // between two chapters a signal is heard
    await new Promise(resolve => setImmediate(resolve));
    try {
      const chapter = loadChapter(chapterFolder);
      const own = path.dirname(chapterFolder) !== chaptersDirectory();
      const faults = faultsOf(
        { ...chapter, own },
        {
          lint: sql => linter.lint(sql),
          sources: lambda => readSources(path.join(chapterFolder, lambda)),
          numbers,
          buildsOnLine: lineOf(fs.readFileSync(path.join(chapterFolder, 'chapter.md'), 'utf8'), 'buildsOn:') ?? 1,
        },
      );
      failed ||= faults.length > 0;
      const { slug, steps } = chapter;
      const checks = steps.reduce((sum, step) => sum + step.checks.length, 0);
      const mark = faults.length > 0 ? style.red('✘') : style.green('✔');
      console.stdout.write(`${mark} ${slug}: ${steps.length} steps, ${checks} checks\n`);
      for (const { line, text } of faults)
        console.stdout.write(`  ${style.red('✘')} ${placeOf(chapter, line)}: ${text}\n`);
      for (const { line, text } of reviewChapter(chapter))
        console.stdout.write(`  ${style.yellow('!')} ${placeOf(chapter, line)}: ${text}\n`);
    } catch (error) {
      failed = true;
      console.stdout.write(`${style.red('✘')} ${located(error, chapterFolder)}\n`);
    }
  }
  // what only shows between chapters: none at all, a number twice
  if (!failed || folders.length === 0) loadChapters(folder);
  return failed ? EXIT.failed : EXIT.ok;
}

const placeOf = ({ directory }: Chapter, line: number): string => `${shownPath(directory)}:${line}`;

/** The path as a terminal makes a link of it. */
function shownPath(directory: string): string {
  const relative = path.relative(process.cwd(), directory);
  return path.posix.join(
    relative.startsWith('..') ? path.basename(directory) : relative.replaceAll('\\', '/'),
    'chapter.md',
  );
}

/** The error with a path that leads to the file from here. */
function located(error: unknown, directory: string): string {
  const text = describeError(error);
  if (!(error instanceof CodedError) || typeof error.details?.file !== 'string') return text;
  return text.startsWith(error.details.file) ? shownPath(directory) + text.slice(error.details.file.length) : text;
}
