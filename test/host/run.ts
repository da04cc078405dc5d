/**
 * `npm run test:host`: mocha inside the extension host of a real VS Code, then a person's walk in a browser on the packaged extension.
 * `--vscode PATH` (or DSQL_WORKSHOP_VSCODE) tests in that desktop VS Code, `--desktop` in one that is downloaded; otherwise VS Code's
 * server build from a package is used on Linux. `--only host|ui` runs one half, `--share first|second` half of the walks. Exit code 0 only when every test passed.
 */
import { runTests } from '@vscode/test-electron';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installOfflineVsCode, offlineVsCodeSupported } from '../../src/build/offline-vscode';
import { repositoryRoot } from '../../src/build/repository';
import { bundleHostTests } from './bundle-tests';
import { tellUnsteady } from '../support/failures';
import { removeLiveDirectory } from '../support/scratch';
import type { Totals } from '../support/totals';
import { runUiTests, shareNamed } from './ui/run';

const root = repositoryRoot();
const { values: options } = parseArgs({
  options: {
    vscode: { type: 'string' },
    desktop: { type: 'boolean', default: false },
    only: { type: 'string' },
    share: { type: 'string' },
  },
});

/** The executable to test in: undefined lets `runTests` download a desktop VS Code. */
function executable(out: string): string | undefined {
  const named = options.vscode ?? process.env.DSQL_WORKSHOP_VSCODE;
  if (named) return named;
  if (options.desktop || !offlineVsCodeSupported()) return undefined;
  installOfflineVsCode(console.log);
  return path.join(out, 'code-shim.cjs');
}

async function hostTests(): Promise<Totals> {
  const out = await bundleHostTests(root);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-host-'));
  const file = path.join(scratch, 'totals.json');
  const vscodeExecutablePath = executable(out);
  try {
    await runTests({
      ...(vscodeExecutablePath !== undefined && { vscodeExecutablePath }),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(out, 'suite', 'index.js'),
      launchArgs: [
        path.join(root, 'test', 'host', 'fixtures', 'workspace'),
        '--disable-extensions',
        `--user-data-dir=${path.join(scratch, 'user')}`,
        `--extensions-dir=${path.join(scratch, 'extensions')}`,
      ],
      extensionTestsEnv: { HOST_TEST_TOTALS: file, ELECTRON_RUN_AS_NODE: undefined },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { ...readTotals(file), failed: Math.max(1, readTotals(file).failed) };
  } finally {
    if (fs.existsSync(file)) fs.copyFileSync(file, path.join(out, 'totals.json'));
    await removeLiveDirectory(scratch);
  }
  return readTotals(path.join(out, 'totals.json'));
}

/** As with the walks: what fails twice has failed, what fails once is named as unsteady. */
async function onceMore(run: () => Promise<Totals>): Promise<Totals> {
  const first = await run();
  if (first.failed === 0) return first;
  console.log('the tests in the extension host failed and are run once more');
  const second = await run();
  if (second.failed === 0) tellUnsteady(first.failures ?? []);
  return second;
}

/** Totals that are not there count as one failure. */
function readTotals(file: string): Totals {
  if (!fs.existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Totals;
}

/** Walks need the server build of VS Code, which comes as a package for Linux only. */
const NO_WALKS: Totals = { passed: 0, failed: 0, skipped: 1 };

async function main(): Promise<void> {
  const parts: Totals[] = [];
  if (options.only !== 'ui') parts.push(await onceMore(hostTests));
  if (options.only !== 'host')
    parts.push(offlineVsCodeSupported() ? await runUiTests(shareNamed(options.share)) : NO_WALKS);
  const sum = (pick: (totals: Totals) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const totals = {
    passed: sum(t => t.passed),
    failed: sum(t => t.failed),
    skipped: sum(t => t.skipped),
    failures: parts.flatMap(({ failures = [] }) => failures),
  };
  if (totals.passed + totals.failed + totals.skipped === 0) totals.failed = 1;
  if (process.env.WORKSHOP_TEST_TOTALS) fs.writeFileSync(process.env.WORKSHOP_TEST_TOTALS, JSON.stringify(totals));
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  process.exit(totals.failed === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  console.log('0 passed, 1 failed');
  process.exit(1);
});
