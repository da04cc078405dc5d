import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import {
  dataDirectoryNewer,
  dataDirectoryUnusable,
  dataDirectoryVersion,
  dataVersionUnknown,
  locationDamaged,
  locationLost,
  locationShared,
  notAClusterDirectory,
} from '../errors';
import { IDENTITY_FILE } from '../identity/identity';
import { readIfExists, writePrivateFile } from '../private-file';
import { baseOwnedBy, LOCATION_FILE, otherOwner, OWNER_FILE, recordedBase, removeAbandonedBases } from './abandoned';
import { POSTGRES_MAJOR } from './binaries';
import { ROOT_STORE } from './directories';
import { canTraverse, makeReachable, unprivilegedUser, type UnprivilegedUser } from './privileges';

/** Where the parts of a data directory lie. */
export interface Storage {
  dataDir: string;
  /** PostgreSQL's own data directory. */
  pgData: string;
  /** Private directory of the Unix socket. */
  socketDirectory: string;
  logFile: string;
  /** The account PostgreSQL runs as; undefined: the owner's. */
  user?: UnprivilegedUser;
}

/** `sun_path` holds 104 bytes on macOS, 108 on Linux, with the closing zero. */
const SOCKET_PATH_LIMIT = 103;
const SOCKET_NAME = '.s.PGSQL.5432';

/** Makes the data directory where it is missing. It may hold secrets: nobody else can read it. */
export function createDataDirectory(dataDir: string): void {
  try {
    makeDirectories(path.resolve(dataDir));
    // ENOTDIR where it is a file
    fs.accessSync(`${dataDir}${path.sep}.`, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    throw dataDirectoryUnusable(dataDir, error);
  }
  if (fs.existsSync(path.join(dataDir, 'PG_VERSION'))) throw notAClusterDirectory(dataDir);
}

/** One after the other from the first that is missing: `recursive` spins for ever where a folder cannot be made (under /proc). */
function makeDirectories(directory: string): void {
  const missing: string[] = [];
  for (let at = directory; !fs.existsSync(at); at = path.dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      fs.mkdirSync(each, { mode: 0o700 });
    } catch (error) {
      if (!fs.existsSync(each)) throw error;
    }
  }
}

/**
 * The form of what lies in a data directory. Each start brings older ones up to date; to be raised with a change after which the versions before
 * it could not use the directory any more: they then say so.
 */
export const DATA_FORMAT = 1;
const FORMAT_FILE = 'format';

/** Says of which form the data directory is, once it is. Former versions did not: theirs are older than any that does. */
export function markFormat({ dataDir }: Storage): void {
  const file = path.join(dataDir, FORMAT_FILE);
  if (readIfExists(file) !== `${DATA_FORMAT}\n`) writePrivateFile(file, `${DATA_FORMAT}\n`);
}

function checkFormat(dataDir: string): void {
  const format = Number(readIfExists(path.join(dataDir, FORMAT_FILE)) ?? 0);
  // what is no number here may be one version's to come
  if (!(format <= DATA_FORMAT)) throw dataDirectoryNewer(dataDir);
}

/** Finds or chooses the places, makes them, and checks the version of what lies there. */
export function prepareStorage(dataDir: string): Storage {
  checkFormat(dataDir);
  const user = unprivilegedUser(dataDir);
  try {
    const base = user ? reachableBase(user, dataDir) : dataDir;
    const pgData = path.join(base, 'postgres');
    checkVersion(pgData);
    const logFile = path.join(dataDir, 'postgres.log');
    return { dataDir, pgData, socketDirectory: socketDirectory(base, user), logFile, user };
  } catch (error) {
    throw error instanceof CodedError ? error : dataDirectoryUnusable(dataDir, error);
  }
}

/** Removes a socket directory that lies outside the data directory. */
export function releaseStorage(storage: Storage): void {
  if (path.basename(storage.socketDirectory) !== 'run')
    fs.rmSync(storage.socketDirectory, { recursive: true, force: true });
}

function checkVersion(pgData: string): void {
  let version: string;
  try {
    version = fs.readFileSync(path.join(pgData, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return;
  }
  if (!/^[\d.]+$/.test(version)) throw dataVersionUnknown(path.join(pgData, 'PG_VERSION'), POSTGRES_MAJOR);
  if (version !== POSTGRES_MAJOR) throw dataDirectoryVersion(pgData, version, POSTGRES_MAJOR);
}

/**
 * A directory under which PostgreSQL's account can reach its files: the data directory itself (made searchable, nothing more, when
 * that is all that is missing), else one in root's store whose name is recorded in the data directory.
 */
function reachableBase(user: UnprivilegedUser, dataDir: string): string {
  const record = path.join(dataDir, LOCATION_FILE);
  if (fs.existsSync(record)) {
    const base = recordedBase(dataDir) ?? baseOwnedBy(ROOT_STORE, dataDir);
    if (base === undefined) throw locationDamaged(record);
    const other = otherOwner(base, dataDir);
    if (other !== undefined) throw locationShared(record, base, other);
    // without an identity it has never run
    if (!fs.existsSync(path.join(base, 'postgres')) && fs.existsSync(path.join(dataDir, IDENTITY_FILE)))
      throw locationLost(record, base);
    if (recordedBase(dataDir) === undefined) writePrivateFile(record, `${JSON.stringify({ base })}\n`);
    return ownBase(base, dataDir);
  }
  if (fs.existsSync(path.join(dataDir, 'postgres')) || canTraverse(user, path.dirname(path.resolve(dataDir)))) {
    const stat = fs.statSync(dataDir);
    if (!canTraverse(user, dataDir)) fs.chmodSync(dataDir, (stat.mode & 0o777) | 0o111);
    return dataDir;
  }
  removeAbandonedBases(ROOT_STORE);
  const base = path.join(ROOT_STORE, `data-${crypto.randomBytes(8).toString('hex')}`);
  writePrivateFile(record, `${JSON.stringify({ base })}\n`);
  return ownBase(base, dataDir);
}

function ownBase(base: string, dataDir: string): string {
  for (const each of [path.dirname(base), base]) makeReachable(each);
  const { dev } = fs.statSync(dataDir);
  fs.writeFileSync(path.join(base, OWNER_FILE), `${JSON.stringify({ dataDir, dev })}\n`);
  return base;
}

/** Beside the data where the path is short enough, else in the folder for temporary files. */
function socketDirectory(base: string, user: UnprivilegedUser | undefined): string {
  const beside = path.join(base, 'run');
  const fits = Buffer.byteLength(path.join(beside, SOCKET_NAME)) <= SOCKET_PATH_LIMIT;
  if (fits) fs.mkdirSync(beside, { recursive: true, mode: 0o700 });
  const directory = fits ? beside : shortDirectory(user);
  if (user) fs.chownSync(directory, user.uid, user.gid);
  fs.chmodSync(directory, 0o700);
  return directory;
}

/** In the folder for temporary files; in the system's own where that is of no use: too long, missing, full, closed to PostgreSQL's account. */
function shortDirectory(user: UnprivilegedUser | undefined): string {
  const make = (folder: string): string => fs.mkdtempSync(path.join(folder, 'dsqlw-'));
  const named = os.tmpdir();
  const isShort = Buffer.byteLength(named) <= 60;
  try {
    if (isShort && (!user || canTraverse(user, named))) return make(named);
  } catch {
    // the other is tried
  }
  try {
    return make('/tmp');
  } catch (cause) {
    throw new Error(`its path is too long for a socket, and there is no room for that elsewhere (${String(cause)})`, {
      cause,
    });
  }
}
