import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import type { SqlSession } from '../../../src/core/sql/contract';
import { CatalogReads } from '../../../src/vscode/connections/catalog-reads';

const turn = () => new Promise(resolve => setImmediate(resolve));

/** Reads whose statements are answered when the test says so. */
function heldReads() {
  const sent = new Map<string, Deferred<void>>();
  const session: SqlSession = {
    profileId: 'local',
    transaction: 'idle',
    run: async statement => {
      const answer = new Deferred<void>();
      sent.set(statement, answer);
      await answer.promise;
      return { tag: statement, rowCount: 0, durationMs: 0, limited: false, retries: 0 };
    },
    close: () => Promise.resolve(),
  };
  const reads = new CatalogReads(() => Promise.resolve(session));
  const query = (name: string, signal?: AbortSignal) => reads.query(name, undefined, signal).then(({ tag }) => tag);
  return { reads, query, sent, answer: (name: string) => sent.get(name)?.resolve() };
}

describe('catalogue reads that wait for a connection', () => {
  it('end at once when they are given up, and take nobody’s turn', async () => {
    const { reads, query, sent, answer } = heldReads();
    const busy = ['a', 'b', 'c'];
    const running = busy.map(name => query(name));
    const stop = new AbortController();
    const givenUp = ['d', 'e', 'f'].map(name => query(name, stop.signal));
    const last = query('last');
    stop.abort();
    // none of the connections is free yet
    for (const each of givenUp) await assert.rejects(each, { name: 'AbortError' });
    while (sent.size < busy.length) await turn();
    assert.deepEqual([...sent.keys()], busy);
    busy.forEach(answer);
    assert.deepEqual(await Promise.all(running), busy);
    while (!sent.has('last')) await turn();
    answer('last');
    assert.equal(await last, 'last');
    await reads.close();
  });

  it('pass a turn on that comes just as they are given up', async () => {
    for (let ticks = 0; ticks < 16; ticks++) {
      const { reads, query, sent, answer } = heldReads();
      const running = ['a', 'b', 'c'].map(name => query(name));
      const stop = new AbortController();
      const givenUp = query('d', stop.signal).catch(() => 'given up');
      const last = query('last');
      while (sent.size < 3) await turn();
      answer('a');
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      stop.abort();
      while (!sent.has('last')) {
        answer('d');
        await turn();
      }
      ['b', 'c', 'last'].forEach(answer);
      assert.deepEqual(await Promise.all([...running, last]), ['a', 'b', 'c', 'last']);
      assert.match(await givenUp, /^(?:d|given up)$/);
      await reads.close();
    }
  });
});
