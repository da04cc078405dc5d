import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { LEFT_BEHIND_MS, untilStill, type StillnessPorts } from '../../../src/core/stress-view/left-behind';
import { RunHistory } from '../../../src/core/stress-view/run-history';
import { WindowRun } from '../../../src/core/stress-view/window-run';
import { table } from '../../support/chapter-ports';
import { planWith, recordOf } from '../../support/stress-runs';

const LEFT = { targetName: 'Local cluster', name: 'first', calls: 12, endedAtMs: 0 };

/** Waits over a bank whose looks find what `placements` says, the last for ever. @returns how often it looked, and how long it paused. */
async function wait(
  placements: readonly (number | 'gone')[],
  change: Partial<StillnessPorts> = {},
): Promise<{ looks: number; pausedMs: number; said: string[] }> {
  const seen = { looks: 0, pausedMs: 0, said: [] as string[] };
  await untilStill(LEFT, {
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

  it('is known for half a minute, of the last run on that target', async () => {
    const files = new Map<string, string>();
    const history = new RunHistory({
      names: () => Promise.resolve([...files.keys()]),
      read: name => Promise.resolve(files.get(name) ?? ''),
      write: (name, text) => Promise.resolve(void files.set(name, text)),
      remove: name => Promise.resolve(void files.delete(name)),
    });
    let nowMs = Date.UTC(2026, 10, 20);
    const run = new WindowRun(
      history,
      () => 'feedbeef',
      () => new Date(nowMs),
    );
    const { result } = recordOf('20261120T091200-aaaa');
    const make = (inFlight: number): Promise<unknown> =>
      run.perform(
        { name: 'r', targetName: LEFT.targetName, origin: 'sidebar' },
        new AbortController().signal,
        activity =>
          activity.run(planWith({ name: 'first' }), () =>
            Promise.resolve({ ...result, plan: planWith({ name: 'first' }), status: 'cancelled', inFlight }),
          ),
      );
    await make(12);
    assert.deepEqual(run.leftOn(LEFT.targetName), { ...LEFT, endedAtMs: nowMs });
    assert.equal(run.leftOn('bank-test'), undefined);
    nowMs += LEFT_BEHIND_MS;
    assert.equal(run.leftOn(LEFT.targetName), undefined);
    await make(0);
    assert.equal(run.leftOn(LEFT.targetName), undefined);
  });
});
