import Mocha from 'mocha';
import fs from 'node:fs';
import path from 'node:path';

export interface UiTotals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs the walks beside this file in this process. */
export async function runUiTests(): Promise<UiTotals> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 300_000, forbidOnly: true, reporter: 'spec', bail: true });
  for (const file of fs.readdirSync(__dirname).sort())
    if (file.endsWith('.test.ts')) mocha.addFile(path.join(__dirname, file));
  await mocha.loadFilesAsync();
  return new Promise(resolve => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
}
