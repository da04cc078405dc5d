import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const SHARED_MEMORY = '/dev/shm';
/** The suites make some gigabytes in all, and remove them as they go. */
const NEEDED_BYTES = 8 * 1024 ** 3;

/**
 * A folder in memory for what tests write, where the machine has plenty and lets programs run there; undefined elsewhere. A hundred clusters
 * are made and removed, and a virtual machine's disk takes fifteen times as long to copy one. The caller removes it.
 */
export function scratchInMemory(): string | undefined {
  if (process.platform !== 'linux' || process.env.TMPDIR !== undefined || process.availableMemory() < NEEDED_BYTES)
    return undefined;
  let folder: string | undefined;
  try {
    const { bavail, bsize } = fs.statfsSync(SHARED_MEMORY);
    if (bavail * bsize < NEEDED_BYTES) return undefined;
    folder = fs.mkdtempSync(path.join(SHARED_MEMORY, 'workshop-'));
    fs.chmodSync(folder, 0o1777); // as /tmp: PostgreSQL is not started as root
    const program = path.join(folder, 'program');
    fs.writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(program).status !== 0) throw new Error('programs do not run there');
    return folder;
  } catch {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}
