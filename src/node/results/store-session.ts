import { CodedError } from '../../base/errors';
import type { Handlers } from '../../base/rpc';
import { storeFailed, unknownStore } from '../../core/results/errors';
import type { FindQuery } from '../../protocol/results-view';
import type { RowStoreWorkerSide } from '../../protocol/row-store';
import { arrangedRows } from './arrange';
import { copyText } from './copy';
import { exportRows } from './export';
import { Pacer } from './pacer';
import { findMatches, nextMatch, type Matches } from './search';
import { StoredResult } from './stored-result';

interface Open {
  result: StoredResult;
  jobs: Set<Pacer>;
  /** The last search, for the next step of it. */
  search?: { query: FindQuery; order: Uint32Array | undefined; rowCount: number; matches: Matches };
}

/** What the thread of the results serves: any number of results, by number. `progress` tells how far a job is. */
export function storeSession(progress: (job: number, fraction: number) => void): Handlers<RowStoreWorkerSide> {
  const stores = new Map<number, Open>();
  const jobs = new Map<number, Pacer>();
  const find = (store: number): Open => {
    const found = stores.get(store);
    if (!found) throw unknownStore();
    return found;
  };
  const work = async <R>(
    params: { store: number; job: number },
    run: (open: Open, pacer: Pacer) => Promise<R>,
  ): Promise<R> => {
    const open = find(params.store);
    const pacer = new Pacer(fraction => progress(params.job, fraction));
    jobs.set(params.job, pacer);
    open.jobs.add(pacer);
    try {
      return await run(open, pacer);
    } catch (error) {
      throw coded(error);
    } finally {
      jobs.delete(params.job);
      open.jobs.delete(pacer);
    }
  };
  return {
    open: guarded(({ store, file, quotaBytes }) => {
      stores.set(store, { result: new StoredResult(file, quotaBytes), jobs: new Set() });
      return null;
    }),
    columns: guarded(({ store, columns }) => {
      const { result, jobs: running } = find(store);
      for (const pacer of running) pacer.stop();
      result.reset(columns);
      return null;
    }),
    append: guarded(({ store, rows }) => {
      const { result } = find(store);
      result.pages.append(rows);
      return { rowCount: result.pages.rowCount };
    }),
    read: guarded(({ store, ...window }) => find(store).result.read(window)),
    cell: guarded(({ store, row, column, maxLength }) => find(store).result.cell(row, column, maxLength)),
    arrange: params =>
      work(params, async ({ result }, pacer) => {
        const order = await arrangedRows(result, params.arrangement, pacer);
        result.order = order;
        return { rowCount: result.rowCount };
      }),
    find: params =>
      work(params, async (open, pacer) => {
        const { result } = open;
        const { query, from, backwards } = params;
        const last = open.search;
        const known =
          last &&
          last.query.text === query.text &&
          last.query.matchCase === query.matchCase &&
          last.order === result.order &&
          last.rowCount === result.rowCount;
        const matches = known ? last.matches : await findMatches(result, query, pacer);
        open.search = { query, order: result.order, rowCount: result.rowCount, matches };
        return nextMatch(matches, result.columns.length, from, backwards);
      }),
    copy: params => work(params, ({ result }, pacer) => copyText(result, params, pacer)),
    export: params => work(params, ({ result }, pacer) => exportRows(result, params, pacer)),
    stop: ({ job }) => {
      jobs.get(job)?.stop();
      return null;
    },
    close: ({ store }) => {
      const open = stores.get(store);
      for (const pacer of open?.jobs ?? []) pacer.stop();
      open?.result.pages.close();
      stores.delete(store);
      return null;
    },
    memory: () => {
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return { heapBytes: heapUsed, bufferBytes: external + arrayBuffers };
    },
  };
}

const coded = (error: unknown): CodedError => (error instanceof CodedError ? error : storeFailed(error));

/** An error of the file system becomes a coded one. */
function guarded<P, R>(handler: (params: P) => R): (params: P) => R {
  return params => {
    try {
      return handler(params);
    } catch (error) {
      throw coded(error);
    }
  };
}
