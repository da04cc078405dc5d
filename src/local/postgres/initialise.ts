import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { dataDirectoryUnusable, postgresFailed, programNotStarted, rootUnsupported, systemErrorCode } from '../errors';
import type { PostgresBinaries } from './binaries';
import { cacheDirectory } from './directories';
import { giveTree, type UnprivilegedUser } from './privileges';

/** The superuser of the private PostgreSQL; no client of the cluster can become it. */
export const SUPERUSER = 'dsql_system';

/**
 * Makes PostgreSQL's data directory, from a cached template where there is one (a copy takes a quarter of the time of initdb).
 * Nothing is left behind when it fails: the directory appears whole or not at all.
 * @param password of the superuser, only where clients connect by TCP; such directories are never made from the template
 */
export async function initialiseData(
  binaries: PostgresBinaries,
  pgData: string,
  user: UnprivilegedUser | undefined,
  password?: string,
): Promise<void> {
  const partial = `${pgData}.partial`;
  try {
    fs.rmSync(partial, { recursive: true, force: true });
    if (password !== undefined || !copyTemplate(binaries, partial)) {
      await runInitdb(binaries, partial, user, password);
      if (password === undefined) await saveTemplate(binaries, partial);
    }
    if (user) giveTree(user, partial);
    fs.chmodSync(partial, 0o700);
    fs.rmSync(pgData, { recursive: true, force: true });
    fs.renameSync(partial, pgData);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    throw error instanceof CodedError ? error : dataDirectoryUnusable(path.dirname(pgData), error);
  }
}

function templatePath(binaries: PostgresBinaries): string {
  return path.join(cacheDirectory(), `template-${binaries.version}-${process.platform}-${process.arch}`);
}

function copyTemplate(binaries: PostgresBinaries, target: string): boolean {
  const template = templatePath(binaries);
  if (!fs.existsSync(path.join(template, 'PG_VERSION'))) return false;
  try {
    fs.cpSync(template, target, { recursive: true });
    return true;
  } catch (error) {
    fs.rmSync(target, { recursive: true, force: true });
    if (systemErrorCode(error) === 'ENOSPC') throw error;
    return false;
  }
}

/**
 * Best effort: without a template the next start only takes longer. It is on the disk before it has its name: every later cluster begins
 * with it, also after a power cut.
 */
async function saveTemplate(binaries: PostgresBinaries, source: string): Promise<void> {
  const template = templatePath(binaries);
  const partial = `${template}.${process.pid}.partial`;
  try {
    fs.mkdirSync(path.dirname(template), { recursive: true });
    fs.cpSync(source, partial, { recursive: true });
    await syncTree(partial);
    fs.renameSync(partial, template);
  } catch {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

/** Has the system write a directory, and all that is in it, to the disk. */
async function syncTree(directory: string): Promise<void> {
  const entries = fs.readdirSync(directory, { withFileTypes: true });
  await Promise.all(
    entries.map(entry => {
      const each = path.join(directory, entry.name);
      return entry.isDirectory() ? syncTree(each) : syncOne(each);
    }),
  );
  if (process.platform !== 'win32') await syncOne(directory); // Windows opens no directories
}

async function syncOne(file: string): Promise<void> {
  const handle = await fs.promises.open(file, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function runInitdb(
  binaries: PostgresBinaries,
  target: string,
  user: UnprivilegedUser | undefined,
  password: string | undefined,
): Promise<void> {
  fs.mkdirSync(target, { mode: 0o700 });
  if (user) fs.chownSync(target, user.uid, user.gid);
  const args = ['-D', target, '-U', SUPERUSER, '--no-sync', '--no-instructions', '--encoding=UTF8', '--no-locale'];
  const passwordFile = `${target}.password`;
  if (password === undefined) args.push('--auth=trust');
  else {
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) fs.chownSync(passwordFile, user.uid, user.gid);
    args.push('--auth=scram-sha-256', `--pwfile=${passwordFile}`);
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(binaries.initdb, args, {
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe'],
        windowsHide: true,
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
        ...user,
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.on('error', error =>
        reject(
          user && systemErrorCode(error) === 'EPERM'
            ? rootUnsupported(error)
            : programNotStarted(binaries.initdb, error),
        ),
      );
      child.on('close', code =>
        code === 0
          ? resolve()
          : reject(postgresFailed('could not make its data directory', said, path.dirname(target))),
      );
    });
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}
