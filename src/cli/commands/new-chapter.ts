import fs from 'node:fs';
import path from 'node:path';
import { CHAPTER_FOLDER, chapterTemplate } from '../../core/chapters/template';
import { loadChapter } from '../../node/chapters/load';
import { makeFolder } from '../../node/files/make-folder';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { pathInShell } from '../shell-text';

/** `new-chapter <folder>`: a chapter that runs as it stands. Never overwrites. */
export function newChapter(folder: string, options: { title?: string }, console: Console): ExitCode {
  const directory = path.resolve(folder);
  const name = path.basename(directory);
  if (!CHAPTER_FOLDER.test(name))
    throw usageError(
      `"${name}" is no name for a chapter`,
      'Call it NN-name, two digits and lower case: 50-my-chapter.',
    );
  const file = path.join(directory, 'chapter.md');
  if (fs.existsSync(file)) throw usageError(`${file} exists already`, 'Choose another folder.');
  makeFolder(directory);
  fs.writeFileSync(file, chapterTemplate(name, options.title), { flag: 'wx' });
  const { steps } = loadChapter(directory);
  const shown = path.relative(process.cwd(), directory) || '.';
  console.stdout.write(
    [
      `${console.style.green('✔')} ${path.join(shown, 'chapter.md')}: ${steps.length} steps`,
      '',
      `check it   dsql-workshop validate ${pathInShell(shown)}`,
      `run it     dsql-workshop run --chapters ${pathInShell(shown)}`,
      'see it     open chapter.md in VS Code, “DSQL Workshop: Preview Chapter”',
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}
