import Mocha from 'mocha';
import fs from 'node:fs';
import path from 'node:path';
import { collectFailures, type Failure } from '../../support/failures';

export interface UiTotals {
  passed: number;
  failed: number;
  skipped: number;
  failures: Failure[];
}

/** Runs the walks beside this file in this process, one after the other. A walk ends at its first failure, the others do not. */
export async function runUiTests(): Promise<UiTotals> {
  const totals: UiTotals = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of fs.readdirSync(__dirname).sort()) {
    if (!file.endsWith('.test.ts')) continue;
    const { passed, failed, skipped, failures } = await walk(path.join(__dirname, file));
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
    totals.failures.push(...failures);
  }
  return totals;
}

async function walk(file: string): Promise<UiTotals> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 300_000, forbidOnly: true, reporter: 'spec', bail: true });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  return new Promise(resolve => {
    const runner = mocha.run(failed => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed, skipped: pending, failures });
    });
    const failures = collectFailures(runner);
  });
}
