import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { dataDirectoryUnusable, diskFull, postgresFailed, postgresKilled, systemLimitOf } from '../errors';
import { readIfExists, writePrivateFile } from '../private-file';
import type { PostgresAddress, PostgresServer } from '../ports';
import { locateBinaries } from './binaries';
import { bootstrap } from './bootstrap';
import { pgHbaConf, postgresqlConf } from './configuration';
import { connectSuperuser } from './connection';
import { stoppedByFullDisk } from './disk-space';
import { initialiseData, SUPERUSER } from './initialise';
import { launchByPgCtl, launchChild } from './launch';
import { lockDataDirectory } from './owner-lock';
import { startPostmaster, stopStalePostmaster, type Postmaster } from './postmaster';
import { outlastRecovery } from './recovery';
import { RestartPolicy } from './restart-policy';
import { saveTemplate, templateFolder } from './template';
import { createDataDirectory, markFormat, prepareStorage, releaseStorage, type Storage } from './storage';

/** See `PostgresOptions.transport`. */
export type PostgresTransport = 'socket' | 'loopback';

/** What to start. */
export interface PostgresOptions {
  /** The cluster's data directory; made where it is missing. One process at a time may use it. */
  dataDir: string;
  /** Survive a power cut too. Default false: a killed process loses nothing either way. */
  fsync?: boolean;
  /** Default 1,050: the gateway's, and those of the cluster's own work. */
  maxConnections?: number;
  /** How PostgreSQL is reached. Default: a private Unix socket; on Windows, which has none, a loopback port with a password, and `pg_ctl`. */
  transport?: PostgresTransport;
  /** Where the template of a fresh data directory is kept. Default: the platform's folder for caches. */
  cacheDirectory?: string;
  /** Called when PostgreSQL keeps dying and is not started again. */
  onFailure?(error: CodedError): void;
  /** Called when PostgreSQL stands still because its disk is full. It goes on by itself once there is space. */
  onDiskFull?(error: CodedError): void;
}

/** The private PostgreSQL, as who starts it has it. */
export interface SupervisedServer extends PostgresServer {
  /** Why what was asked of it for the start of the cluster has failed, as its log explains it. Coded errors stay as they are. */
  explain(error: unknown): unknown;
}

/**
 * Starts the private PostgreSQL of a data directory, ready for the gateway: initialised, bootstrapped, supervised. The data directory
 * is locked until `close`. When this process dies, PostgreSQL is stopped by its watchdog. Rejects with coded errors (`LOCAL_…`).
 */
export async function startPostgres(options: PostgresOptions): Promise<SupervisedServer> {
  const dataDir = path.resolve(options.dataDir);
  createDataDirectory(dataDir);
  const unlock = lockDataDirectory(dataDir);
  let storage: Storage | undefined;
  let postmaster: Postmaster | undefined;
  try {
    storage = prepareStorage(dataDir);
    const binaries = locateBinaries(storage.user);
    const transport = options.transport ?? (process.platform === 'win32' ? 'loopback' : 'socket');
    const password = transport === 'loopback' ? superuserPassword(dataDir) : undefined;
    const { pgData, user } = storage;
    const template = templateFolder(binaries, options.cacheDirectory);
    const isNew = !fs.existsSync(path.join(pgData, 'PG_VERSION'));
    const madeFrom = isNew ? await initialiseData(binaries, pgData, user, template, password) : undefined;
    const address: PostgresAddress = {
      host: password === undefined ? storage.socketDirectory : '127.0.0.1',
      port: password === undefined ? 5432 : await freePort(),
      superuser: SUPERUSER,
      password,
    };
    writeConfiguration(storage, address, options);
    const places = storage;
    const launch = transport === 'loopback' ? launchByPgCtl : launchChild;
    const start = async () => {
      await stopStalePostmaster(places, binaries);
      return startPostmaster(binaries, places, launch);
    };
    postmaster = await startPatiently(start);
    await prepareDatabase(address, postmaster, dataDir);
    markFormat(storage);
    if (madeFrom === 'initdb' && password === undefined) {
      await postmaster.stop(WRITE_OUT_MS);
      await saveTemplate(template, pgData);
      postmaster = await startPatiently(start);
    }
    return new SupervisedPostgres(address, postmaster, start, places, unlock, options);
  } catch (error) {
    // before its end, of which it writes too
    const log = postmaster?.log();
    await postmaster?.stop();
    if (storage) releaseStorage(storage);
    unlock();
    throw storage && log !== undefined ? explained(error, log, storage) : (systemLimitOf(error) ?? error);
  }
}

async function prepareDatabase(address: PostgresAddress, postmaster: Postmaster, dataDir: string): Promise<void> {
  let isGone = false;
  void postmaster.exited.then(() => (isGone = true));
  const prepare = async (): Promise<void> => {
    const client = await connectSuperuser(address);
    await bootstrap(client, dataDir).finally(() => client.end());
  };
  await outlastRecovery(prepare, () => isGone);
}

