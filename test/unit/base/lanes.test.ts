import assert from 'node:assert/strict';
import { inLanes } from '../../support/lanes';

describe('lanes of a test run', () => {
  /** A run whose items end when the test says so, by their names. */
  const steered = () => {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const run = (name: string): Promise<string> => {
      begun.push(name);
      return new Promise(resolve => ends.set(name, () => resolve(`${name} ended`)));
    };
    const end = async (name: string): Promise<void> => {
      ends.get(name)?.();
      await new Promise(resolve => setImmediate(resolve));
    };
    return { begun, run, end };
  };

  it('that are free take the next, whatever the others are at', async () => {
    const { begun, run, end } = steered();
    const all = inLanes(['a', 'b', 'c', 'd'], 2, run);
    assert.deepEqual(begun, ['a', 'b']);
    await end('b');
    assert.deepEqual(begun, ['a', 'b', 'c']);
    await end('c');
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
    await end('d');
    await end('a');
    assert.deepEqual(await all, ['a ended', 'b ended', 'c ended', 'd ended']);
  });

  it('may be more than there is to do', async () => {
    assert.deepEqual(await inLanes([1, 2], 5, async n => n + 1), [2, 3]);
    assert.deepEqual(await inLanes([], 2, () => assert.fail('there is nothing to run')), []);
  });

  it('end before a failure of one is told', async () => {
    const ran: number[] = [];
    const all = inLanes([1, 2, 3], 2, async n => {
      if (n === 1) throw new Error('one');
      await new Promise(resolve => setImmediate(resolve));
      ran.push(n);
    });
    await assert.rejects(all, { message: 'one' });
    assert.deepEqual(ran, [2, 3]);
  });
});
