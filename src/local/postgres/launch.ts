import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { postgresFailed, programNotStarted, rootUnsupported, systemErrorCode } from '../errors';
import type { PostgresBinaries } from './binaries';
import { isAlive } from './process-table';
import type { Storage } from './storage';

/** A postmaster that has been started, ready or not. */
export interface Launched {
  readonly pid: number;
  /** Settles when the process is gone, by whatever cause. */
  readonly exited: Promise<void>;
  /** Asks it to end: `fast` with a checkpoint, `immediate` without. */
  shutDown(mode: ShutdownMode): void;
}

export type ShutdownMode = 'fast' | 'immediate';

/** Starts the postmaster of a data directory. Rejects with a coded error; no process is then left. */
export type Launch = (binaries: PostgresBinaries, storage: Storage) => Promise<Launched>;

/** As a child of this process, which is sent signals. */
export const launchChild: Launch = async (binaries, storage) => {
  const log = fs.openSync(storage.logFile, 'a', 0o600);
  try {
    const child = spawn(binaries.postgres, ['-D', storage.pgData], {
      ...surroundings(storage),
      stdio: ['ignore', log, log],
      // a group of its own: Ctrl+C in the terminal is the owner's to handle
      detached: true,
    });
    const exited = new Promise<void>(resolve => child.once('exit', () => resolve()));
    const failure = await Promise.race([once(child, 'spawn').then(() => undefined), once(child, 'error')]);
    if (failure) throw failure[0];
    child.on('error', () => {});
    await yieldToOthers(child.pid!);
    return {
      pid: child.pid!,
      exited,
      shutDown: mode => void child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    };
  } catch (error) {
    if (storage.user && systemErrorCode(error) === 'EPERM') throw rootUnsupported(error);
    throw programNotStarted(binaries.postgres, error);
  } finally {
    fs.closeSync(log);
  }
};

/**
 * Linux: a process of PostgreSQL that gets work waits until whoever sent it has finished its turn on the core. Otherwise each message takes
 * the core from the gateway in the middle of others, and both go on with cold caches, which costs a sixth of their CPU. Backends
 * inherit it. Nothing depends on it: where `chrt` (util-linux) is missing or refused, PostgreSQL runs as it is.
 */
async function yieldToOthers(pid: number): Promise<void> {
  if (process.platform !== 'linux') return;
  try {
    await once(spawn('chrt', ['-b', '-p', '0', String(pid)], { stdio: 'ignore' }), 'exit');
  } catch {
    // not there, or the system has no process to give
  }
}

/** How often a postmaster is looked for that is no child of this process. */
const WATCH_MS = 200;

/**
 * By `pg_ctl`, for Windows: it takes from the server the rights of an administrator, with which PostgreSQL refuses to run and which elevated
 * terminals and CI have; reaches it where there are no signals; and gives it a console that is not seen, without which each backend
 * would open a window.
 */
export const launchByPgCtl: Launch = async (binaries, storage) => {
  const { pgData, logFile, user, dataDir } = storage;
  fs.closeSync(fs.openSync(logFile, 'a', 0o600));
  if (user) fs.chownSync(logFile, user.uid, user.gid);
  const code = await pgCtl(binaries, storage, ['start', '-l', logFile, '-w', '-t', '60']);
  const pid = Number(postmasterFile(pgData)[0]);
  if (code !== 0 || !isAlive(pid)) {
    if (isAlive(pid)) await shutDownByPgCtl(binaries, storage, 'immediate');
    throw postgresFailed('did not start', '', dataDir);
  }
  const exited = (async () => {
    while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, WATCH_MS));
  })();
  return { pid, exited, shutDown: mode => void shutDownByPgCtl(binaries, storage, mode).catch(() => undefined) };
};

/**
 * Asks the postmaster of a data directory to end, without waiting for it. What is no postmaster is never harmed on Windows, where `pg_ctl`
 * speaks to a pipe that only PostgreSQL has.
 */
export const shutDownByPgCtl = (binaries: PostgresBinaries, storage: Storage, mode: ShutdownMode): Promise<number> =>
  pgCtl(binaries, storage, ['stop', '-m', mode, '-W']);

/** Resolves with its exit code. Rejects with a coded error when it cannot be started. */
async function pgCtl(binaries: PostgresBinaries, storage: Storage, args: readonly string[]): Promise<number> {
  const child = spawn(binaries.pgCtl, [...args, '-D', storage.pgData], { ...surroundings(storage), stdio: 'ignore' });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? -1;
  } catch (error) {
    throw programNotStarted(binaries.pgCtl, error);
  }
}

const surroundings = ({ pgData, user }: Storage) => ({
  cwd: path.parse(pgData).root,
  windowsHide: true,
  env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', PGDATA: pgData },
  ...user,
});

/** Lines of the file in which a postmaster says who it is and how far it has got. */
export function postmasterFile(pgData: string): string[] {
  try {
    return fs.readFileSync(path.join(pgData, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
