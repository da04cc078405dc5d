import { build } from 'esbuild';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Bundles the load generator's function from the sources as they are now, as `npm run build` does. Call `remove` when done. */
export async function buildLoadGenerator(): Promise<{ directory: string; remove(): void }> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'load-generator-'));
  await build({
    entryPoints: [path.resolve(__dirname, '../../src/stress/remote/handler.ts')],
    outfile: path.join(directory, 'index.js'),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['pg-native', 'esbuild'],
    logLevel: 'error',
  });
  return { directory, remove: () => fs.rmSync(directory, { recursive: true, force: true }) };
}
