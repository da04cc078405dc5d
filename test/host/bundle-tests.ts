import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

/** Bundles the tests for the extension host and the stand-in for `code` into `out/host/`. @returns that folder. */
export async function bundleHostTests(root: string): Promise<string> {
  const out = path.join(root, 'out', 'host');
  fs.rmSync(out, { recursive: true, force: true });
  const suite = path.join(root, 'test', 'host', 'suite');
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'warning',
  } as const;
  await build({
    ...common,
    entryPoints: fs.readdirSync(suite).map(file => path.join(suite, file)),
    outdir: path.join(out, 'suite'),
    external: ['vscode', 'mocha'],
  });
  await build({
    ...common,
    entryPoints: ['test/host/code-shim.ts', 'test/host/code-shim-run.ts'],
    outdir: out,
    outExtension: { '.js': '.cjs' },
    external: ['playwright-core'],
    banner: { js: '#!/usr/bin/env node' },
  });
  fs.chmodSync(path.join(out, 'code-shim.cjs'), 0o755);
  return out;
}
