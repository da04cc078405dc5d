import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import {
  dataDirectoryUnusable,
  initialiseFailed,
  programNotStarted,
  rootUnsupported,
  systemErrorCode,
} from '../errors';
import type { PostgresBinaries } from './binaries';
import { giveTree, type UnprivilegedUser } from './privileges';
import { copyTemplate } from './template';

/** The superuser of the private PostgreSQL; no client of the cluster can become it. */
export const SUPERUSER = 'dsql_system';

/** What a data directory was made from. */
export type MadeFrom = 'template' | 'initdb';

/**
 * Makes PostgreSQL's data directory, from a template where there is one (a copy takes a quarter of the time of initdb, and needs no bootstrap).
 * Nothing is left behind when it fails: the directory appears whole or not at all.
 * @param template see `templateFolder`
 * @param password of the superuser, only where clients connect by TCP; such directories are never made from the template
 */
export async function initialiseData(
  binaries: PostgresBinaries,
  pgData: string,
  user: UnprivilegedUser | undefined,
  template: string,
  password?: string,
): Promise<MadeFrom> {
  // a name of its own: an initdb whose owner was killed goes on for a while, and clears away what lies under its name when it fails
  const partial = `${pgData}.${randomBytes(4).toString('hex')}.partial`;
  try {
    await removePartials(pgData);
    const copied = password === undefined && copyTemplate(template, partial);
    if (!copied) await runInitdb(binaries, partial, user, password);
    if (user) giveTree(user, partial);
    fs.chmodSync(partial, 0o700);
    fs.rmSync(pgData, { recursive: true, force: true });
    fs.renameSync(partial, pgData);
    return copied ? 'template' : 'initdb';
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    throw error instanceof CodedError ? error : dataDirectoryUnusable(path.dirname(pgData), error);
  }
}

/** Best effort: what killed processes had of a data directory. An initdb that still writes there fails by that, and ends. */
async function removePartials(pgData: string): Promise<void> {
  const folder = path.dirname(pgData);
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(path.basename(pgData)) || !name.includes('.partial')) continue;
    const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 20 };
    await fs.promises.rm(path.join(folder, name), options).catch(() => undefined);
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
      // the system may have had no pipe to give: then there is only the error
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.on('error', error =>
        reject(
          user && systemErrorCode(error) === 'EPERM'
            ? rootUnsupported(error)
            : programNotStarted(binaries.initdb, error),
        ),
      );
      child.on('close', code => (code === 0 ? resolve() : reject(initialiseFailed(code, said, path.dirname(target)))));
    });
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}
