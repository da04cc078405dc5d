import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Deferred } from '../../base/deferred';
import type { Closeable } from '../../base/lifecycle';
import { readClusterInfo } from '../../core/connections/cluster-info';
import { CLUSTER_V8_FLAGS, type LocalClusterInfo } from '../../protocol/local-cluster';
import { clusterErrors } from './cluster-errors';

export interface ClusterProcessOptions {
  /** `dist/local-cluster.js`. */
  entry: string;
  dataDir: string;
  /** 0 lets the cluster choose. */
  port: number;
  lambdaPort: number;
  /** Lines for the log; never the ready line, which holds keys. */
  onLog: (line: string) => void;
  /** Default 90 s: the first start lays out a new database. */
  startTimeoutMs?: number;
  /** How long a stop may take before the process is killed. Default 10 s. */
  stopTimeoutMs?: number;
}

const LAST_WORDS_MS = 300;

/**
 * The local cluster in a child process. The IPC channel is the lifeline: when this process ends, however it ends, the channel closes
 * and the cluster takes itself down. The runtime is the editor's own (`ELECTRON_RUN_AS_NODE`), so no Node.js need be installed.
 */
export class ClusterProcess implements Closeable {
  /** Settles when the cluster is ready; rejects with a coded error when it ends first or takes too long. */
  readonly ready: Promise<LocalClusterInfo>;
  /** Resolves when the process is gone, with how it ended. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;

  constructor(private readonly options: ClusterProcessOptions) {
    const args = ['--json', '--data-dir', options.dataDir];
    if (options.port > 0) args.push('--port', String(options.port));
    if (options.lambdaPort > 0) args.push('--lambda-port', String(options.lambdaPort));
    this.child = fork(options.entry, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...CLUSTER_V8_FLAGS],
      env: { ...withoutEditorVariables(process.env), ELECTRON_RUN_AS_NODE: '1' },
    });
    const ended = new Deferred<string>();
    this.exited = ended.promise;
    let spawnError: Error | undefined;
    this.child.once('error', error => {
      spawnError = error;
      if (this.child.pid === undefined) ended.resolve(error.message);
    });
    // its last words are read before it counts as gone; a grandchild that still holds the pipes is not waited for
    this.child.once('exit', (code, signal) => {
      const how = spawnError?.message ?? signal ?? `exit code ${code}`;
      const lastWords = setTimeout(() => ended.resolve(how), LAST_WORDS_MS);
      this.child.once('close', () => {
        clearTimeout(lastWords);
        ended.resolve(how);
      });
    });
    this.ready = this.waitUntilReady();
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async close(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    const kill = setTimeout(() => this.child.kill('SIGKILL'), this.options.stopTimeoutMs ?? 10_000);
    try {
      await this.exited;
    } finally {
      clearTimeout(kill);
    }
  }

  private async waitUntilReady(): Promise<LocalClusterInfo> {
    const outcome = new Deferred<LocalClusterInfo>();
    const onLine = (line: string) => {
      try {
        const info = readClusterInfo(line);
        if (info) outcome.resolve(info);
        // what looks like the ready line may hold keys: it never reaches the log
        else if (line.startsWith('{"')) outcome.reject(clusterErrors.malformedReadyLine());
        else if (line.trim()) this.options.onLog(line);
      } catch (error) {
        outcome.reject(error);
      }
    };
    for (const stream of [this.child.stdout, this.child.stderr] as (Readable | null)[]) {
      if (stream) createInterface({ input: stream }).on('line', onLine);
    }
    const timeoutMs = this.options.startTimeoutMs ?? 90_000;
    const timer = setTimeout(() => outcome.reject(clusterErrors.timeout(timeoutMs / 1000)), timeoutMs);
    void this.exited.then(how => outcome.reject(clusterErrors.ended(how)));
    try {
      return await outcome.promise;
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The editor's own variables would make the child behave like a part of the editor. */
function withoutEditorVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL)/.test(name)),
  );
}
