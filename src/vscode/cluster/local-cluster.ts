import { Emitter } from '../../base/events';
import type { Closeable } from '../../base/lifecycle';
import type { LocalClusterInfo } from '../../protocol/local-cluster';
import { clusterErrors } from './cluster-errors';
import { ClusterProcess, type ClusterProcessOptions } from './cluster-process';

export type ClusterState =
  | { name: 'stopped' }
  | { name: 'starting' }
  /** `shared`: another window or a terminal owns the process; it is used here and left alone. */
  | { name: 'running'; info: LocalClusterInfo; shared: boolean }
  | { name: 'stopping' }
  | { name: 'failed'; error: unknown };

export type LocalClusterOptions = Omit<ClusterProcessOptions, 'onLog'>;

/** How often the owner of a shared cluster is looked for. */
const SHARED_POLL_MS = 2_000;

/**
 * The window's local cluster: started on demand, restarted on demand after it died, closed with the window. When the same data directory is
 * already served by another window or a terminal, that cluster is used instead of a second one.
 */
export class LocalCluster implements Closeable {
  private readonly changed = new Emitter<ClusterState>();
  readonly onDidChange = this.changed.event;
  private current: ClusterState = { name: 'stopped' };
  private process: ClusterProcess | undefined;
  private starting: Promise<LocalClusterInfo> | undefined;
  private watch: NodeJS.Timeout | undefined;
  private closed = false;
  /** Counts stops, so that a start that was overtaken by one does not go on. */
  private stops = 0;

  /**
   * @param options read at every start, so that changed settings take effect then.
   * @param findRunning the cluster that another process runs on a data directory.
   * @param isAlive whether a process of that id exists.
   */
  constructor(
    private readonly options: () => LocalClusterOptions,
    private readonly findRunning: (dataDir: string) => Promise<LocalClusterInfo | undefined>,
    private readonly isAlive: (pid: number) => boolean,
    private readonly onLog: (line: string) => void,
  ) {}

  get state(): ClusterState {
    return this.current;
  }

  /** The running cluster, started if need be. Concurrent callers share one start. A cancelled signal gives up waiting and stops the start. */
  async ensureRunning(signal?: AbortSignal): Promise<LocalClusterInfo> {
    if (this.closed || signal?.aborted) throw clusterErrors.cancelled();
    if (this.current.name === 'running') return this.current.info;
    this.starting ??= this.start().finally(() => (this.starting = undefined));
    const onAbort = () => void this.stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.starting;
    } catch (error) {
      if (signal?.aborted) throw clusterErrors.cancelled();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Stops the cluster this window owns, or lets go of a shared one. Resolves when its processes are gone. */
  async stop(): Promise<void> {
    this.stops++;
    clearInterval(this.watch);
    const process = this.process;
    if (!process) {
      if (this.current.name !== 'failed') this.become({ name: 'stopped' });
      return;
    }
    this.become({ name: 'stopping' });
    await process.close();
    this.become({ name: 'stopped' });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.stop();
    this.changed.dispose();
  }

  private async start(): Promise<LocalClusterInfo> {
    await this.process?.close();
    this.become({ name: 'starting' });
    const options = this.options();
    const stops = this.stops;
    const shared = await this.findRunning(options.dataDir);
    if (stops !== this.stops) throw clusterErrors.cancelled();
    if (shared) {
      this.onLog(`Using the cluster that process ${shared.pid} runs on ${options.dataDir}.`);
      this.watchShared(shared);
      this.become({ name: 'running', info: shared, shared: true });
      return shared;
    }
    const process = new ClusterProcess({ ...options, onLog: this.onLog });
    this.process = process;
    void process.exited.then(how => this.exited(process, how));
    try {
      const info = await process.ready;
      this.become({ name: 'running', info, shared: false });
      return info;
    } catch (error) {
      if (stops !== this.stops) throw clusterErrors.cancelled();
      this.become({ name: 'failed', error });
      throw error;
    }
  }

  private exited(process: ClusterProcess, how: string): void {
    if (this.process !== process) return;
    this.process = undefined;
    if (this.current.name !== 'running') return;
    this.onLog(`The local cluster's process ended (${how}).`);
    this.become({ name: 'failed', error: clusterErrors.ended(how) });
  }

  private watchShared(info: LocalClusterInfo): void {
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      if (this.isAlive(info.pid)) return;
      clearInterval(this.watch);
      this.onLog(`The cluster of process ${info.pid} is gone.`);
      this.become({ name: 'stopped' });
    }, SHARED_POLL_MS);
    this.watch.unref();
  }

  private become(state: ClusterState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
