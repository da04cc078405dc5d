import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '../../base/errors';
import { diskFull, postgresFailed } from '../errors';
import type { PostgresBinaries } from './binaries';
import { stoppedByFullDisk } from './disk-space';
import { launchChild, postmasterFile, shutDownByPgCtl, type Launch, type Launched } from './launch';
import { commandOf, isAlive, waitForExit } from './process-table';
import type { Storage } from './storage';
import { startWatchdog, type Watchdog } from './watchdog';

/** One run of the postmaster, from spawn to exit. */
export interface Postmaster {
  readonly pid: number;
  /** Settles when the process is gone, by whatever cause. */
  readonly exited: Promise<void>;
  /** Fast shutdown, after `patienceMs` ever harder. Settles when the process is gone, at the latest some two seconds after that. */
  stop(patienceMs?: number): Promise<void>;
  /** What it wrote to the log since it was started. */
  log(): string;
}

const READY_TIMEOUT_MS = 60_000;
const SHUT_DOWN_MS = 2_000;

/** Starts the postmaster and waits until it accepts connections. Rejects with a coded error; no process is then left. */
export async function startPostmaster(
  binaries: PostgresBinaries,
  storage: Storage,
  launch: Launch = launchChild,
): Promise<Postmaster> {
  const since = trimLog(storage.logFile);
  const log = (): string => readFrom(storage.logFile, since);
  const launched = await launch(binaries, storage).catch((error: unknown) => {
    throw error instanceof CodedError && error.code === 'LOCAL_POSTGRES_FAILED'
      ? failure('stopped while it was starting', storage, log())
      : error;
  });
  const watchdog = startWatchdog({
    pid: launched.pid,
    pgCtl: binaries.pgCtl,
    pgData: storage.pgData,
    socketDirectory: path.basename(storage.socketDirectory) === 'run' ? '' : storage.socketDirectory,
  });
  const postmaster = new RunningPostmaster(launched, watchdog, storage, log);
  await postmaster.ready();
  return postmaster;
}

/** Why it does not run, by its log. */
function failure(what: string, storage: Storage, log: string): CodedError {
  const { dataDir } = storage;
  return stoppedByFullDisk(storage, log) ? diskFull(dataDir) : postgresFailed(what, log, dataDir);
}

class RunningPostmaster implements Postmaster {
  readonly pid: number;
  readonly exited: Promise<void>;
  private gone = false;

  constructor(
    private readonly launched: Launched,
    watchdog: Watchdog,
    private readonly storage: Storage,
    readonly log: () => string,
  ) {
    this.pid = launched.pid;
    this.exited = launched.exited.then(() => {
      this.gone = true;
      watchdog.dismiss();
    });
  }

  async ready(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (postmasterStatus(this.storage.pgData, this.pid) !== 'ready') {
      if (this.gone) throw failure('stopped while it was starting', this.storage, this.log());
      if (performance.now() > deadline) {
        await this.stop();
        throw failure('did not become ready within 60 s', this.storage, this.log());
      }
      await delay(4);
    }
  }

  async stop(patienceMs = SHUT_DOWN_MS): Promise<void> {
    for (const [end, waitMs] of [
      [() => this.launched.shutDown('fast'), patienceMs],
      [() => this.launched.shutDown('immediate'), 1000],
      [() => kill(this.pid), 1000],
    ] as const) {
      if (this.gone) return;
      end();
      await Promise.race([this.exited, delay(waitMs)]);
    }
  }
}

/**
 * Stops the postmaster that a killed owner left on this data directory, should its watchdog not have done so yet. Afterwards no other
 * process keeps PostgreSQL from starting there, nor what is left of one that was killed.
 */
export async function stopStalePostmaster(storage: Storage, binaries: PostgresBinaries): Promise<void> {
  const { pgData, socketDirectory } = storage;
  const pid = Number(postmasterFile(pgData)[0]);
  const stopped = process.platform === 'win32' ? stoppedByPgCtl(pid, storage, binaries) : stoppedBySignals(pid, pgData);
  if (!(await stopped)) return;
  disownLockFile(path.join(pgData, 'postmaster.pid'));
  disownLockFile(path.join(socketDirectory, '.s.PGSQL.5432.lock'));
}

/** Where nobody can tell whose number it is, and every signal kills. @returns false when it withstands, or is a stranger */
async function stoppedByPgCtl(pid: number, storage: Storage, binaries: PostgresBinaries): Promise<boolean> {
  for (const [mode, patienceMs] of [
    ['fast', 4000],
    ['immediate', 2000],
  ] as const) {
    if (!isAlive(pid)) return true;
    const asked = (await shutDownByPgCtl(binaries, storage, mode)) === 0;
    if (asked && (await waitForExit(pid, patienceMs))) return true;
  }
  return false;
}

/** @returns false when it withstands every signal. */
async function stoppedBySignals(pid: number, pgData: string): Promise<boolean> {
  if (!isAlive(pid)) return true;
  const command = commandOf(pid);
  if (command !== undefined && !command.includes(` ${pgData}`)) return true;
  for (const [signal, patienceMs] of [
    ['SIGINT', 4000],
    ['SIGQUIT', 2000],
    ['SIGKILL', 2000],
  ] as const) {
    if (!kill(pid, signal)) return true;
    if (await waitForExit(pid, patienceMs)) return true;
  }
  return false;
}

/** @returns false where there is nobody to be sent it. */
function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * PostgreSQL will not start where a lock file of its names any process that can be signalled: a zombie that nobody has reaped yet (a
 * container's first process often never does), or a stranger that was given the number after a restart of the machine. A process knows
 * that its parent is no postmaster, so the file is made to name this one; its check for backends that still run is kept.
 */
function disownLockFile(file: string): void {
  let lines: string[];
  try {
    lines = fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return;
  }
  fs.writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
}

/** The state a postmaster writes into the eighth line of its lock file. */
function postmasterStatus(pgData: string, pid: number): string | undefined {
  const lines = postmasterFile(pgData);
  return Number(lines[0]) === pid ? lines[7]?.trim() : undefined;
}

/** Empties the log when it has grown beyond 10 MB. @returns where this run's part of it begins */
function trimLog(file: string): number {
  const size = fs.existsSync(file) ? fs.statSync(file).size : 0;
  if (size <= 10 * 1024 * 1024) return size;
  fs.truncateSync(file);
  return 0;
}

function readFrom(file: string, offset: number): string {
  try {
    return fs.readFileSync(file).subarray(offset).subarray(-20_000).toString('utf8');
  } catch {
    return '';
  }
}
