import { build } from 'esbuild';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Bundles the stress worker from the sources as they are now, as `npm run build` does. Call `remove` when done. */
export async function buildStressWorker(): Promise<{ file: string; remove(): void }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stress-worker-'));
  const file = path.join(folder, 'stress-worker.js');
  await build({
    entryPoints: [path.resolve(__dirname, '../../src/stress/worker.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['pg-native'],
    logLevel: 'error',
  });
  return { file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}
