import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from './process-table';

/** Another version of the workshop on this machine goes on using its own: only what none has used for so long is in the way. */
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
/** Of other versions: some 50 MB each, and who works on the workshop makes many. */
const MOST_OTHERS = 4;

/** Best effort: the time of a folder is when it was last used. */
export function markUsed(folder: string): void {
  const now = new Date();
  try {
    fs.utimesSync(folder, now, now);
  } catch {
    // not ours to change, or taken away
  }
}

/**
 * Removes what other versions keep beside `current` and nobody uses any more, and what processes that were killed had of one.
 * @param prefix of the names of all versions; `<name>.<pid>.partial` is one that this process is making
 */
export function removeUnused(
  current: string,
  prefix: string,
  isInUse: (folder: string) => boolean = () => false,
): void {
  const folder = path.dirname(current);
  const names = fs.readdirSync(folder).filter(name => name.startsWith(prefix) && name !== path.basename(current));
  const makerOf = (name: string): string | undefined => /\.(\d+)\.partial$/.exec(name)?.[1];
  const abandoned = names.filter(name => {
    const maker = makerOf(name);
    return maker !== undefined && !isAlive(Number(maker));
  });
  const unusedSince = Date.now() - UNUSED_MS;
  const unused = names
    .filter(name => makerOf(name) === undefined)
    .map(name => ({ name, usedMs: fs.statSync(path.join(folder, name)).mtimeMs }))
    .sort((one, other) => other.usedMs - one.usedMs)
    .filter(({ usedMs }, newer) => newer >= MOST_OTHERS || usedMs < unusedSince)
    .filter(({ name }) => !isInUse(path.join(folder, name)));
  for (const name of [...abandoned, ...unused.map(each => each.name)]) {
    const aside = path.join(folder, `${name}.${process.pid}.partial`);
    fs.renameSync(path.join(folder, name), aside);
    fs.rmSync(aside, { recursive: true, force: true });
  }
}
