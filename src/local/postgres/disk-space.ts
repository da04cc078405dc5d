import fs from 'node:fs';
import path from 'node:path';
import type { Storage } from './storage';

/** PostgreSQL writes ahead into files of 16 MiB: with less room than for the next two it stops sooner or later, and cannot start. */
const LEAST_BYTES = 2 * 16 * 1024 * 1024;
/** What stopped a PostgreSQL stands in the last lines of its log. */
const LAST_LINES = 12;
/** Said to each client that knocks while PostgreSQL starts or stops, in two lines at times. */
const TURNED_AWAY = /FATAL: {2}the database system is |DETAIL: {2}Consistent recovery state /;

/**
 * True when PostgreSQL stopped because its disk is full. Its log may tell; but on a disk that is full it may not be able to write that down,
 * so that the disk itself is asked.
 */
export const stoppedByFullDisk = ({ dataDir, pgData }: Pick<Storage, 'dataDir' | 'pgData'>, log: string): boolean =>
  foundDiskFull(log) || [dataDir, path.dirname(pgData)].some(directory => lacksSpace(directory));

/** True when what PostgreSQL wrote last says that its disk is full. */
export function foundDiskFull(log: string): boolean {
  const lines = log.split('\n').filter(line => line !== '' && !TURNED_AWAY.test(line));
  return /No space left on device|Disk quota exceeded/i.test(lines.slice(-LAST_LINES).join('\n'));
}

/** True when a directory's disk has less room than PostgreSQL needs to run. `statfs`: the system's, but for tests. */
export function lacksSpace(
  directory: string,
  statfs: (directory: string) => Pick<fs.StatsFs, 'blocks' | 'bavail' | 'bsize'> = fs.statfsSync,
): boolean {
  try {
    const { blocks, bavail, bsize } = statfs(directory);
    // file systems that keep no count of their blocks say that they have none
    return blocks > 0 && bavail * bsize < LEAST_BYTES;
  } catch {
    return false;
  }
}
