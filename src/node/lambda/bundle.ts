/** Bundles a handler with esbuild into the zip that Lambda takes. */
import fs from 'node:fs';
import path from 'node:path';
import type * as Esbuild from 'esbuild';
import type { BuildFailure, BuildOptions, BuildResult, Format, Message, Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import {
  bundleFailed,
  bundlerMissing,
  bundleTooLarge,
  entryNotFound,
  noFolderOfHandler,
} from '../../core/lambda/errors';
import { HANDLER_FILES } from '../../core/lambda/names';
import { distFile } from '../assets';
import { buildNextStep } from './missing-packages';
import { ownSourcesOnly, vendorMaps } from './vendor-maps';

/** A bundle, ready to upload. */
export interface FunctionBundle {
  zip: Uint8Array;
  /** Size of the zip. */
  sizeBytes: number;
  /** Unzipped. */
  codeBytes: number;
  mapBytes: number;
  /** Value for the function's Handler. */
  handler: string;
  format: 'cjs' | 'esm';
  /** esbuild's warnings, `file:line:column text`. */
  warnings: string[];
}

const MAX_ZIP_BYTES = 50 * 1024 * 1024;
/** A zip's first day, in local time as zips have it: the same sources give the same bytes. */
const ZIP_TIME = new Date(1980, 0, 1);
/** CommonJS packages inside an ESM bundle still call `require`. */
export const ESM_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; import { dirname as __pathDirname } from 'node:path'; " +
  'const require = __createRequire(import.meta.url); const __filename = __fileURLToPath(import.meta.url); const __dirname = __pathDirname(__filename);';

/**
 * Packages that neither the handler's folder nor any above it has are taken from the product, so that the workshop's handlers
 * bundle without an installation. The user's own packages win.
 */
export function fallbackPackages(folder: string): Plugin {
  const tried = Symbol('tried');
  return {
    name: 'fallback-packages',
    setup(build) {
      build.onResolve({ filter: /^(pg|@aws-sdk\/[^/]+)$/ }, async args => {
        if (args.pluginData === tried) return undefined;
        const { kind, importer, resolveDir, path: name } = args;
        const usual = await build.resolve(name, { kind, importer, resolveDir, pluginData: tried });
        if (usual.errors.length === 0) return usual;
        const file = path.join(folder, ...name.split('/'), 'index.js');
        return fs.existsSync(file) ? { path: file } : usual;
      });
    },
  };
}

/** `file:line:column text`. */
export const describeMessage = (message: Message): string =>
  message.location
    ? `${message.location.file}:${message.location.line}:${message.location.column + 1} ${message.text}`
    : message.text;

/** The file of a folder's handler. @throws CodedError `LAMBDA_ENTRY_NOT_FOUND` */
export function findEntry(directory: string, entry?: string): string {
  const names = entry === undefined ? HANDLER_FILES : [entry];
  for (const name of names) {
    const file = path.resolve(directory, name);
    if (fs.existsSync(file) && fs.statSync(file).isFile()) return file;
  }
  throw fs.existsSync(`${directory}${path.sep}.`) ? entryNotFound(directory, names) : noFolderOfHandler(directory);
}

/** The module system that Node would use for the entry: by extension, else by the nearest package.json. */
function moduleFormat(entry: string): 'cjs' | 'esm' {
  if (/\.m[jt]s$/.test(entry)) return 'esm';
  if (/\.c[jt]s$/.test(entry)) return 'cjs';
  for (let folder = path.dirname(entry); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) {
      try {
        return (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { type?: unknown }).type === 'module' ? 'esm' : 'cjs';
      } catch {
        return 'cjs';
      }
    }
    if (folder === path.dirname(folder)) return 'cjs';
  }
}

/** esbuild, loaded when it is needed. Rejects with `LAMBDA_BUNDLER_MISSING`. */
export async function loadBundler(): Promise<typeof Esbuild> {
  try {
    return await import('esbuild');
  } catch (error) {
    throw bundlerMissing(error);
  }
}

/** Whether esbuild refused the sources. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as { errors?: unknown }).errors);
}

/** Whether esbuild refused the sources because only an ES module may have them. */
export const needsEsm = (error: unknown): boolean =>
  isBuildFailure(error) && error.errors.some(message => /Top-level await/i.test(message.text));

/**
 * Bundles the handler in `directory` (`entry`, else the first of `HANDLER_FILES`) with everything it imports, tree-shaken, for Node 20,
 * with a source map. The zip is deterministic.
 * @throws CodedError `LAMBDA_ENTRY_NOT_FOUND`, `LAMBDA_BUNDLE_FAILED` (with file:line:column text), `LAMBDA_BUNDLE_TOO_LARGE`,
 * `LAMBDA_BUNDLER_MISSING`
 */
export async function bundleFunction(directory: string, entry?: string): Promise<FunctionBundle> {
  const entryFile = findEntry(directory, entry);
  const { build } = await loadBundler();
  const run = (format: Format) => build(buildOptions(path.resolve(directory), entryFile, format));
  let format = moduleFormat(entryFile);
  let result: BuildResult<{ write: false }>;
  try {
    result = await run(format).catch(async (error: unknown) => {
      if (format === 'esm' || !needsEsm(error)) throw error;
      format = 'esm';
      return run(format);
    });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const { errors } = error;
    throw bundleFailed(errors.map(describeMessage), buildNextStep(errors, path.resolve(directory), 'deploy again'));
  }
  const files: Record<string, Uint8Array> = {};
  for (const file of result.outputFiles)
    files[path.basename(file.path)] = file.path.endsWith('.map') ? ownSourcesOnly(file.contents) : file.contents;
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const zip = zipSync(sorted, { level: 6, mtime: ZIP_TIME, os: 3, attrs: 0o100644 << 16 });
  if (zip.byteLength > MAX_ZIP_BYTES) throw bundleTooLarge(zip.byteLength, MAX_ZIP_BYTES);
  return {
    zip,
    sizeBytes: zip.byteLength,
    codeBytes: bytesOf(files, name => !name.endsWith('.map')),
    mapBytes: bytesOf(files, name => name.endsWith('.map')),
    handler: 'index.handler',
    format,
    warnings: result.warnings.map(describeMessage),
  };
}

const bytesOf = (files: Readonly<Record<string, Uint8Array>>, wanted: (name: string) => boolean): number =>
  Object.entries(files).reduce((sum, [name, { byteLength }]) => sum + (wanted(name) ? byteLength : 0), 0);

function buildOptions(directory: string, entry: string, format: Format): BuildOptions & { write: false } {
  return {
    absWorkingDir: directory,
    entryPoints: [entry],
    outfile: path.join(directory, format === 'esm' ? 'index.mjs' : 'index.js'),
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format,
    treeShaking: true,
    sourcemap: 'linked',
    // so that what is deployed can be compared with the working tree, by anybody and anywhere
    sourcesContent: true,
    legalComments: 'none',
    logLevel: 'silent',
    external: ['pg-native'],
    ...(format === 'esm' ? { mainFields: ['module', 'main'], banner: { js: ESM_BANNER } } : {}),
    plugins: [fallbackPackages(distFile('lambda-modules/node_modules')), vendorMaps()],
  };
}
