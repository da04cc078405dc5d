import { execFile, type ExecFileException } from 'node:child_process';
import type { LocalClusterInfo } from '../../src/protocol/local-cluster';
import { token } from './cluster';

/** What psql printed on both streams, and its exit status. */
export interface PsqlRun {
  out: string;
  status: number;
}

/** True where psql is installed. */
export const hasPsql = (): Promise<boolean> =>
  new Promise(resolve => execFile('psql', ['--version'], error => resolve(error === null)));

/** Runs a script in psql as a user does: token as the password, certificate and name verified. */
export async function psql(info: LocalClusterInfo, script: string, ...options: string[]): Promise<PsqlRun> {
  const env = {
    ...process.env,
    PGPASSWORD: await token(info),
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: info.caFile,
    PSQL_PAGER: 'cat',
    // what it says is compared, and Debian's psql is a script that speaks of locales it does not find
    LC_ALL: 'C',
  };
  const where = ['-X', '-h', info.endpoint, '-p', String(info.port), '-U', 'admin', '-d', 'postgres'];
  return new Promise(resolve => {
    const child = execFile(
      'psql',
      [...where, ...options, '-f', '-'],
      { env, timeout: 20_000 },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ out: stdout + stderr, status: typeof error?.code === 'number' ? error.code : error ? -1 : 0 }),
    );
    child.stdin?.end(script);
  });
}
