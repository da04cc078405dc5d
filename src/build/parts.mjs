// Cuts a bundle where the sources say `import()`, so that what is needed later is neither read nor compiled at the start. esbuild cuts ES
// modules only, and what VS Code and our own loader read is CommonJS: so each part is turned into CommonJS by itself.
import { transform } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

/** How the file of a part is called; it lies beside its entry, so that `__dirname` means the same in every part. */
const isPart = name => /^part-.*\.js$/.test(name);
const LIST = 'parts.json';

/** esbuild's options for one entry and its parts, in place of `format` and `outfile`. */
export function inParts({ outfile, entryPoints, plugins = [], ...options }) {
  return {
    ...options,
    format: 'esm',
    splitting: true,
    write: false,
    entryPoints: { [path.basename(outfile, '.js')]: entryPoints[0] },
    outdir: path.dirname(outfile),
    chunkNames: 'part-[name]-[hash]',
    sourcemap: options.sourcemap ? 'inline' : false,
    plugins: [...plugins, writeAsCommonJs(options)],
  };
}

const writeAsCommonJs = ({ minify, target, sourcemap }) => ({
  name: 'commonjs-parts',
  setup({ initialOptions, onEnd }) {
    onEnd(async ({ outputFiles = [] }) => {
      await Promise.all(
        outputFiles.map(async file => {
          const { code } = await transform(file.text, {
            format: 'cjs',
            platform: 'node',
            target,
            minify,
            legalComments: 'none',
            sourcefile: path.basename(file.path),
            sourcemap: sourcemap ? 'inline' : false,
            // a part is found by `require`, which needs no second loader
            supported: { 'dynamic-import': false },
          });
          fs.mkdirSync(path.resolve(initialOptions.absWorkingDir, initialOptions.outdir), { recursive: true });
          fs.writeFileSync(file.path, code);
        }),
      );
    });
  },
});

/**
 * Makes an external module one of the bundle's own, which hands on what it exports. Otherwise esbuild copies all its exports for every
 * file that imports it: of `vscode` 500 for each of 140.
 */
export const importedOnce = name => ({
  name: `once-${name}`,
  setup({ onResolve, onLoad }) {
    const namespace = `once-${name}`;
    onResolve({ filter: new RegExp(`^${name}$`) }, args =>
      args.namespace === namespace ? { path: name, external: true } : { path: name, namespace },
    );
    onLoad({ filter: /.*/, namespace }, () => ({ contents: `export * from '${name}';` }));
  },
});

/**
 * Notes which parts these builds wrote, and removes those that neither they nor the builds before them did: a process that was started
 * before goes on finding its own.
 */
export function keepParts(dist, results) {
  const list = path.join(dist, LIST);
  const before = listedParts(dist);
  const now = results
    .flatMap(({ outputFiles = [] }) => outputFiles.map(file => path.basename(file.path)))
    .filter(isPart);
  for (const name of fs.readdirSync(dist).filter(isPart))
    if (!now.includes(name) && !before.includes(name)) fs.rmSync(path.join(dist, name));
  fs.writeFileSync(list, JSON.stringify([...new Set(now)].sort(), null, 1));
}

/** The parts that the last build wrote. */
function listedParts(dist) {
  const list = path.join(dist, LIST);
  return fs.existsSync(list) ? JSON.parse(fs.readFileSync(list, 'utf8')) : [];
}
