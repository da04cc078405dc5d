import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { RpcChannel } from '../../base/rpc';
import type { RowStore, RowStores } from '../../core/results/contract';
import type { RowStoreHostSide, RowStoreWorkerSide } from '../../protocol/row-store';
import { workerPort } from '../thread-port';

type Channel = RpcChannel<RowStoreHostSide, RowStoreWorkerSide>;

/** The heap of the thread: keys of a sort of a million rows fit; a runaway ends the thread, not the extension host. */
const THREAD_HEAP_MB = 1_024;

/** Row stores in one worker thread and a private directory of temporary files. */
export class ThreadRowStores implements RowStores {
  private started: { worker: Worker; channel: Channel; directory: string } | undefined;
  private nextStore = 1;
  private readonly open_ = new Set<number>();

  /** `workerFile`: the bundle `row-store.js`. */
  constructor(private readonly workerFile: string) {}

  async open(options: { quotaBytes: number }): Promise<RowStore> {
    const { channel, directory } = this.start();
    const store = this.nextStore++;
    this.open_.add(store);
    await channel.call('open', { store, file: path.join(directory, `${store}.rows`), ...options });
    return this.handle(channel, store);
  }

  private handle(channel: Channel, store: number): RowStore {
    return {
      columns: async columns => {
        await channel.call('columns', { store, columns });
      },
      append: async rows => {
        await channel.call('append', { store, rows });
      },
      read: window => channel.call('read', { store, ...window }),
      cell: (row, column, maxLength) => channel.call('cell', { store, row, column, maxLength }),
      close: async () => {
        if (!this.open_.delete(store)) return;
        await channel.call('close', { store }).catch(() => undefined);
      },
    };
  }

  /** The thread that runs, or a new one: the first time, and after one has died. */
  private start(): { worker: Worker; channel: Channel; directory: string } {
    if (this.started) return this.started;
    const directory = mkdtempSync(path.join(os.tmpdir(), 'dsql-workshop-results-'));
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
    this.open_.clear();
    if (!started) return;
    started.channel.dispose();
    await started.worker.terminate();
    rmSync(started.directory, { recursive: true, force: true });
  }
}
