import { spawn } from 'node:child_process';

export interface ChildOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Both streams, as they come. */
  onOutput(text: string): void;
}

export interface ChildEnd {
  /** Null when a signal ended it. */
  exitCode: number | null;
  output: string;
}

/** Enough for a diagnosis; a deployment prints a line for each event. */
const MAX_KEPT_CHARS = 512 * 1024;
const KILL_AFTER_MS = 2_000;

/**
 * Runs a program without a terminal. When the signal comes it is ended with everything that it started. Rejects with the error of
 * `spawn` when it cannot be started.
 */
export function runChild(
  file: string,
  args: readonly string[],
  { cwd, env, signal, onOutput }: ChildOptions,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const windows = process.platform === 'win32';
    // a group of its own, so that the CDK app and esbuild below the CLI end with it
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      windowsHide: true,
    });
    let output = '';
    const take = (chunk: string): void => {
      output = (output + chunk).slice(-MAX_KEPT_CHARS);
      onOutput(chunk);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
    const end = (how: NodeJS.Signals): void => {
      const { pid } = child;
      if (pid === undefined) return;
      if (windows) spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
      else
        try {
          process.kill(-pid, how);
        } catch {
          // it is gone already
        }
    };
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      end('SIGTERM');
      force = setTimeout(() => end('SIGKILL'), KILL_AFTER_MS);
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    const settled = (): void => {
      clearTimeout(force);
      signal?.removeEventListener('abort', stop);
    };
    child.on('error', error => {
      settled();
      reject(error);
    });
    child.on('close', exitCode => {
      settled();
      resolve({ exitCode, output });
    });
  });
}
