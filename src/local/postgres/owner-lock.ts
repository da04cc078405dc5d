import fs from 'node:fs';
import path from 'node:path';
import { CLUSTER_FILE } from '../../protocol/local-cluster';
import { alreadyRunning, dataDirectoryUnusable, systemErrorCode } from '../errors';
import { removeIfPossible } from '../identity/private-file';
import { isAlive, startOf } from './process-table';

/** File in the data directory that names the process which owns it. */
const LOCK_FILE = 'owner.lock';

interface Owner {
  pid: number;
  /** Start time of the process, so that a later process with the same id is not taken for it. */
  start?: string;
}

/**
 * Takes the data directory for this process. Rejects with LOCAL_ALREADY_RUNNING while another process that is alive holds it; a lock
 * whose owner was killed is taken over.
 * @returns the function that gives it back
 */
export function lockDataDirectory(dataDir: string): () => void {
  const file = path.join(dataDir, LOCK_FILE);
  const mine = JSON.stringify({ pid: process.pid, start: startOf(process.pid) } satisfies Owner);
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      writeWhole(file, mine);
      return () => {
        if (readText(file) === mine) removeIfPossible(file);
      };
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw dataDirectoryUnusable(dataDir, error);
    }
    const text = readText(file);
    if (text === undefined) continue;
    const owner = parse(text);
    if (owner && isOwnerAlive(owner)) {
      throw alreadyRunning(dataDir, { pid: owner.pid, endpoint: endpointOf(dataDir, owner.pid) });
    }
    discard(file, text);
  }
  throw alreadyRunning(dataDir, { pid: parse(readText(file) ?? '')?.pid ?? 0 });
}

/** The process that owns a data directory now; undefined when nobody does. */
export function ownerOf(dataDir: string): number | undefined {
  const owner = parse(readText(path.join(dataDir, LOCK_FILE)) ?? '');
  return owner && isOwnerAlive(owner) ? owner.pid : undefined;
}

function isOwnerAlive(owner: Owner): boolean {
  if (!isAlive(owner.pid)) return false;
  const start = startOf(owner.pid);
  return owner.start === undefined || start === undefined || owner.start === start;
}

/** Creates `file` with all its content at once, failing with EEXIST when it is there: a link, because a reader must never see it empty. */
function writeWhole(file: string, content: string): void {
  const draft = `${file}.${process.pid}.${draftCount++}`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    // file systems without hard links
    fs.writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
  } finally {
    fs.rmSync(draft, { force: true });
  }
}
let draftCount = 0;

/** Removes a dead owner's lock, but puts it back when another process was quicker and the file is already its own. */
function discard(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (readText(aside) !== stale) fs.linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw dataDirectoryUnusable(file, error);
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return owner && typeof owner.pid === 'number' ? { pid: owner.pid, start: owner.start } : undefined;
  } catch {
    return undefined;
  }
}

function endpointOf(dataDir: string, pid: number): string | undefined {
  try {
    const info = JSON.parse(fs.readFileSync(path.join(dataDir, CLUSTER_FILE), 'utf8')) as Record<string, unknown>;
    return info.pid === pid ? `${String(info.endpoint)}:${String(info.port)}` : undefined;
  } catch {
    return undefined;
  }
}
