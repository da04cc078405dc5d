import Mocha from 'mocha';
import fs from 'node:fs';
import path from 'node:path';
import { collectFailures, tellUnsteady, type Failure } from '../../support/failures';
import { tellUnderWay } from '../../support/under-way';

export interface UiTotals {
  passed: number;
  failed: number;
  skipped: number;
  failures: Failure[];
}

/** Two fifths of the time that all take, because it begins later; the second share are all others. */
const FIRST_SHARE = new Set(['aws', 'chapter', 'clusters', 'connection', 'index']);
export type Share = 'first' | 'second';

/** The share of that name; undefined is none named. Throws with the known names. */
export function shareNamed(name: string | undefined): Share | undefined {
  if (name === undefined || name === 'first' || name === 'second') return name;
  throw new Error(`no such share: ${name}. Shares: first, second`);
}

/**
 * Runs walks beside this file in this process, one after the other. A walk ends at its first failure, the others do not.
 * @param share one of two that run in processes of their own side by side; all walks when it is not given.
 */
export async function runUiTests(share?: Share): Promise<UiTotals> {
  const totals: UiTotals = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const name of walks(share)) {
    const { passed, failed, skipped, failures } = await walk(path.join(__dirname, `${name}-walk.test.ts`));
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
    totals.failures.push(...failures);
  }
  return totals;
}

/** Names of the walks of a share, in order of the alphabet. */
function walks(share?: Share): string[] {
  const all = fs.readdirSync(__dirname).flatMap(file => /^(.+)-walk\.test\.ts$/.exec(file)?.[1] ?? []);
  return all.sort().filter(name => !share || (share === 'first') === FIRST_SHARE.has(name));
}

/**
 * One walk. A browser, an editor and a cluster share the machine with whatever else runs on it, so a walk that fails is walked once more from
 * its beginning, and both are told: what fails twice has failed, what fails once is named as unsteady.
 */
async function walk(file: string): Promise<UiTotals> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 300_000, forbidOnly: true, reporter: 'spec', bail: true });
  mocha.cleanReferencesAfterRun(false);
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const first = await run(mocha);
  if (first.failed === 0) return first;
  console.log(`${path.basename(file)} failed and is walked once more`);
  const second = await run(mocha);
  if (second.failed === 0) tellUnsteady(first.failures);
  return second;
}

function run(mocha: Mocha): Promise<UiTotals> {
  return new Promise(resolve => {
    const runner = mocha.run(failed => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed, skipped: pending, failures });
    });
    const failures = collectFailures(runner);
    tellUnderWay(runner);
  });
}
