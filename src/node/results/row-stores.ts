import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { RpcChannel } from '../../base/rpc';
import { CodedError } from '../../base/errors';
import type { JobOptions, RowStore, RowStores } from '../../core/results/contract';
import { jobCancelled, threadEnded } from '../../core/results/errors';
import type { RowStoreHostSide, RowStoreWorkerSide } from '../../protocol/row-store';
import { isAlive } from '../process-alive';
import { workerPort } from '../thread-port';

type Channel = RpcChannel<RowStoreHostSide, RowStoreWorkerSide>;

/** Names of the directories: whose process they are of comes next. */
const PREFIX = 'dsql-workshop-results-';

/** The heap of the thread: keys of a sort of a million rows fit; a runaway ends the thread, not the extension host. */
const THREAD_HEAP_MB = 1_024;

/** Row stores in one worker thread and a private directory of temporary files. */
export class ThreadRowStores implements RowStores {
  private started: { worker: Worker; channel: Channel; directory: string } | undefined;
  private nextStore = 1;
  private nextJob = 1;
  private readonly stores = new Set<number>();

  /** `workerFile`: the bundle `row-store.js`. */
  constructor(private readonly workerFile: string) {}

  async open(options: { quotaBytes: number }): Promise<RowStore> {
    const { channel, directory } = this.start();
    const store = this.nextStore++;
    this.stores.add(store);
    await channel.call('open', { store, file: path.join(directory, `${store}.rows`), ...options });
    return this.handle(channel, store);
  }

  private handle(channel: Channel, store: number): RowStore {
    const job = <R>(options: JobOptions, start: (job: number) => Promise<R>): Promise<R> =>
      this.job(channel, options, start);
    return {
      columns: async columns => {
        await alive(channel.call('columns', { store, columns }));
      },
      append: async rows => {
        await alive(channel.call('append', { store, rows }));
      },
      read: window => alive(channel.call('read', { store, ...window })),
      cell: (row, column, maxLength) => alive(channel.call('cell', { store, row, column, maxLength })),
      arrange: (arrangement, options = {}) =>
        job(options, number => channel.call('arrange', { store, job: number, arrangement })),
      find: (search, options = {}) => job(options, number => channel.call('find', { store, job: number, ...search })),
      copy: (request, options = {}) => job(options, number => channel.call('copy', { store, job: number, ...request })),
      export: (request, options = {}) =>
        job(options, number => channel.call('export', { store, job: number, ...request })),
      close: async () => {
        if (!this.stores.delete(store)) return;
        await channel.call('close', { store }).catch(() => undefined);
      },
    };
  }

  private async job<R>(
    channel: Channel,
    { signal, onProgress }: JobOptions,
    start: (job: number) => Promise<R>,
  ): Promise<R> {
    if (signal?.aborted) throw jobCancelled();
    const number = this.nextJob++;
    const stop = () => void channel.call('stop', { job: number }).catch(() => undefined);
    const listening = channel.on('progress', ({ job, fraction }) => job === number && onProgress?.(fraction));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await alive(start(number));
    } finally {
      listening.dispose();
      signal?.removeEventListener('abort', stop);
    }
  }

  /** The thread that runs, or a new one: the first time, and after one has died. */
  private start(): { worker: Worker; channel: Channel; directory: string } {
    if (this.started) return this.started;
    removeAbandoned();
    const directory = mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${process.pid}-`));
    const worker = new Worker(this.workerFile, {
      name: 'results',
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
    });
    const channel: Channel = new RpcChannel(workerPort(worker), {});
    const started = { worker, channel, directory };
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      rmSync(directory, { recursive: true, force: true });
      if (this.started === started) this.started = undefined;
    });
    worker.unref();
    this.started = started;
    return started;
  }

  async close(): Promise<void> {
    const started = this.started;
    this.started = undefined;
    this.stores.clear();
    if (!started) return;
    started.channel.dispose();
    await started.worker.terminate();
    rmSync(started.directory, { recursive: true, force: true });
  }
}

/** Removes the directories of windows that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(os.tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number(/^\d+/.exec(name.slice(PREFIX.length))?.[0] ?? NaN) : NaN;
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    try {
      rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}

/** The end of the thread, said in words of the result. */
async function alive<R>(answer: Promise<R>): Promise<R> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof CodedError && error.code === 'CHANNEL_CLOSED' ? threadEnded(error) : error;
  }
}
