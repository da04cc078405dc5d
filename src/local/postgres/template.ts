import fs from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from '../errors';
import { removeIfPossible } from '../private-file';
import type { PostgresBinaries } from './binaries';
import { BOOTSTRAP_VERSION } from './bootstrap';
import { cacheDirectory } from './directories';
import { markUsed, removeUnused } from './versions';

/**
 * Where the template of a fresh data directory lies: what PostgreSQL has after its first start and the bootstrap, before any client. Another
 * PostgreSQL or another bootstrap has another one. It holds no secret; what is secret or named at random is made anew by each start.
 */
export function templateFolder(binaries: PostgresBinaries, cache: string = cacheDirectory()): string {
  const { version } = binaries;
  const bootstrap = (BOOTSTRAP_VERSION >>> 0).toString(16);
  return path.join(cache, `${PREFIX}${version}-${process.platform}-${process.arch}-bootstrap-${bootstrap}`);
}

const PREFIX = 'template-';

/** @returns false where there is no template, or none that can be read; nothing is then left at `target`. Throws when the disk is full. */
export function copyTemplate(template: string, target: string): boolean {
  if (!isTemplate(template)) return false;
  try {
    fs.cpSync(template, target, { recursive: true });
    markUsed(template);
    // one that was taken away meanwhile was renamed before its files went: the copy may lack some
    if (isTemplate(template)) return true;
    fs.rmSync(target, { recursive: true, force: true });
    return false;
  } catch (error) {
    fs.rmSync(target, { recursive: true, force: true });
    if (systemErrorCode(error) === 'ENOSPC') throw error;
    return false;
  }
}

const isTemplate = (folder: string): boolean => fs.existsSync(path.join(folder, 'PG_VERSION'));

/**
 * Best effort: without a template the next first start only takes longer. It is on the disk before it has its name: every later cluster
 * begins with it, also after a power cut. Templates of other versions that nobody uses any more are removed.
 * @param source a data directory whose PostgreSQL has ended
 */
export async function saveTemplate(template: string, source: string): Promise<void> {
  const partial = `${template}.${process.pid}.partial`;
  try {
    if (isTemplate(template) || !endedInOrder(source)) return;
    fs.mkdirSync(path.dirname(template), { recursive: true });
    fs.cpSync(source, partial, { recursive: true });
    await syncTree(partial);
    fs.renameSync(partial, template);
    removeUnused(template, PREFIX);
  } catch {
    removeIfPossible(partial);
  }
}

/** Whether its PostgreSQL wrote down that it shut down (`DB_SHUTDOWNED` of pg_control.h): from any other, each copy would have to recover. */
function endedInOrder(pgData: string): boolean {
  return fs.readFileSync(path.join(pgData, 'global', 'pg_control')).readInt32LE(16) === 1;
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
