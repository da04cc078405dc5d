import fs from 'node:fs';

/**
 * Whether a process of this id runs, whoever owns it. On Linux one that has ended counts as gone though nobody has reaped it: where the first
 * process of a container reaps no orphans, its id stays taken for as long as the container runs.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return process.platform === 'linux' && /^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
