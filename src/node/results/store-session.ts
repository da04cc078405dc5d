import type { Handlers } from '../../base/rpc';
import { storeFailed, unknownStore } from '../../core/results/errors';
import { CodedError } from '../../base/errors';
import type { RowStoreWorkerSide } from '../../protocol/row-store';
import { StoredResult } from './stored-result';

/** What the thread of the results serves: any number of results, by number. */
export function storeSession(): Handlers<RowStoreWorkerSide> {
  const stores = new Map<number, StoredResult>();
  const find = (store: number): StoredResult => {
    const found = stores.get(store);
    if (!found) throw unknownStore();
    return found;
  };
  return {
    open: guarded(({ store, file, quotaBytes }) => {
      stores.set(store, new StoredResult(file, quotaBytes));
      return null;
    }),
    columns: guarded(({ store, columns }) => {
      find(store).reset(columns);
      return null;
    }),
    append: guarded(({ store, rows }) => {
      const result = find(store);
      result.pages.append(rows);
      return { rowCount: result.pages.rowCount };
    }),
    read: guarded(({ store, ...window }) => find(store).read(window)),
    cell: guarded(({ store, row, column, maxLength }) => find(store).cell(row, column, maxLength)),
    close: ({ store }) => {
      stores.get(store)?.pages.close();
      stores.delete(store);
      return null;
    },
    memory: () => {
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return { heapBytes: heapUsed, bufferBytes: external + arrayBuffers };
    },
  };
}

/** An error of the file system becomes a coded one. */
function guarded<P, R>(handler: (params: P) => R): (params: P) => R {
  return params => {
    try {
      return handler(params);
    } catch (error) {
      throw error instanceof CodedError ? error : storeFailed(error);
    }
  };
}
