import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from './process-table';

/** In a data directory: names the base of PostgreSQL's files where its account cannot reach the data directory itself. */
export const LOCATION_FILE = 'postgres-location.json';
/** In such a base: names the data directory it belongs to. */
export const OWNER_FILE = 'data-directory.json';

/**
 * Removes bases whose data directory was deleted: nothing else would ever do so. Never one that is in use, nor one whose data directory lay on
 * a disk that is not there now.
 */
export function removeAbandonedBases(store: string): void {
  for (const { base, owner, dev } of bases(store)) {
    if (dev !== undefined && dev !== deviceOf(owner)) continue;
    const record = path.join(owner, LOCATION_FILE);
    // one that cannot be read names nobody else
    const isAbandoned = !fs.existsSync(record) || (recordedBase(owner) ?? base) !== base;
    if (isAbandoned && !isRunning(base)) fs.rmSync(base, { recursive: true, force: true });
  }
}

/** The base that a data directory names; undefined where the file that does so is missing or damaged. */
export function recordedBase(dataDir: string): string | undefined {
  const base = readJson(path.join(dataDir, LOCATION_FILE))?.base;
  return typeof base === 'string' && path.isAbsolute(base) ? base : undefined;
}

/** The base that names this data directory as its own. */
export const baseOwnedBy = (store: string, dataDir: string): string | undefined =>
  bases(store).find(({ owner }) => owner === dataDir)?.base;

/** Another data directory than this one whose base it is, too: one of them is a copy. */
export function otherOwner(base: string, dataDir: string): string | undefined {
  const owner = readJson(path.join(base, OWNER_FILE))?.dataDir;
  if (typeof owner !== 'string' || recordedBase(owner) !== base) return undefined;
  return fs.realpathSync(owner) === fs.realpathSync(dataDir) ? undefined : owner;
}

/** The file system that holds a directory, or would. */
function deviceOf(directory: string): number {
  let at = directory;
  while (!fs.existsSync(at)) at = path.dirname(at);
  return fs.statSync(at).dev;
}

/** `dev`: of the file system that its data directory lay on; former versions wrote none. */
function bases(store: string): { base: string; owner: string; dev?: unknown }[] {
  let names: string[];
  try {
    names = fs.readdirSync(store).filter(name => name.startsWith('data-'));
  } catch {
    return [];
  }
  return names.flatMap(name => {
    const base = path.join(store, name);
    const { dataDir, dev } = readJson(path.join(base, OWNER_FILE)) ?? {};
    return typeof dataDir === 'string' ? [{ base, owner: dataDir, dev }] : [];
  });
}

function isRunning(base: string): boolean {
  try {
    return isAlive(Number(fs.readFileSync(path.join(base, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]));
  } catch {
    return false;
  }
}

function readJson(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown> | undefined;
  } catch {
    return undefined;
  }
}
