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
    // what no rights stand in the way of, root's neither: a folder is no file
    removeIfPossible(folder);
    assert.equal(fs.existsSync(folder), true);
  });
});
