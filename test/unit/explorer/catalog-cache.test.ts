import assert from 'node:assert/strict';
import { Emitter } from '../../../src/base/events';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import { CatalogCache } from '../../../src/vscode/completion/catalog-cache';

const PROFILE: ConnectionProfile = {
  id: 'local',
  name: 'Local cluster',
  kind: 'local',
  host: '',
  port: 5432,
  region: 'us-east-1',
  user: 'admin',
  readOnly: false,
  environment: 'development',
};

function cacheOver() {
  const state = { reachable: true, failing: false, asked: 0, nowMs: 0 };
  const catalog = new Emitter<{ profileId: string }>();
  const changed = new Emitter<void>();
  const errors: unknown[] = [];
  const cache = new CatalogCache(
    {
      query: (_, sql) => {
        if (sql.includes('pg_attribute a ON a.attrelid = c.oid')) state.asked++;
        return state.failing
          ? Promise.reject(new Error('no'))
          : Promise.resolve({ columns: ['name', 'visible', 'place'], rows: [[`s${state.asked}`, 't', '1']], tag: '' });
      },
      isReachable: () => state.reachable,
      profile: () => PROFILE,
      onDidChangeCatalog: catalog.event,
      onDidChange: changed.event,
    },
    error => errors.push(error),
    () => state.nowMs,
  );
  return { cache, state, catalog, changed, errors };
}

describe('the catalogue kept for completion', () => {
  it('reads once, and again behind the old copy when the catalogue changed', async () => {
    const { cache, state, catalog } = cacheOver();
    const first = cache.get(PROFILE);
    assert.equal(first.snapshot, undefined);
    await first.loading;
    assert.equal(cache.get(PROFILE).snapshot?.schemas.length, 1);
    assert.equal(cache.get(PROFILE).loading, undefined);
    assert.equal(state.asked, 1);
    catalog.fire({ profileId: 'local' });
    const stale = cache.get(PROFILE);
    assert.ok(stale.snapshot);
    await stale.loading;
    assert.equal(state.asked, 2);
  });

  it('reads anew after a while, because others change the catalogue too', async () => {
    const { cache, state } = cacheOver();
    await cache.get(PROFILE).loading;
    state.nowMs += 119_000;
    assert.equal(cache.get(PROFILE).loading, undefined);
    state.nowMs += 2_000;
    await cache.get(PROFILE).loading;
    assert.equal(state.asked, 2);
  });

  it('asks nothing of a cluster that does not run, and forgets it', async () => {
    const { cache, state, changed } = cacheOver();
    await cache.get(PROFILE).loading;
    state.reachable = false;
    changed.fire();
    assert.deepEqual(cache.get(PROFILE), {});
    state.reachable = true;
    assert.equal(cache.get(PROFILE).snapshot, undefined);
  });

  it('leaves a cluster alone for a while after it failed', async () => {
    const { cache, state, errors } = cacheOver();
    state.failing = true;
    assert.equal(await cache.get(PROFILE).loading, undefined);
    assert.equal(errors.length, 1);
    assert.equal(cache.get(PROFILE).loading, undefined);
    state.failing = false;
    state.nowMs += 31_000;
    assert.ok(await cache.get(PROFILE).loading);
  });
});
