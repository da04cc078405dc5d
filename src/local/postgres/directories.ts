import os from 'node:os';
import path from 'node:path';

/** Where data directories lie unless told otherwise: `DSQL_WORKSHOP_HOME`, else the platform's folder for application data. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env.DSQL_WORKSHOP_HOME || path.join(applicationData(env), 'dsql-workshop'), 'local');
}

function applicationData(env: NodeJS.ProcessEnv): string {
  const home = os.homedir();
  if (process.platform === 'win32') return env.LOCALAPPDATA || path.join(home, 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  return env.XDG_DATA_HOME || path.join(home, '.local', 'share');
}

/** What can be made again at any time: copied binaries and the template of a fresh data directory. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (process.getuid?.() === 0) return ROOT_STORE;
  const home = os.homedir();
  if (process.platform === 'win32') return path.join(applicationData(env), 'dsql-workshop', 'cache');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'dsql-workshop');
  return path.join(env.XDG_CACHE_HOME || path.join(home, '.cache'), 'dsql-workshop');
}

/** For root: a place that the unprivileged account can reach whatever the modes of home directories. */
export const ROOT_STORE = '/var/lib/dsql-workshop';
