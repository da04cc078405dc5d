import fs from 'node:fs';
import path from 'node:path';
import { createCodeFolder } from '../../node/workspace/folder';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { pathInShell } from '../shell-text';

/** `start <dir>`: the starter kit in a folder of the learner's. */
export function start(directory: string, options: { addMissing?: boolean }, console: Console): ExitCode {
  if (fs.existsSync(directory) && !fs.statSync(directory).isDirectory())
    throw usageError(`${directory} is no folder`, 'Name a folder to make, or an empty one.');
  const { folder, written } = createCodeFolder(path.resolve(directory), options.addMissing === true);
  const { style, stdout } = console;
  for (const file of written) stdout.write(`${style.green('+')} ${file}\n`);
  stdout.write(
    `Your code is in ${folder.directory}. Deploy it with the chapters: dsql-workshop run --code ${pathInShell(directory)}\n`,
  );
  return EXIT.ok;
}
