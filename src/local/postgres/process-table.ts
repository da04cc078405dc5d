import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** Whether a process with this id exists, whoever owns it. A zombie counts as gone where the system tells. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/**
 * What tells a process from a later one with the same id: its start time as the system writes it. Undefined where it cannot be told
 * (Windows, or no such process).
 */
export function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') return statFields(pid)?.[19];
  return askPs(pid, 'lstart');
}

/** The command line of a process; undefined where it cannot be told. */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return askPs(pid, 'command');
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return undefined;
  }
}

/** Fields of /proc/<pid>/stat after the command name, which may hold blanks and parentheses: [0] is the state, [19] the start. */
function statFields(pid: number): string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** One column of what `ps` says of a process, the same for every caller. Undefined where it cannot be told. */
export function askPs(pid: number, column: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    const text = execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Waits until a process is gone. @returns false when it still runs after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return true;
}
