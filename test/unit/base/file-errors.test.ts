import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import os from 'node:os';
import { fileNextStep } from '../../../src/base/file-errors';

describe('the next step after an error of the file system', () => {
  let root: string;
  let file: string;
  before(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-files-'));
    file = path.join(root, 'file');
    fs.writeFileSync(file, '');
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  function thrownBy(work: () => unknown): unknown {
    try {
      work();
    } catch (error) {
      return error;
    }
    throw new Error('nothing was thrown');
  }

  it('names a file that is in the way of a folder', () => {
    for (const folder of [file, path.join(file, 'below')]) {
      const error = thrownBy(() => fs.mkdirSync(folder, { recursive: true }));
      assert.equal(fileNextStep(error), `Name another place than ${folder}: a file is in its way.`);
    }
  });

  it('names where a copy should go, not where it comes from', () => {
    const readOnly = Object.assign(new Error('EROFS'), { code: 'EROFS', path: '/kit/a', dest: '/mine/a' });
    assert.equal(fileNextStep(readOnly), 'Name another place than /mine/a, whose file system is read-only.');
  });

  it('has none for other errors', () => {
    for (const error of [undefined, null, 'text', new Error('no file'), Object.assign(new Error(), { code: 'EACCES' })])
      assert.equal(fileNextStep(error), undefined);
    assert.equal(fileNextStep(thrownBy(() => fs.readFileSync(path.join(root, 'absent')))), undefined);
  });
});
