import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { distFile } from '../../node/assets';
import { describeMessage, fallbackPackages, isBuildFailure, loadBundler } from '../../node/lambda/bundle';

/** A user's module, bundled into one file. `remove` deletes it. */
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
  const file = path.join(folder, 'workload.cjs');
  try {
    await build({
      entryPoints: [path.resolve(module)],
      outfile: file,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
      external: ['pg-native'],
      plugins: [fallbackPackages(distFile('lambda-modules/node_modules'))],
    });
    return { file, remove };
  } catch (error) {
    remove();
    if (!isBuildFailure(error)) throw error;
    throw new CodedError(
      'STRESS_MODULE_INVALID',
      `the module does not bundle:\n${error.errors.map(describeMessage).join('\n')}`,
      { nextStep: 'Correct the lines named above.' },
    );
  }
}
