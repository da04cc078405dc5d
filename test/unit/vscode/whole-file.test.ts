import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeWhole } from '../../../src/vscode/whole-file';

describe('a file of the extension’s own storage', () => {
  let folder: string;
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-whole-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('is written with the folders it lies in, for this user alone, and takes the place of the one before', async () => {
    const file = path.join(folder, 'a', 'b', 'kept.json');
    await writeWhole(file, 'one');
    await writeWhole(file, 'two ✓');
    assert.equal(fs.readFileSync(file, 'utf8'), 'two ✓');
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['kept.json']);
    if (process.platform !== 'win32') assert.equal(fs.statSync(file).mode & 0o077, 0);
  });

  it('leaves nothing beside what it could not replace, and that as it was', async () => {
    const taken = path.join(folder, 'kept.json');
    fs.mkdirSync(path.join(taken, 'inside'), { recursive: true });
    await assert.rejects(writeWhole(taken, 'text'), { syscall: 'rename' });
    assert.deepEqual(fs.readdirSync(folder), ['kept.json']);
    assert.deepEqual(fs.readdirSync(taken), ['inside']);
  });
});
