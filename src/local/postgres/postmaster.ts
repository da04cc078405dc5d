import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { CodedError } from '../../base/errors';
import { diskFull, postgresFailed, rootUnsupported, systemErrorCode } from '../errors';
import type { PostgresBinaries } from './binaries';
import { stoppedByFullDisk } from './disk-space';
import { commandOf, isAlive, waitForExit } from './process-table';
import type { Storage } from './storage';
import { startWatchdog, type Watchdog } from './watchdog';

/** One run of the postmaster, from spawn to exit. */
export interface Postmaster {
  readonly pid: number;
  /** Settles when the process is gone, by whatever cause. */
  readonly exited: Promise<void>;
  /** Fast shutdown, then ever harder. Settles when the process is gone, at the latest after about four seconds. */
  stop(): Promise<void>;
  /** What it wrote to the log since it was started. */
  log(): string;
}

const READY_TIMEOUT_MS = 60_000;

/** Starts the postmaster and waits until it accepts connections. Rejects with a coded error; no process is then left. */
export async function startPostmaster(binaries: PostgresBinaries, storage: Storage): Promise<Postmaster> {
  const log = openLog(storage.logFile);
  let child: ChildProcess;
  try {
    child = spawn(binaries.postgres, ['-D', storage.pgData], {
      cwd: '/',
      stdio: ['ignore', log.descriptor, log.descriptor],
      // a group of its own: Ctrl+C in the terminal is the owner's to handle
      detached: true,
      windowsHide: true,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', PGDATA: storage.pgData },
      ...storage.user,
    });
    const failure = await Promise.race([once(child, 'spawn').then(() => undefined), once(child, 'error')]);
    if (failure) throw failure[0];
  } catch (error) {
    if (storage.user && systemErrorCode(error) === 'EPERM') throw rootUnsupported(error);
    throw postgresFailed(`could not be started (${String(error)})`, '', storage.dataDir);
  } finally {
    fs.closeSync(log.descriptor);
  }
  child.on('error', () => {});
  const pid = child.pid!;
  const watchdog = startWatchdog({
    pid,
    pgCtl: binaries.pgCtl,
    pgData: storage.pgData,
    socketDirectory: path.basename(storage.socketDirectory) === 'run' ? '' : storage.socketDirectory,
  });
  const postmaster = new RunningPostmaster(child, pid, watchdog, storage, binaries, log.since);
  await postmaster.ready();
  return postmaster;
}

class RunningPostmaster implements Postmaster {
  readonly exited: Promise<void>;
  private gone = false;

  constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    watchdog: Watchdog,
    private readonly storage: Storage,
    private readonly binaries: PostgresBinaries,
    private readonly logSince: number,
  ) {
    this.exited = new Promise(resolve =>
      child.once('exit', () => {
        this.gone = true;
        watchdog.dismiss();
        resolve();
      }),
    );
  }

  async ready(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (postmasterStatus(this.storage.pgData, this.pid) !== 'ready') {
      if (this.gone) throw this.failure('stopped while it was starting');
      if (performance.now() > deadline) {
        await this.stop();
        throw this.failure('did not become ready within 60 s');
      }
      await delay(4);
    }
  }

  private failure(what: string): CodedError {
    const { dataDir } = this.storage;
    const log = this.log();
    return stoppedByFullDisk(this.storage, log) ? diskFull(dataDir) : postgresFailed(what, log, dataDir);
  }

  async stop(): Promise<void> {
    if (process.platform === 'win32' && !this.gone) {
      spawnSync(this.binaries.pgCtl, ['stop', '-D', this.storage.pgData, '-m', 'fast', '-w', '-t', '3'], {
        windowsHide: true,
      });
    }
    for (const [signal, patienceMs] of [
      ['SIGINT', 2000],
      ['SIGQUIT', 1000],
      ['SIGKILL', 1000],
    ] as const) {
      if (this.gone) return;
      this.child.kill(signal);
      await Promise.race([this.exited, delay(patienceMs)]);
    }
  }

  log(): string {
    return readFrom(this.storage.logFile, this.logSince);
  }
}

/**
 * Stops the postmaster that a killed owner left on this data directory, should its watchdog not have done so yet. Afterwards no other
 * process keeps PostgreSQL from starting there.
 */
export async function stopStalePostmaster({ pgData, socketDirectory }: Storage): Promise<void> {
  const pid = Number(readLines(pgData)[0]);
  if (!(await stopped(pid, pgData))) return;
  disownLockFile(path.join(pgData, 'postmaster.pid'));
  disownLockFile(path.join(socketDirectory, '.s.PGSQL.5432.lock'));
}

/** @returns false when it withstands every signal. */
async function stopped(pid: number, pgData: string): Promise<boolean> {
  if (!isAlive(pid)) return true;
  const command = commandOf(pid);
  if (command !== undefined && !command.includes(pgData)) return true;
  for (const [signal, patienceMs] of [
    ['SIGINT', 4000],
    ['SIGQUIT', 2000],
    ['SIGKILL', 2000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return true;
    }
    if (await waitForExit(pid, patienceMs)) return true;
  }
  return false;
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
  const lines = readLines(pgData);
  return Number(lines[0]) === pid ? lines[7]?.trim() : undefined;
}

function readLines(pgData: string): string[] {
  try {
    return fs.readFileSync(path.join(pgData, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Opens the log for appending; starts it anew when it has grown beyond 10 MB. */
function openLog(file: string): { descriptor: number; since: number } {
  const size = fs.existsSync(file) ? fs.statSync(file).size : 0;
  const large = size > 10 * 1024 * 1024;
  return { descriptor: fs.openSync(file, large ? 'w' : 'a', 0o600), since: large ? 0 : size };
}

function readFrom(file: string, offset: number): string {
  try {
    return fs.readFileSync(file).subarray(offset).subarray(-20_000).toString('utf8');
  } catch {
    return '';
  }
}

const delay = (timeMs: number): Promise<void> => new Promise(resolve => setTimeout(resolve, timeMs));
