import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { installOfflineVsCode, offlineFolder } from './offline-vscode';
import { runServerCli, startVsCodeServer, workbenchUrl } from './vscode-server';

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'security.workspace.trust.startupPrompt': 'never',
  'chat.disableAIFeatures': true,
};

export interface BrowserOptions {
  /** The packaged extension. */
  vsix: string;
  /** Folder that is opened. */
  folder: string;
  /** 0 for any free port. */
  port: number;
  /** Ask the system to show the address. */
  openBrowser: boolean;
  say: (text: string) => void;
}

/**
 * Serves VS Code in the browser, on loopback behind a token that only the printed address holds, until `stop` settles. Nothing is left
 * running then; settings and the workshop's data stay for the next time.
 */
export async function serveInBrowser(options: BrowserOptions, stop: Promise<unknown>): Promise<void> {
  const { vsix, folder, say } = options;
  const code = installOfflineVsCode(say);
  const home = path.join(offlineFolder(), 'browser-home');
  const folders = { userDataDir: path.join(home, 'user'), extensionsDir: path.join(home, 'extensions') };
  fs.mkdirSync(home, { recursive: true });
  runServerCli(code, ['--install-extension', vsix, '--force'], folders);
  const server = await startVsCodeServer(code, { ...folders, port: options.port, settings: SETTINGS });
  try {
    const url = workbenchUrl(server, { folder });
    say(
      `\nVS Code with the workshop runs at\n\n  ${url}\n\nPress F1 there and choose “DSQL Workshop: Run Chapter…”. Ctrl-C here stops it.`,
    );
    if (options.openBrowser) showInBrowser(url);
    const how = await Promise.race([stop.then(() => undefined), server.exited]);
    if (how !== undefined) throw new Error(`VS Code's server ended (${how}):\n${server.log().slice(-2_000)}`);
  } finally {
    await server.stop();
  }
}

/** Asks the system to open an address. Where that is not possible the printed address has to do. */
function showInBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""', url.replace(/&/g, '^&')]
        : ['xdg-open', url];
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
