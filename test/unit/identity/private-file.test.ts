import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { removeIfPossible } from '../../../src/local/private-file';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

describe('a file that its process leaves', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryDirectory()));
  afterEach(() => removeDirectory(folder));

  it('is removed, and in nobody’s way where it cannot be', () => {
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    removeIfPossible(file);
    assert.equal(fs.existsSync(file), false);
    removeIfPossible(file);
    fs.writeFileSync(file, '');
    // no rights, root's neither, lead to what would lie in a file
    removeIfPossible(path.join(file, 'below'));
    assert.equal(fs.existsSync(file), true);
    removeIfPossible(folder);
    assert.equal(fs.existsSync(folder), false);
  });
});
