import os from 'node:os';
import path from 'node:path';
import { userUnknown } from '../errors';

/**
 * Where data directories lie unless told otherwise: `DSQL_WORKSHOP_HOME`, else the platform's folder for application data.
 * Throws `LOCAL_USER_UNKNOWN` where that needs a home directory and there is none.
 */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, home: () => string = os.homedir): string {
  return path.join(env.DSQL_WORKSHOP_HOME || path.join(applicationData(env, home), 'dsql-workshop'), 'local');
}

/** Where the stress runs of this user are noted for each other, whichever process makes them. Throws as `defaultDataDir` does. */
export const runNotesDirectory = (): string => path.join(path.dirname(defaultDataDir()), 'stress-runs');

function applicationData(env: NodeJS.ProcessEnv, home: () => string): string {
  if (process.platform === 'win32') return env.LOCALAPPDATA || under(home, 'AppData', 'Local');
  if (process.platform === 'darwin') return under(home, 'Library', 'Application Support');
  return env.XDG_DATA_HOME || under(home, '.local', 'share');
}

/** What can be made again at any time: copied binaries and the template of a fresh data directory. Throws as `defaultDataDir` does. */
export function cacheDirectory(): string {
  const { env, platform } = process;
  if (process.getuid?.() === 0) return ROOT_STORE;
  if (platform === 'win32') return path.join(applicationData(env, os.homedir), 'dsql-workshop', 'cache');
  if (platform === 'darwin') return under(os.homedir, 'Library', 'Caches', 'dsql-workshop');
  return path.join(env.XDG_CACHE_HOME || under(os.homedir, '.cache'), 'dsql-workshop');
}

/** A folder below the home directory, which a user without a name has not, unless HOME names one. */
function under(home: () => string, ...folders: string[]): string {
  let base: string;
  try {
    base = home();
  } catch (error) {
    throw userUnknown('HOME is not set, and the user has no entry in /etc/passwd.', error);
  }
  return path.join(base, ...folders);
}

/** For root: a place that the unprivileged account can reach whatever the modes of home directories. */
export const ROOT_STORE = '/var/lib/dsql-workshop';
