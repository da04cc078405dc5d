import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OfflineVsCode } from '../../../src/build/offline-vscode';
import { packageVsix } from '../../../src/build/vsix';
import { vsixTarget } from '../../../src/build/vsix-target';
import { runServerCli } from '../../../src/build/vscode-server';
import { removeDirectory } from '../../support/scratch';

let packaged: Promise<string> | undefined;

/**
 * The packaged extension that all walks of this process install; made once. With WORKSHOP_TEST_PACKAGE the file it names is taken as it is:
 * walks of two processes must not package at a time (`packTestPackage`).
 */
export const testPackage = (): Promise<string> =>
  (packaged ??= process.env.WORKSHOP_TEST_PACKAGE
    ? Promise.resolve(process.env.WORKSHOP_TEST_PACKAGE)
    : packageVsix(vsixTarget(), console.log));

const folders = new Map<string, string>();

/** A folder of extensions into which the editor has installed a package: by the first walk of this process, for all of them. */
export function installedPackage(code: OfflineVsCode, vsix: string): string {
  const before = folders.get(vsix);
  if (before !== undefined) return before;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-extensions-'));
  process.once('exit', () => removeDirectory(scratch));
  const extensionsDir = path.join(scratch, 'extensions');
  const said = runServerCli(code, ['--install-extension', vsix], {
    userDataDir: path.join(scratch, 'user'),
    extensionsDir,
  });
  if (!/successfully installed/.test(said)) throw new Error(`the package was not installed:\n${said}`);
  folders.set(vsix, extensionsDir);
  return extensionsDir;
}

/** Packages the extension into the given file, for walks of several processes. */
export async function packTestPackage(file: string): Promise<void> {
  fs.rmSync(file, { force: true });
  fs.renameSync(await packageVsix(vsixTarget(), console.log), file);
}
