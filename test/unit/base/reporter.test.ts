import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

const root = path.resolve(__dirname, '../../..');

describe('a part of the tests', () => {
  it('ends though a test that failed has left something running, with its totals written', async () => {
    const folder = temporaryDirectory();
    try {
      const file = path.join(folder, 'leaves.cjs');
      const totals = path.join(folder, 'totals.json');
      fs.writeFileSync(file, "it('leaves', () => { setInterval(() => undefined, 1_000); throw new Error('gone'); });");
      const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
      const options = ['--no-config', '--require', 'tsx', '--reporter', path.join(root, 'test/support/reporter.cjs')];
      const child = spawn(process.execPath, [mocha, ...options, file], {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, WORKSHOP_TEST_TOTALS: totals },
        timeout: 50_000,
      });
      assert.deepEqual(await once(child, 'exit'), [1, null]);
      const { passed, failed } = JSON.parse(fs.readFileSync(totals, 'utf8')) as { passed: number; failed: number };
      assert.deepEqual([passed, failed], [0, 1]);
    } finally {
      removeDirectory(folder);
    }
  });
});
