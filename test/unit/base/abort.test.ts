import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { pause } from '../../../src/base/abort';

/** Longer than any test may take: a pause that does not end early fails it. */
const FOR_EVER_MS = 1_000_000;

describe('a pause', () => {
  it('ends early when the signal fires, and when it has fired before', async () => {
    const cancel = new AbortController();
    const paused = pause(FOR_EVER_MS, cancel.signal);
    cancel.abort();
    await paused;
    await pause(FOR_EVER_MS, cancel.signal);
  });

  it('takes its time otherwise, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    let over = false;
    const paused = pause(1, signal).then(() => (over = true));
    await Promise.resolve();
    assert.equal(over, false);
    await paused;
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});
