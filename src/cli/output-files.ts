import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../base/errors';
import { writeWhole } from '../node/files/write-whole';
import { usageError } from './failure';

/** Checks that files, which are written when all is done, can be. @throws CodedError `USAGE` */
export function checkOutputs(files: readonly (string | undefined)[]): void {
  for (const file of files) {
    if (file === undefined) continue;
    if (file === '') throw usageError('an option that writes a file has no name for it', 'Name a file.');
    if (files.filter(each => each !== undefined && path.resolve(each) === path.resolve(file)).length > 1)
      throw usageError(`${file} is named twice, for two files`, 'Write each to a file of its own.');
    const folder = path.dirname(path.resolve(file));
    if (!fs.existsSync(folder)) throw usageError(`there is no folder ${folder}`, 'Make it, or write somewhere else.');
    try {
      const there = fs.statSync(file, { throwIfNoEntry: false });
      if (there?.isDirectory()) throw usageError(`${file} is a folder`, 'Name a file.');
      fs.accessSync(there ? file : folder, fs.constants.W_OK);
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw usageError(`${file} cannot be written: ${(error as Error).message}`, 'Write somewhere else.');
    }
  }
}

/**
 * Writes files, each whole or not at all, and all that can be. Those without a name are not wanted.
 * @throws CodedError `OUTPUT_NOT_WRITTEN`, which names the others
 */
export function writeOutputs(outputs: readonly (readonly [file: string | undefined, text: () => string])[]): void {
  const failed: string[] = [];
  for (const [file, text] of outputs) {
    if (file === undefined) continue;
    try {
      writeWhole(file, text());
    } catch (error) {
      failed.push(`${file} could not be written: ${(error as Error).message}`);
    }
  }
  if (failed.length === 0) return;
  throw new CodedError('OUTPUT_NOT_WRITTEN', failed.join('\n'), {
    nextStep: 'Make room, or write somewhere else. What came of it stands above.',
  });
}
