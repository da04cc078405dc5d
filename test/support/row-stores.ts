import { build } from 'esbuild';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../../src/build/repository';
import { ThreadRowStores } from '../../src/node/results/row-stores';

/** Row stores in their real thread, bundled as the product bundles it; `close` removes everything. */
export async function openTestStores(): Promise<{ stores: ThreadRowStores; close(): Promise<void> }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'row-store-test-'));
  const file = path.join(folder, 'row-store.js');
  await build({
    absWorkingDir: repositoryRoot(),
    entryPoints: ['src/node/results/worker.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
  });
  const stores = new ThreadRowStores(file);
  return {
    stores,
    close: async () => {
      await stores.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
