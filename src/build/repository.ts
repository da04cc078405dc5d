import fs from 'node:fs';
import path from 'node:path';

/** The folder of the repository: the nearest above this file with a lock file. */
export function repositoryRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package-lock.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no repository above ${__dirname}`);
  }
}
