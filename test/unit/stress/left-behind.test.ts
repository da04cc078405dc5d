import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { LEFT_BEHIND_MS, untilStill, type LeftBehind, type StillnessPorts } from '../../../src/core/stress/left-behind';
import { table } from '../../support/chapter-ports';

const LEFT: LeftBehind = { name: 'first', calls: 12 };

/** Waits over a bank whose looks find what `placements` says, the last for ever. @returns how often it looked, and how long it paused. */
async function wait(
  placements: readonly (number | 'gone')[],
  change: Partial<StillnessPorts> = {},
  left = LEFT,
): Promise<{ looks: number; pausedMs: number; said: string[] }> {
  const seen = { looks: 0, pausedMs: 0, said: [] as string[] };
  await untilStill(left, {
    database: {
      query: () => {
        const found = placements[Math.min(seen.looks++, placements.length - 1)] ?? 'gone';
        return found === 'gone'
          ? Promise.reject(new Error('no such table'))
          : Promise.resolve(table([[String(found)]]));
      },
    },
    say: text => seen.said.push(text),
    pause: ms => Promise.resolve(void (seen.pausedMs += ms)),
    signal: new AbortController().signal,
    ...change,
  });
  return seen;
}

describe('what a stopped run left behind', () => {
  it('is waited for until no money has moved for a second, and the reason is said', async () => {
    const { looks, pausedMs, said } = await wait([1, 2, 2, 3, 3, 3]);
    assert.deepEqual([looks, pausedMs], [6, 2_500]);
    assert.deepEqual(said, ['Waiting until no more money moves: “first” ended with 12 calls under way…']);
    assert.equal((await wait([7])).pausedMs, 1_000);
    const one = await wait([7], {}, { name: 'first', calls: 1 });
    assert.match(one.said.join(), / ended with one call under way…$/);
    const killed = await wait([7], {}, { name: 'first' });
    assert.deepEqual(killed.said, ['Waiting until no more money moves: “first” was killed…']);
  });

  it('is not waited for without end, nor where nobody can look', async () => {
    const ever = await wait(Array.from({ length: 1_000 }, (_, i) => i));
    assert.ok(ever.pausedMs > LEFT_BEHIND_MS / 2 && ever.pausedMs <= LEFT_BEHIND_MS, `${ever.pausedMs} ms`);
    assert.equal((await wait([1, 'gone'])).looks, 2);
  });

  it('a stop ends the wait', async () => {
    const stop = new AbortController();
    const pause = (): Promise<void> => Promise.resolve(stop.abort());
    await assert.rejects(
      wait([1], { pause, signal: stop.signal }),
      (error: unknown) => error instanceof CodedError && error.code === 'CANCELLED',
    );
  });
});
