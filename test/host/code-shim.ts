/**
 * Stands in for the desktop `code` executable: takes the options `@vscode/test-electron` gives it, runs the tests in the extension host of
 * VS Code's server build with the workbench open in headless Chromium, prints the host's console, and exits with the tests' exit code.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { installOfflineVsCode } from '../../src/build/offline-vscode';
import { remoteUri, startVsCodeServer, workbenchUrl, type VsCodeServer } from '../../src/build/vscode-server';
import { openBrowser, type TestBrowser } from '../support/browser';
import { removeLiveDirectory } from '../support/scratch';
import { readCodeArguments, type CodeArguments } from './code-arguments';
import { TEST_SERVER_ARGS, TEST_SETTINGS } from './workbench-settings';

/** The tests are given up when they print nothing for so long, which is longer than any of them may take; all of them take minutes. */
const SILENT_MS = Number(process.env.CODE_SHIM_SILENT_MS ?? 360_000);

async function runTests(options: CodeArguments, scratch: string): Promise<number> {
  const result = path.join(scratch, 'result');
  let server: VsCodeServer | undefined;
  let browser: TestBrowser | undefined;
  const stop = async () => {
    await browser?.close();
    await server?.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void stop().finally(() => process.exit(130)));
  try {
    server = await startVsCodeServer(installOfflineVsCode(console.log), {
      userDataDir: options.userDataDir ?? path.join(scratch, 'user-data'),
      extensionsDir: options.extensionsDir ?? path.join(scratch, 'extensions'),
      settings: TEST_SETTINGS,
      args: [...TEST_SERVER_ARGS],
      env: { CODE_SHIM_TESTS: options.testsPath ?? '', CODE_SHIM_RESULT: result },
    });
    browser = await openBrowser();
    const code = await testsInWorkbench(options, server, browser, result);
    // the workbench reports 0 when the extension host dies in mid-test; only the tests write the result
    if (!fs.existsSync(result)) throw new Error(`the extension host ended before the tests did\n${server.log()}`);
    return fs.readFileSync(result, 'utf8') === '0' ? code : code || 1;
  } catch (error) {
    const shot = process.env.CODE_SHIM_SCREENSHOT;
    if (shot) await browser?.page.screenshot({ path: shot, timeout: 5_000 }).catch(() => undefined);
    throw error;
  } finally {
    await stop();
  }
}

async function testsInWorkbench(
  options: CodeArguments,
  server: VsCodeServer,
  { page }: TestBrowser,
  result: string,
): Promise<number> {
  const payload: [string, string][] = [
    ...options.developmentPaths.map((folder): [string, string] => [
      'extensionDevelopmentPath',
      remoteUri(server, folder),
    ]),
    ['extensionTestsPath', remoteUri(server, path.join(__dirname, 'code-shim-run.cjs'))],
    ['skipWelcome', 'true'],
    // the host's console comes marked in the page's console, apart from the workbench's own log
    ['debugId', 'code-shim'],
  ];
  if (options.disableExtensions) payload.push(['disableExtensions', 'true']);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const giveUp = (): void => reject(new Error(`no word of the tests for ${SILENT_MS} ms`));
      timer = setTimeout(giveUp, SILENT_MS);
      void server.exited.then(how =>
        fs.existsSync(result) ? resolve(0) : reject(new Error(`VS Code's server ended (${how})\n${server.log()}`)),
      );
      page.on('crash', () => reject(new Error('the page crashed')));
      page.on('close', () => reject(new Error('the page was closed')));
      const open = async () => {
        await page.exposeFunction('codeAutomationExit', resolve);
        await page.exposeFunction('codeShimLog', (type: string, args: unknown[]) => {
          timer?.refresh();
          (/error|warn/.test(type) ? process.stderr : process.stdout).write(`${format(...args)}\n`);
        });
        await page.addInitScript(forwardHostConsole);
        const folder = options.folder === undefined ? {} : { folder: options.folder };
        await page.goto(workbenchUrl(server, { payload, ...folder }), { waitUntil: 'commit', timeout: 60_000 });
      };
      open().catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Runs in the page: hands on what the extension host logged. First argument: `%c[Extension Host] %c<format>`, then two colours. */
function forwardHostConsole(): void {
  const mark = '%c[Extension Host]';
  const page = globalThis as unknown as { codeShimLog(type: string, args: unknown[]): void };
  for (const type of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    const real = console[type].bind(console);
    console[type] = (first?: unknown, ...args: unknown[]) => {
      real(first, ...args);
      if (typeof first !== 'string' || !first.startsWith(mark)) return;
      page.codeShimLog(type, first.startsWith(`${mark} %c`) ? [first.slice(mark.length + 3), ...args.slice(2)] : ['']);
    };
  }
}

async function main(): Promise<void> {
  const options = readCodeArguments(process.argv.slice(2));
  if (!options.testsPath) throw new Error('this stand-in for `code` only runs tests: --extensionTestsPath is missing');
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'code-shim-'));
  try {
    process.exitCode = await runTests(options, scratch);
  } finally {
    await removeLiveDirectory(scratch);
  }
}

main().catch((error: unknown) => {
  console.error('code-shim:', error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
