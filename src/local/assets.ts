import fs from 'node:fs';
import path from 'node:path';

/**
 * A file of `dist/`. In a bundle `__dirname` is `dist/` itself; when the sources run as they are (tests), `dist/` is looked for upwards,
 * so `npm run build` must have run.
 */
export function distFile(name: string): string {
  if (path.basename(__dirname) === 'dist') return path.join(__dirname, name);
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package.json'))) return path.join(folder, 'dist', name);
    if (folder === path.dirname(folder)) throw new Error(`no package.json above ${__dirname}`);
  }
}
