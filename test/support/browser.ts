import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { npm, offlineFolder } from '../../src/build/offline-vscode';
import { removeLiveDirectory } from './scratch';

/** The engine without a browser's windows around it: the tests of the webviews take half the time in it. */
const HEADLESS = { program: '/usr/bin/chromium-headless-shell', debianPackage: 'chromium-headless-shell' };
const CHROMIUM = { program: '/usr/bin/chromium', debianPackage: 'chromium' };

const INSTALLED = [
  HEADLESS.program,
  CHROMIUM.program,
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
/** A Chromium inside a package, for Linux without one and without the rights to install one. */
const PACKAGED = '@sparticuz/chromium@153.0.0';

/**
 * The Chromium to test with: `$CHROMIUM`, an installed one, Debian's headless shell when we may install it, else the one inside a package,
 * fetched once into `.vscode-offline/browser/`.
 */
export async function findBrowser(): Promise<string> {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!fs.existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
    return named;
  }
  const installed = INSTALLED.find(file => fs.existsSync(file));
  if (installed) return installed;
  return installWithApt() ?? (await fetchPackaged());
}

function installWithApt(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return undefined;
  console.log('Installing Chromium (once)…');
  const run = (...args: string[]) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  run('update', '-qq');
  // Debian 11 and Ubuntu have no headless shell
  const installed = [HEADLESS, CHROMIUM].find(
    ({ program, debianPackage }) =>
      run('install', '-y', '-qq', '--no-install-recommends', debianPackage) && fs.existsSync(program),
  );
  return installed?.program;
}

async function fetchPackaged(): Promise<string> {
  if (process.platform !== 'linux')
    throw new Error('no Chromium found: install Google Chrome, or name a Chromium in CHROMIUM');
  const folder = path.join(offlineFolder(), 'browser');
  const entry = path.join(folder, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js');
  if (!fs.existsSync(entry)) {
    console.log('Fetching a Chromium from a package (once)…');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', PACKAGED], folder);
  }
  const packaged = (await import(pathToFileURL(entry).href)) as { default: { executablePath(): Promise<string> } };
  return packaged.default.executablePath();
}

/** Nothing but loopback is reached, whatever a page asks for. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/**
 * In each page: what moves, moves once and at once. Without a graphics card each frame is drawn by the processor, sixty a second while a bar of
 * progress or a spinner is shown: an eighth of what the walks in VS Code computed.
 */
const STILL = `{
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { animation-duration: 1ms !important; animation-iteration-count: 1 !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
}`;

export interface TestBrowser {
  context: BrowserContext;
  page: Page;
  close(): Promise<void>;
}

/** A headless Chromium with a fresh profile, which `close` removes, and in which no animation lasts. */
export async function openBrowser(viewport = { width: 1280, height: 800 }): Promise<TestBrowser> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await findBrowser(),
    headless: true,
    viewport,
    timeout: 60_000,
    args: ARGS,
  });
  await context.addInitScript(STILL);
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    close: async () => {
      await context.close().catch(() => undefined);
      // the browser's processes end after it
      await removeLiveDirectory(profile);
    },
  };
}
