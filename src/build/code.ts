/**
 * `npm run code`: packages the extension and opens VS Code with it: a desktop VS Code where one is found or can be downloaded, else
 * VS Code in the browser from a package. `--browser` goes there at once, `--port N` fixes its port, `--no-open` only prints the address,
 * `--package` stops after packaging, `--target linux-x64` packages for another platform (and stops), `--folder DIR` names what is opened.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findDesktopVsCode } from './find-desktop';
import { offlineVsCodeSupported } from './offline-vscode';
import { downloadDesktop, openDesktop } from './open-desktop';
import { serveInBrowser } from './serve-browser';
import { packageVsix } from './vsix';
import { vsixTarget } from './vsix-target';

const say = (text: string) => console.log(text);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      browser: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      open: { type: 'boolean', default: true },
      package: { type: 'boolean', default: false },
      target: { type: 'string' },
      folder: { type: 'string' },
    },
    allowNegative: true,
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is no port: give 0 to 65535.`);
  const vsix = await packageVsix(vsixTarget(values.target), say);
  say(`${vsix} (${(fs.statSync(vsix).size / 1e6).toFixed(1)} MB)`);
  if (values.package || values.target !== undefined) return;
  const folder = values.folder === undefined ? workFolder() : path.resolve(values.folder);
  if (!values.browser) {
    const code = findDesktopVsCode() ?? (await downloadDesktop(say));
    if (code) return openDesktop(code, vsix, folder, say);
  }
  if (!offlineVsCodeSupported())
    throw new Error(
      `No VS Code found. Install it from https://code.visualstudio.com, then: code --install-extension ${vsix}`,
    );
  await serveInBrowser({ vsix, folder, port, openBrowser: values.open, say }, interrupted());
}

/** An empty folder of the user's own to work in. */
function workFolder(): string {
  const folder = path.join(os.homedir(), 'dsql-workshop');
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/** Settles at Ctrl-C or SIGTERM. */
function interrupted(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
