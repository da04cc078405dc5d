import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from './process-table';

/** In a data directory: names the base of PostgreSQL's files where its account cannot reach the data directory itself. */
export const LOCATION_FILE = 'postgres-location.json';
/** In such a base: names the data directory it belongs to. */
export const OWNER_FILE = 'data-directory.json';

/** Removes bases whose data directory was deleted: nothing else would ever do so. Never one that is in use. */
export function removeAbandonedBases(store: string): void {
  for (const { base, owner } of bases(store)) {
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

function bases(store: string): { base: string; owner: string }[] {
  let names: string[];
  try {
    names = fs.readdirSync(store).filter(name => name.startsWith('data-'));
  } catch {
    return [];
  }
  return names.flatMap(name => {
    const base = path.join(store, name);
    const owner = readJson(path.join(base, OWNER_FILE))?.dataDir;
    return typeof owner === 'string' ? [{ base, owner }] : [];
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
