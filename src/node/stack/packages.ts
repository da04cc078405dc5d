import fs from 'node:fs';
import path from 'node:path';
import { STACK_FOLDER } from '../../core/stack/contract';
import { installFailed, noProgram, stackCancelled } from '../../core/stack/errors';
import { runChild } from './child';

/** What the CDK CLI and the app import from the app's folder, and what the function and its bundle need in the workshop folder. */
const NEEDED: readonly { folder: string; packages: readonly string[] }[] = [
  { folder: STACK_FOLDER, packages: ['aws-cdk', 'aws-cdk-lib', 'constructs', 'tsx'] },
  { folder: '', packages: ['esbuild', 'pg', '@aws-sdk/dsql-signer'] },
];

/** The folder of a package as Node finds it from `folder`. */
export function packageFolder(folder: string, name: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = path.join(at, 'node_modules', ...name.split('/'));
    if (fs.existsSync(path.join(found, 'package.json'))) return found;
    if (at === path.dirname(at)) return undefined;
  }
}

/** Packages that a workshop folder lacks for its stack, in no folder where they would be found. */
export const missingPackages = (directory: string): string[] =>
  NEEDED.flatMap(({ folder, packages }) =>
    packages.filter(name => packageFolder(path.join(directory, folder), name) === undefined),
  );

/** `npm install` in the workshop folder and in that of its CDK app. Rejects with `STACK_INSTALL_FAILED`, `STACK_PROGRAM_MISSING`, `CANCELLED`. */
export async function installPackages(
  directory: string,
  onOutput: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (const folder of [directory, path.join(directory, STACK_FOLDER)]) {
    onOutput(`npm install in ${folder}\n`);
    // npm is a script on Windows, which only its shell starts; no word of ours needs quoting
    const [file, args] =
      process.platform === 'win32'
        ? [process.env['ComSpec'] ?? 'cmd.exe', ['/d', '/s', '/c', 'npm install --no-audit --no-fund']]
        : ['npm', ['install', '--no-audit', '--no-fund']];
    const { exitCode, output } = await runChild(file, args, { cwd: folder, env: process.env, signal, onOutput }).catch(
      (error: unknown) => {
        throw noProgram('npm', error);
      },
    );
    if (signal?.aborted) throw stackCancelled(false);
    if (exitCode !== 0) throw installFailed(folder, exitCode, output.trim().split('\n').slice(-3));
  }
}
