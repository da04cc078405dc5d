import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Message } from 'esbuild';

/** Folder of a package in an import: its scope and name, without what is asked of it. Names as npm takes them; `@/x`, `~/x` and `#x` are aliases. */
const PACKAGE = /^Could not resolve "((?:@[a-z0-9][\w.~-]*\/)?[a-z0-9][\w.~-]*)(?:\/[^"]*)?"$/i;

/** The packages, each once, that a build did not find because they are not installed; a file that an installed package lacks is not of them. */
function missingPackages(errors: readonly Message[], directory: string): string[] {
  const missing = errors.flatMap(({ text, location }) => {
    const name = PACKAGE.exec(text)?.[1];
    if (name === undefined) return [];
    const places = createRequire(path.resolve(directory, location?.file ?? 'index.js')).resolve.paths(name) ?? [];
    return places.some(place => fs.existsSync(path.join(place, name))) ? [] : [name];
  });
  return [...new Set(missing)];
}

/** What to do about a build that failed; `again` is what comes after it, such as `deploy again`. */
export function buildNextStep(errors: readonly Message[], directory: string, again: string): string {
  const missing = missingPackages(errors, directory);
  if (missing.length === 0) return `Correct the lines named above and ${again}.`;
  const others = errors.some(({ text }) => !missing.includes(PACKAGE.exec(text)?.[1] ?? ''));
  const then = others ? `Correct the other lines named above and ${again}.` : `Then ${again}.`;
  return `In ${directory}: npm install ${missing.join(' ')}\n${then}`;
}
