import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { OWNER_FILE, removeAbandonedBases } from '../../../src/local/postgres/abandoned';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

describe("root's store of PostgreSQL's files", () => {
  let store: string;
  beforeEach(() => (store = temporaryDirectory()));
  afterEach(() => removeDirectory(store));

  it('keeps those of a data directory whose disk is not there, and not those of one that was deleted', () => {
    const { dev } = fs.statSync(store);
    const dataDir = path.join(store, 'disk', 'data');
    for (const [name, owner] of Object.entries({
      'data-deleted': { dataDir, dev },
      'data-away': { dataDir, dev: dev + 1 },
      'data-of-a-former-version': { dataDir },
    })) {
      fs.mkdirSync(path.join(store, name));
      fs.writeFileSync(path.join(store, name, OWNER_FILE), JSON.stringify(owner));
    }
    removeAbandonedBases(store);
    assert.deepEqual(fs.readdirSync(store), ['data-away']);
  });
});
