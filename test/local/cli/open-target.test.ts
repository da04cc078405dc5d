import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openForRun } from '../../../src/cli/open-target';

describe('the target of a run', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsql-workshop-test-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('is fresh on a data directory that is empty, and not the second time', async () => {
    const dataDir = path.join(folder, 'data');
    const fresh: boolean[] = [];
    while (fresh.length < 2) {
      const opened = await openForRun('local', dataDir, new AbortController().signal);
      fresh.push(opened.fresh);
      await opened.close();
    }
    assert.deepEqual(fresh, [true, false]);
  });
});
