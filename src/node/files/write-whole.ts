import fs from 'node:fs';
import path from 'node:path';

/**
 * Writes a text file whole or not at all: through a draft beside it, so that a disk that is full, or a process that dies, leaves what was
 * there. What is replaced keeps its permissions; links and devices are written as they are. @throws the error of the file system
 */
export function writeWhole(file: string, text: string): void {
  const there = fs.lstatSync(file, { throwIfNoEntry: false });
  if (there && (!there.isFile() || !isWritable(path.dirname(file)))) return fs.writeFileSync(file, text);
  const draft = `${file}.${process.pid}.new`;
  try {
    fs.writeFileSync(draft, text, { mode: there?.mode });
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw error;
  }
}

function isWritable(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
