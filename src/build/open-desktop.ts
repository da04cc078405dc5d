import { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath } from '@vscode/test-electron';
import fs from 'node:fs';
import path from 'node:path';
import { offlineFolder, runProgram } from './offline-vscode';

/** How long the start of a download may take before VS Code in the browser is the better offer. */
const DOWNLOAD_LIMIT_MS = 120_000;

/** Installs the package in a desktop VS Code and opens a folder with it. Throws with what `code` said. */
export function openDesktop(code: string, vsix: string, folder: string, say: (text: string) => void): void {
  const run = (...args: string[]) => {
    const result = runProgram(code, args, { timeout: 120_000 });
    if (result.status !== 0)
      throw new Error(`${code} ${args[0]} failed:\n${result.error?.message ?? result.stderr.trim()}`);
  };
  say(`Installing the extension in ${code}…`);
  run('--install-extension', vsix, '--force');
  run('--new-window', folder);
  say('VS Code is open. Press F1 there and choose “DSQL Workshop: Run Chapter…”.');
}

/** Downloads a desktop VS Code where there is a screen and the network allows it. @returns its `code` command, or nothing. */
export async function downloadDesktop(say: (text: string) => void): Promise<string | undefined> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  say('No VS Code found here: trying to download it…');
  const cachePath = path.join(path.dirname(offlineFolder()), '.vscode-offline', 'desktop');
  fs.mkdirSync(cachePath, { recursive: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    const executable = await Promise.race([
      downloadAndUnzipVSCode({ cachePath }),
      new Promise<undefined>(resolve => (timer = setTimeout(() => resolve(undefined), DOWNLOAD_LIMIT_MS))),
    ]);
    return executable && resolveCliPathFromVSCodeExecutablePath(executable);
  } catch (error) {
    say(`It could not be downloaded (${error instanceof Error ? error.message.split('\n')[0] : String(error)}).`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
