import fs from 'node:fs';
import path from 'node:path';
import { dataDirectoryUnusable } from '../errors';
import { removeIfPossible } from '../private-file';
import { makeReachable } from './privileges';
import { isAlive } from './process-table';
import { markUsed, removeUnused } from './versions';

/** Names of copies begin so. */
export const COPY_PREFIX = 'postgresql-';
/** In a copy: a file for each process whose clusters run its programs, named by its number. */
const USERS = 'users';

/**
 * PostgreSQL's programs copied to the cache, where they can be changed and reached. Copies of other versions that nobody uses any more are
 * removed, never one whose programs run. @param prepare makes a copy runnable @returns the folder of the copied programs
 */
export function copyPrograms(native: string, target: string, prepare: (copied: string) => boolean): string {
  const copied = path.join(target, 'native');
  if (!fs.existsSync(copied)) {
    make(native, target, prepare);
    tidyUp(target);
  }
  hold(target);
  return copied;
}

function make(native: string, target: string, prepare: (copied: string) => boolean): void {
  const store = path.dirname(target);
  const partial = `${target}.${process.pid}.partial`;
  try {
    makeReachable(store);
    fs.cpSync(native, path.join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
    if (!prepare(path.join(partial, 'native'))) throw new Error('the copy cannot be changed');
    fs.chmodSync(partial, 0o755);
    fs.renameSync(partial, target);
  } catch (error) {
    removeIfPossible(partial);
    // another process has made it meanwhile
    if (!fs.existsSync(path.join(target, 'native'))) throw dataDirectoryUnusable(store, error);
  }
}

/** Best effort: what is in the way now is so after the next version, too. */
function tidyUp(target: string): void {
  try {
    removeUnused(target, COPY_PREFIX, isInUse);
  } catch {
    // another process tidies up, or the system holds files of programs that run
  }
}

/** Best effort: says that this process uses the copy, for as long as it lives. */
function hold(target: string): void {
  const users = path.join(target, USERS);
  try {
    fs.mkdirSync(users, { recursive: true });
    for (const user of fs.readdirSync(users)) if (!isAlive(Number(user))) fs.rmSync(path.join(users, user));
    fs.writeFileSync(path.join(users, String(process.pid)), '');
  } catch {
    // one that cannot be written to is nobody's to remove either
  }
  markUsed(target);
}

function isInUse(target: string): boolean {
  try {
    return fs.readdirSync(path.join(target, USERS)).some(user => isAlive(Number(user)));
  } catch {
    return false;
  }
}
