/** The entry that VS Code calls in the extension host: runs every `*.test.js` beside it and writes the totals. */
import Mocha from 'mocha';
import fs from 'node:fs';
import path from 'node:path';
import { collectFailures, type Failure } from '../../support/failures';

export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: 240_000,
    forbidOnly: true,
    reporter: 'spec',
  });
  for (const file of fs.readdirSync(__dirname).sort())
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  const totals = await new Promise<{
    passed: number;
    failed: number;
    skipped: number;
    failures: Failure[];
  }>(resolve => {
    const runner = mocha.run(failed => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed, skipped: pending, failures });
    });
    const failures = collectFailures(runner);
  });
  const file = process.env.HOST_TEST_TOTALS;
  if (file) fs.writeFileSync(file, JSON.stringify(totals));
  if (totals.failed > 0) throw new Error(`${totals.failed} tests failed`);
  if (totals.passed === 0) throw new Error('no test ran');
}
