import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import type { RunResult } from '../../../src/core/stress/contract';
import { LEFT_BEHIND_MS } from '../../../src/core/stress/left-behind';
import { SharedRuns } from '../../../src/core/stress/shared-runs';
import { recordOf } from '../../support/stress-runs';

const { result } = recordOf('20261120T091200-aaaa');
const HERE = 'localhost:5432';

/** A folder, a clock, and the processes that share them. */
function machine() {
  const kept = new Map<string, string>();
  const alive = new Set<number>();
  const world = { nowMs: Date.UTC(2026, 10, 20), full: false };
  let runs = 0;
  const started = (pid: number): SharedRuns => {
    alive.add(pid);
    const files = {
      names: async () => [...kept.keys()],
      read: async (name: string) => kept.get(name) ?? assert.fail(name),
      write: async (name: string, text: string) =>
        world.full ? Promise.reject(new Error('full')) : void kept.set(name, text),
      remove: async (name: string) => void kept.delete(name),
    };
    const maker = {
      pid,
      isAlive: (other: number) => alive.has(other),
      now: () => world.nowMs,
      random: () => String(runs++),
    };
    return new SharedRuns(files, maker);
  };
  return { kept, world, started, kill: (pid: number) => alive.delete(pid) };
}

/** A run that goes on until it is told what it came to. */
function running(runs: SharedRuns, name: string, target = HERE) {
  const [begun, end] = [new Deferred<null>(), new Deferred<RunResult>()];
  const ended = runs.noted(target, name, () => {
    begun.resolve(null);
    return end.promise;
  });
  return {
    begun: begun.promise,
    end: (change: Partial<RunResult> = {}) => (end.resolve({ ...result, ...change }), ended),
    ended,
  };
}

describe('the stress runs of one machine', () => {
  it('know of each other on one target, whoever makes them and whichever ends first', async () => {
    const { started } = machine();
    const [window, terminal] = [started(1), started(2)];
    const first = running(window, 'a');
    await first.begun;
    const second = running(terminal, 'b');
    await second.begun;
    const other = running(terminal, 'c', 'localhost:6543');
    await other.begun;
    assert.deepEqual([await window.elsewhere(HERE), await terminal.elsewhere(HERE)], [['b'], ['a']]);
    assert.deepEqual((await first.end()).alongside, ['b']);
    assert.deepEqual((await second.end()).alongside, ['a']);
    assert.equal((await other.end()).alongside, undefined);
    assert.deepEqual([await window.elsewhere(HERE), await terminal.elsewhere(HERE)], [[], []]);
  });

  it('are not beside one that ended before they began', async () => {
    const { started, world } = machine();
    const [one, two] = [started(1), started(2)];
    await one.noted(HERE, 'a', async () => result);
    world.nowMs += 1_000;
    assert.equal((await two.noted(HERE, 'b', async () => result)).alongside, undefined);
  });

  it('name one that was killed beside them, and none that was before', async () => {
    const { started, kill, world } = machine();
    const [one, two, three] = [started(1), started(2), started(3)];
    const before = running(one, 'before');
    await before.begun;
    kill(1);
    world.nowMs += 1_000;
    const long = running(two, 'long');
    await long.begun;
    world.nowMs += 1_000;
    await running(three, 'beside').begun;
    kill(3);
    assert.deepEqual((await long.end()).alongside, ['beside']);
  });

  it('tell the next one what was under way at their end, for half a minute, of that target', async () => {
    const { started, world } = machine();
    const [one, two] = [started(1), started(2)];
    await one.noted(HERE, 'first', async () => ({ ...result, inFlight: 12 }));
    for (const runs of [one, two]) assert.deepEqual(await runs.left(HERE), { name: 'first', calls: 12 });
    assert.equal(await two.left('localhost:6543'), undefined);
    world.nowMs += LEFT_BEHIND_MS;
    assert.equal(await two.left(HERE), undefined);
    await one.noted(HERE, 'whole', async () => result);
    assert.equal(await two.left(HERE), undefined);
    await one.noted(HERE, 'fanned out', async () => ({ ...result, legsLeft: 4 }));
    assert.deepEqual(await two.left(HERE), { name: 'fanned out', calls: 4 }, 'its generators go on');
  });

  it('tell of the last of several, and keep what is no note of theirs', async () => {
    const { started, kept, world } = machine();
    const [one, two] = [started(1), started(2)];
    kept.set('notes.txt', 'mine');
    await one.noted(HERE, 'first', async () => ({ ...result, inFlight: 12 }));
    world.nowMs += 1_000;
    await two.noted(HERE, 'second', async () => ({ ...result, inFlight: 3 }));
    world.nowMs += 1_000;
    await one.noted(HERE, 'third', async () => ({ ...result, inFlight: 5 }));
    assert.deepEqual(await two.left(HERE), { name: 'third', calls: 5 });
    assert.equal(kept.get('notes.txt'), 'mine');
  });

  it('tell once of one that was killed, and of none while another goes on', async () => {
    const { started, kill } = machine();
    const [one, two, three] = [started(1), started(2), started(3)];
    const killed = running(one, 'killed');
    await killed.begun;
    const other = running(three, 'other');
    await other.begun;
    kill(1);
    assert.equal(await two.left(HERE), undefined, 'money moves for another reason');
    await other.end();
    assert.deepEqual(await two.left(HERE), { name: 'killed' });
    assert.equal(await two.left(HERE), undefined);
  });

  it('leave nothing when they could not begin, nor for ever', async () => {
    const { started, kept, world } = machine();
    const runs = started(1);
    await assert.rejects(
      runs.noted(HERE, 'a', () => Promise.reject(new Error('the bundle is missing'))),
      /the bundle is missing/,
    );
    assert.equal(kept.size, 0);
    await runs.noted(HERE, 'b', async () => result);
    kept.set('x.run', '{"pid":');
    world.nowMs += 25 * 3_600_000;
    await runs.noted(HERE, 'c', async () => result);
    assert.deepEqual(
      [...kept.values()].map(text => (JSON.parse(text) as { name: string }).name),
      ['c'],
    );
  });

  it('are made on a full disk all the same', async () => {
    const { started, world } = machine();
    world.full = true;
    assert.equal(await started(1).noted(HERE, 'a', async () => result), result);
  });
});
