import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Deferred } from '../base/deferred';
import { CodedError } from '../base/errors';
import type { Closeable } from '../base/lifecycle';
import { readClusterInfo } from '../core/connections/cluster-info';
import { CLUSTER_V8_FLAGS, type LocalClusterInfo } from '../protocol/local-cluster';
import { distFile } from './assets';

const START_TIMEOUT_MS = 90_000;
/** Ctrl-C must be over within three seconds. */
const STOP_TIMEOUT_MS = 2_500;
const LOG_LINES_KEPT = 5;
const DRAIN_MS = 500;

/** A local cluster in a child process. It dies with this process, because its IPC channel does. */
export interface LocalClusterProcess extends Closeable {
  info: LocalClusterInfo;
  /** Called when the process ends before `close`. */
  onExit(listener: (how: string) => void): void;
}

export interface StartOptions {
  /** The file that is the cluster's process. */
  entry?: string;
  /** More of its command line. */
  args?: readonly string[];
}

/**
 * Starts a local cluster on a data directory and waits until it is ready. Rejects with what it reported, `LOCAL_CLUSTER_ENDED`,
 * `LOCAL_CLUSTER_START_TIMEOUT`, or `CANCELLED`; then no process is left.
 */
export async function startLocalProcess(
  dataDir: string,
  signal?: AbortSignal,
  { entry = distFile('local-cluster.js'), args = [] }: StartOptions = {},
): Promise<LocalClusterProcess> {
  // its own process group: Ctrl-C in the terminal reaches us alone, and we decide the order of stopping
  const child = fork(entry, ['--json', '--data-dir', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [...CLUSTER_V8_FLAGS],
    detached: process.platform !== 'win32',
  });
  const exited = new Deferred<string>();
  child.once('error', error => child.pid === undefined && exited.resolve(error.message));
  // not `close`: a grandchild that outlives it for a moment may hold the pipes
  child.once('exit', (code, killedBy) => exited.resolve(killedBy ?? `exit code ${code}`));
  let stopping = false;
  const close = async (): Promise<void> => {
    stopping = true;
    await stop(child, exited.promise);
  };
  try {
    const info = await waitUntilReady(child, exited.promise, signal);
    return { info, close, onExit: listener => void exited.promise.then(how => !stopping && listener(how)) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function waitUntilReady(
  child: ChildProcess,
  exited: Promise<string>,
  signal: AbortSignal | undefined,
): Promise<LocalClusterInfo> {
  const ready = new Deferred<LocalClusterInfo>();
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', line => {
      try {
        const info = readClusterInfo(line);
        if (info) ready.resolve(info);
        else if (log.push(line) > LOG_LINES_KEPT) log.shift();
      } catch (error) {
        ready.reject(error);
      }
    });
  }
  void exited.then(async how => {
    // what it printed last may still be on its way
    await Promise.race([drained(child), new Promise(resolve => setTimeout(resolve, DRAIN_MS).unref())]);
    ready.reject(
      new CodedError(
        'LOCAL_CLUSTER_ENDED',
        `the local cluster could not start (${how})${log.map(line => `\n  ${line}`).join('')}`,
        { nextStep: 'Correct what the lines above name, then try again.' },
      ),
    );
  });
  const timer = setTimeout(() => {
    ready.reject(
      new CodedError(
        'LOCAL_CLUSTER_START_TIMEOUT',
        `the local cluster was not ready after ${START_TIMEOUT_MS / 1000} s`,
        {
          nextStep: 'Try again on a quieter machine, or on a fresh folder with --data-dir.',
        },
      ),
    );
  }, START_TIMEOUT_MS);
  const cancel = (): void => ready.reject(new CodedError('CANCELLED', 'cancelled'));
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  try {
    return await ready.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

function drained(child: ChildProcess): Promise<void> {
  return new Promise(resolve => child.once('close', () => resolve()));
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  // the end of its lifeline is a request to stop that every platform has
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
