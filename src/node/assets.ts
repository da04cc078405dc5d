import fs from 'node:fs';
import path from 'node:path';

/** The folder of the product: where `package.json`, `dist/` and `workshop/` lie, for sources, bundles and the packaged extension alike. */
export function productRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package.json')) && fs.existsSync(path.join(folder, 'workshop'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no product folder above ${__dirname}`);
  }
}

/** A file of `dist/`; `npm run build` makes it. */
export const distFile = (name: string): string => path.join(productRoot(), 'dist', name);

/** Whether this is the repository, with its npm scripts, and no installed package. */
export const isRepository = (): boolean => fs.existsSync(path.join(productRoot(), 'src', 'build', 'bootstrap.mjs'));

/** The product's version. */
export function productVersion(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(productRoot(), 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
