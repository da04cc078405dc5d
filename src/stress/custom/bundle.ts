import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { CodedError } from '../../base/errors';
import { distFile } from '../../node/assets';
import {
  describeMessage,
  ESM_BANNER,
  fallbackPackages,
  isBuildFailure,
  loadBundler,
  needsEsm,
} from '../../node/lambda/bundle';
import { buildNextStep } from '../../node/lambda/missing-packages';

/** A user's module, bundled into one file: `.mjs` where only an ES module will do, else `.cjs`. `remove` deletes it. */
export interface CustomBundle {
  file: string;
  remove(): void;
}

/**
 * Bundles a user's module with all that it imports; `pg` and the AWS SDK come from the product where the user has none.
 * @throws CodedError `STRESS_MODULE_NOT_FOUND`, `STRESS_MODULE_INVALID` (with file:line:column text), `LAMBDA_BUNDLER_MISSING`
 */
export async function bundleCustom(module: string): Promise<CustomBundle> {
  if (!fs.statSync(module, { throwIfNoEntry: false })?.isFile())
    throw new CodedError('STRESS_MODULE_NOT_FOUND', `there is no module ${module}`, {
      nextStep: 'Name the file of a module whose default export has a function "call".',
    });
  const { build } = await loadBundler();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-workshop-workload-'));
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  const bundled = async (format: 'cjs' | 'esm'): Promise<string> => {
    const outfile = path.join(folder, format === 'esm' ? 'workload.mjs' : 'workload.cjs');
    await build(buildOptions(path.resolve(module), outfile, format));
    return outfile;
  };
  try {
    const file = await bundled('cjs').catch(error => {
      if (needsEsm(error)) return bundled('esm');
      throw error;
    });
    return { file, remove };
  } catch (error) {
    remove();
    if (!isBuildFailure(error)) throw error;
    throw new CodedError(
      'STRESS_MODULE_INVALID',
      `the module does not bundle:\n${error.errors.map(describeMessage).join('\n')}`,
      { nextStep: buildNextStep(error.errors, path.dirname(path.resolve(module)), 'start the run again') },
    );
  }
}

function buildOptions(module: string, outfile: string, format: 'cjs' | 'esm'): BuildOptions {
  // the bundle lies elsewhere: what reads files beside it looks for them beside its source
  const places = {
    'import.meta.url': pathToFileURL(module).href,
    'import.meta.filename': module,
    'import.meta.dirname': path.dirname(module),
    __filename: module,
    __dirname: path.dirname(module),
  };
  return {
    entryPoints: [module],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    ...(format === 'esm' ? { banner: { js: ESM_BANNER } } : {}),
    define: Object.fromEntries(Object.entries(places).map(([name, place]) => [name, JSON.stringify(place)])),
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    external: ['pg-native'],
    plugins: [fallbackPackages(distFile('lambda-modules/node_modules'))],
  };
}
