import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder that the user names, and those above it. With `recursive`, Node's own `mkdir` tries for ever, and hears no signal, where a
 * folder takes none: below `/proc`, for one.
 * @throws the error of the file system
 */
export function makeFolder(directory: string): void {
  if (isFolder(directory)) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeFolder(parent);
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    // made by another process meanwhile
    if (!isFolder(directory)) throw error;
  }
}

const isFolder = (directory: string): boolean => fs.existsSync(directory) && fs.statSync(directory).isDirectory();
