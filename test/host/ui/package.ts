import fs from 'node:fs';
import { packageVsix } from '../../../src/build/vsix';
import { vsixTarget } from '../../../src/build/vsix-target';

let packaged: Promise<string> | undefined;

/**
 * The packaged extension that all walks of this process install; made once. With WORKSHOP_TEST_PACKAGE the file it names is taken as it is:
 * walks of two processes must not package at a time (`packTestPackage`).
 */
export const testPackage = (): Promise<string> =>
  (packaged ??= process.env.WORKSHOP_TEST_PACKAGE
    ? Promise.resolve(process.env.WORKSHOP_TEST_PACKAGE)
    : packageVsix(vsixTarget(), console.log));

/** Packages the extension into the given file, for walks of several processes. */
export async function packTestPackage(file: string): Promise<void> {
  fs.rmSync(file, { force: true });
  fs.renameSync(await packageVsix(vsixTarget(), console.log), file);
}