function explained(error: unknown, log: string, storage: Storage): unknown {
  if (error instanceof CodedError) return error;
  const { dataDir } = storage;
  if (stoppedByFullDisk(storage, log)) return diskFull(dataDir, error);
  const limit = systemLimitOf(error, log);
  if (limit) return limit;
  const said = error instanceof Error ? error.message : String(error);
  return postgresFailed(`runs, and cannot be used: ${said}`, log, dataDir, error);
}

/** Backends of a postmaster that was killed may hold its shared memory until their statement ends, or for as long as the machine holds them up. */
const SHARED_MEMORY_PATIENCE_MS = 10_000;

/** A PostgreSQL of which a template is made has all its files to write: one that is hurried leaves none. */
const WRITE_OUT_MS = 20_000;

/** @param isOver nobody waits for it any more */
async function startPatiently(start: () => Promise<Postmaster>, isOver = () => false): Promise<Postmaster> {
  const deadline = performance.now() + SHARED_MEMORY_PATIENCE_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isHeld = /shared memory block .* still in use/s.test(String(error));
      if (!isHeld || isOver() || performance.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

class SupervisedPostgres implements SupervisedServer {
  private readonly listeners: (() => void)[] = [];
  private closing?: Promise<void>;
  private restarting?: Promise<void>;
  private readonly policy: RestartPolicy;

  constructor(
    readonly address: PostgresAddress,
    private postmaster: Postmaster,
    private readonly start: () => Promise<Postmaster>,
    private readonly storage: Storage,
    private readonly unlock: () => void,
    private readonly options: PostgresOptions,
  ) {
    this.policy = new RestartPolicy(() => options.onDiskFull?.(diskFull(storage.dataDir)));
    this.watch();
  }

  get pid(): number {
    return this.postmaster.pid;
  }

  get awaitsSpace(): boolean {
    return this.policy.awaitsSpace;
  }

  onRestart(listener: () => void): void {
    this.listeners.push(listener);
  }

  explain(error: unknown): unknown {
    return explained(error, this.postmaster.log(), this.storage);
  }

  close(): Promise<void> {
    return (this.closing ??= this.shutDown());
  }

  private watch(): void {
    void this.postmaster.exited.then(() => {
      if (!this.closing) this.restarting = this.restart();
    });
  }

  private async restart(): Promise<void> {
    let delayMs = this.policy.died(stoppedByFullDisk(this.storage, this.postmaster.log()));
    while (!this.closing && delayMs !== undefined) {
      await new Promise(resolve => setTimeout(resolve, delayMs));
      if (this.closing) return;
      try {
        this.postmaster = await startPatiently(this.start, () => this.closing !== undefined);
      } catch (error) {
        delayMs = this.policy.didNotStart(error instanceof CodedError && error.code === 'LOCAL_DISK_FULL');
        continue;
      }
      this.policy.started();
      this.watch();
      for (const listener of this.listeners) listener();
      return;
    }
    if (!this.closing) this.options.onFailure?.(this.lastWord());
  }

  /** Why it is not started any more: its log may not say so, where nothing can be written any more. */
  private lastWord(): CodedError {
    const { dataDir } = this.storage;
    try {
      fs.accessSync(dataDir, fs.constants.W_OK);
    } catch (error) {
      return dataDirectoryUnusable(dataDir, error);
    }
    return postgresKilled(this.policy.failed - 1, dataDir, this.postmaster.log());
  }

  private async shutDown(): Promise<void> {
    await Promise.resolve();
    await this.restarting;
    await this.postmaster.stop();
    releaseStorage(this.storage);
    this.unlock();
  }
}

function writeConfiguration(storage: Storage, address: PostgresAddress, options: PostgresOptions): void {
  const overSocket = address.password === undefined;
  const files = {
    'postgresql.conf': postgresqlConf({
      socketDirectory: overSocket ? storage.socketDirectory : undefined,
      port: address.port,
      maxConnections: options.maxConnections ?? 1_050,
      fsync: options.fsync ?? false,
    }),
    'pg_hba.conf': pgHbaConf(overSocket),
  };
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(storage.pgData, name);
      fs.writeFileSync(file, text, { mode: 0o600 });
      if (storage.user) fs.chownSync(file, storage.user.uid, storage.user.gid);
    }
  } catch (error) {
    throw dataDirectoryUnusable(storage.pgData, error);
  }
}

/** Kept with the data, because initdb stored it there. */
function superuserPassword(dataDir: string): string {
  const file = path.join(dataDir, 'postgres-password');
  const kept = readIfExists(file);
  if (kept) return kept;
  const password = crypto.randomBytes(24).toString('base64url');
  writePrivateFile(file, password);
  return password;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw postgresFailed('got no port', '', '');
  return address.port;
}
