import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import { Rechecks } from '../../../src/vscode/chapters/rechecks';

const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise(resolve => setTimeout(resolve, 0));
};

/** Passes that end when the test says so. */
function passes() {
  const begun: { signal: AbortSignal; end: () => void }[] = [];
  const rechecks = new Rechecks(
    signal => {
      const over = new Deferred<void>();
      begun.push({ signal, end: () => over.resolve() });
      signal.addEventListener('abort', () => over.resolve());
      return over.promise;
    },
    () => 0,
  );
  return { begun, rechecks };
}

describe('checks that run again by themselves', () => {
  it('run once for many changes, one pass at a time, and once more for a change during a pass', async () => {
    const { begun, rechecks } = passes();
    for (let i = 0; i < 10; i++) rechecks.request();
    await turns();
    assert.equal(begun.length, 1);
    rechecks.request();
    rechecks.request();
    await turns();
    assert.equal(begun.length, 1, 'a second pass beside the first');
    begun[0]?.end();
    await turns();
    assert.equal(begun.length, 2);
    begun[1]?.end();
    await turns();
    assert.equal(begun.length, 2, 'passes without a change');
    await rechecks.close();
  });

  it('give up for a run, wait while it goes on, and look afterwards', async () => {
    const { begun, rechecks } = passes();
    rechecks.request();
    await turns();
    await rechecks.hold();
    assert.equal(begun[0]?.signal.aborted, true);
    rechecks.request(true);
    await turns();
    assert.equal(begun.length, 1, 'a pass during a run');
    rechecks.release();
    await turns();
    assert.equal(begun.length, 2);
    await rechecks.close();
    rechecks.request();
    await turns();
    assert.equal(begun.length, 2, 'a pass after the end');
  });
});
