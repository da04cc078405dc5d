import fs from 'node:fs';
import path from 'node:path';
import { isAlive } from './process-table';

/** In a data directory: names the base of PostgreSQL's files where its account cannot reach the data directory itself. */
export const LOCATION_FILE = 'postgres-location.json';
/** In such a base: names the data directory it belongs to. */
export const OWNER_FILE = 'data-directory.json';

/** Removes bases whose data directory was deleted: nothing else would ever do so. Never one that is in use. */
export function removeAbandonedBases(store: string): void {
  let names: string[];
  try {
    names = fs.readdirSync(store).filter(name => name.startsWith('data-'));
  } catch {
    return;
  }
  for (const name of names) {
    const base = path.join(store, name);
    const owner = readJson(path.join(base, OWNER_FILE))?.dataDir;
    if (typeof owner !== 'string') continue;
    if (readJson(path.join(owner, LOCATION_FILE))?.base === base || isRunning(base)) continue;
    fs.rmSync(base, { recursive: true, force: true });
  }
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
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
