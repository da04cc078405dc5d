import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where a desktop VS Code's command line tool usually lies, most common first. */
function candidates(): string[] {
  if (process.platform === 'darwin') {
    const inside = 'Visual Studio Code.app/Contents/Resources/app/bin/code';
    return [path.join('/Applications', inside), path.join(os.homedir(), 'Applications', inside)];
  }
  if (process.platform === 'win32') {
    const folders = [
      process.env.LOCALAPPDATA && path.join(process.env.LOCALAPPDATA, 'Programs'),
      process.env.ProgramFiles,
    ];
    return folders
      .filter(folder => folder !== undefined && folder !== '')
      .map(folder => path.join(folder as string, 'Microsoft VS Code', 'bin', 'code.cmd'));
  }
  return ['/usr/bin/code', '/usr/share/code/bin/code', '/snap/bin/code', '/opt/visual-studio-code/bin/code'];
}

/** The `code` command of a desktop VS Code on this machine: `$DSQL_WORKSHOP_VSCODE`, on the PATH, or at its usual place. */
export function findDesktopVsCode(): string | undefined {
  const named = process.env.DSQL_WORKSHOP_VSCODE;
  if (named) return named;
  if (
    process.platform === 'linux' &&
    !process.env.DISPLAY &&
    !process.env.WAYLAND_DISPLAY &&
    !process.env.VSCODE_IPC_HOOK_CLI
  )
    return undefined;
  const lookup = spawnSync(
    process.platform === 'win32' ? 'where' : 'which',
    [process.platform === 'win32' ? 'code.cmd' : 'code'],
    { encoding: 'utf8' },
  );
  const onPath = lookup.status === 0 ? lookup.stdout.split(/\r?\n/)[0]?.trim() : undefined;
  return onPath || candidates().find(file => fs.existsSync(file));
}
