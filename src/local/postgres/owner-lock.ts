import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { CLUSTER_FILE } from '../../protocol/local-cluster';
import { alreadyRunning, dataDirectoryUnusable, systemErrorCode } from '../errors';
import { removeIfPossible } from '../private-file';
import { announcePresence, isPresent, pidNamespace, removePresence } from './presence';
import { isAlive, startOf } from './process-table';

/** File in the data directory that names the process which owns it. */
const LOCK_FILE = 'owner.lock';

interface Owner {
  pid: number;
  /** Start time of the process, so that a later process with the same id is not taken for it. */
  start?: string;
  /** No two locks are the same. */
  nonce?: string;
  /** Linux: of its number, see `Presence`. */
  namespace?: string;
}

/** What this process has written into its locks. */
const held = new Set<string>();

/**
 * Takes the data directory for this process. Rejects with LOCAL_ALREADY_RUNNING while another process that is alive holds it; a lock
 * whose owner was killed is taken over.
 * @returns the function that gives it back
 */
export function lockDataDirectory(dataDir: string): () => void {
  const file = path.join(dataDir, LOCK_FILE);
  const nonce = randomUUID();
  const { namespace, leave } = announcePresence(dataDir, nonce);
  const mine = JSON.stringify({
    pid: process.pid,
    start: startOf(process.pid),
    nonce,
    namespace,
  } satisfies Owner);
  held.add(mine);
  const giveUp = (): void => {
    held.delete(mine);
    leave();
  };
  try {
    const owner = take(file, mine);
    if (owner)
      throw alreadyRunning(dataDir, {
        pid: isElsewhere(owner) ? undefined : owner.pid,
        endpoint: endpointOf(dataDir, owner.pid),
      });
  } catch (error) {
    giveUp();
    throw error instanceof CodedError ? error : dataDirectoryUnusable(dataDir, error);
  }
  return () => {
    if (readText(file) === mine) removeIfPossible(file);
    giveUp();
  };
}

/**
 * Makes `file` this process's. A dead owner's is replaced, never removed: nobody finds it missing. Who replaces it holds a lock of that dead
 * lock's own, taken in the same way: of many starters one replaces it, and one that was killed over it is in nobody's way.
 * @returns who is alive and was quicker
 */
function take(file: string, mine: string): Owner | undefined {
  let other: Owner | undefined;
  for (let attempt = 0; attempt < 10; attempt++) {
    if (writeWhole(file, mine)) return undefined;
    const text = readText(file);
    if (text === undefined) continue;
    other = parse(text);
    if (other && isOwnerAlive(path.dirname(file), other, text)) return other;
    const claim = `${file}.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    const rival = take(claim, mine);
    if (rival) {
      other = rival;
      continue;
    }
    try {
      if (readText(file) !== text) continue;
      replace(file, mine);
      if (other?.nonce !== undefined) removePresence(path.dirname(file), other.nonce);
      return undefined;
    } finally {
      fs.rmSync(claim, { force: true });
    }
  }
  return other ?? { pid: 0 };
}

/** The process that owns a data directory now; undefined when nobody does. */
export function ownerOf(dataDir: string): number | undefined {
  const text = readText(path.join(dataDir, LOCK_FILE)) ?? '';
  const owner = parse(text);
  return owner && isOwnerAlive(dataDir, owner, text) ? owner.pid : undefined;
}

/** Its number says nothing here: it is of another container. */
const isElsewhere = ({ namespace }: Owner): boolean => namespace !== undefined && namespace !== pidNamespace();

function isOwnerAlive(dataDir: string, owner: Owner, text: string): boolean {
  const { pid, start, nonce } = owner;
  const present = nonce === undefined ? undefined : isPresent(dataDir, nonce);
  if (present !== undefined) return present;
  if (isElsewhere(owner) || !isAlive(pid)) return false;
  const now = startOf(pid);
  if (start !== undefined && now !== undefined) return start === now;
  return pid !== process.pid || held.has(text);
}

/** Creates `file` with all its content at once: a link, because a reader must never see it empty. @returns false when it is there */
function writeWhole(file: string, content: string): boolean {
  const draft = draftOf(file, content);
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    return writeWithoutLink(file, content);
  } finally {
    fs.rmSync(draft, { force: true });
  }
  return true;
}

/** For file systems without hard links. */
function writeWithoutLink(file: string, content: string): boolean {
  try {
    fs.writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function replace(file: string, content: string): void {
  const draft = draftOf(file, content);
  try {
    fs.renameSync(draft, file);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function draftOf(file: string, content: string): string {
  const draft = `${file}.${process.pid}.${draftCount++}`;
  try {
    fs.writeFileSync(draft, content, { mode: 0o600 });
  } catch (error) {
    // on a full disk it is there, without its content
    fs.rmSync(draft, { force: true });
    throw error;
  }
  return draft;
}
let draftCount = 0;

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
    return owner && typeof owner.pid === 'number' ? { ...owner, pid: owner.pid } : undefined;
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
