import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { distFile } from '../../../src/node/assets';

const CLI = distFile('cli.js');

describe('the command line, asked what it is', () => {
  /** Sizes of the files of `dist/` that a command line reads, in bytes. */
  async function bytesRead(...args: string[]): Promise<number> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-read-'));
    try {
      const list = path.join(folder, 'list.cjs');
      const write = `require('node:fs').writeFileSync(${JSON.stringify(path.join(folder, 'read'))}, Object.keys(require.cache).join('\\n'))`;
      fs.writeFileSync(list, `process.on('exit', () => ${write});`);
      const child = spawn(process.execPath, ['--require', list, CLI, ...args], { stdio: 'ignore' });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      const files = fs.readFileSync(path.join(folder, 'read'), 'utf8').split('\n');
      const read = files.filter(file => file.startsWith(path.dirname(CLI)));
      assert.ok(read.includes(CLI));
      return read.reduce((sum, file) => sum + fs.statSync(file).size, 0);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }

  // commander and the descriptions; driver, SDK and parser are ten times that
  for (const args of [['--version'], ['--help'], ['stress', '--help']])
    it(`reads none of its commands (${args.join(' ')})`, async () => {
      const bytes = await bytesRead(...args);
      assert.ok(bytes < 300_000, `${bytes} bytes`);
    });
});
