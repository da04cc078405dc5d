import Mocha from 'mocha';
import fs from 'node:fs';
import path from 'node:path';

export interface UiTotals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs the walks beside this file in this process, one after the other. A walk ends at its first failure, the others do not. */
export async function runUiTests(): Promise<UiTotals> {
  const totals: UiTotals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of fs.readdirSync(__dirname).sort()) {
    if (!file.endsWith('.test.ts')) continue;
    const { passed, failed, skipped } = await walk(path.join(__dirname, file));
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
  }
  return totals;
}

async function walk(file: string): Promise<UiTotals> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 300_000, forbidOnly: true, reporter: 'spec', bail: true });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  return new Promise(resolve => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
}
