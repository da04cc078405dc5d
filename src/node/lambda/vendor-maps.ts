/**
 * Keeps packages out of a bundle's source map. A map of all of node_modules costs every execution environment about 30 MB and 100 ms at
 * its first error; the handler's own files are what its author wants to see. Frames in packages name the file, at line 1.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Loader, Plugin } from 'esbuild';

const LOADERS: Record<string, Loader> = { '.js': 'js', '.cjs': 'js', '.mjs': 'js' };

export function vendorMaps(): Plugin {
  return {
    name: 'vendor-maps',
    setup(build) {
      build.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path: file }) => {
        const code = await fs.promises.readFile(file, 'utf8');
        const map = { version: 3, sources: [path.basename(file)], names: [], mappings: 'AAAA' };
        const url = Buffer.from(JSON.stringify(map)).toString('base64');
        return {
          contents: `${code}\n//# sourceMappingURL=data:application/json;base64,${url}`,
          loader: LOADERS[path.extname(file)],
        };
      });
    },
  };
}

interface SourceMap {
  sources: string[];
  sourcesContent?: (string | null)[];
}

/** The map without the texts of packages: those of the handler's own files stay. */
export function ownSourcesOnly(bytes: Uint8Array): Uint8Array {
  const map = JSON.parse(new TextDecoder().decode(bytes)) as SourceMap;
  map.sourcesContent = map.sources.map((source, i) =>
    /(^|[\\/])node_modules[\\/]/.test(source) ? null : (map.sourcesContent?.[i] ?? null),
  );
  return new TextEncoder().encode(JSON.stringify(map));
}
