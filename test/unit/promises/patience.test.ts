import assert from 'node:assert/strict';
import { TransferCaller } from '../../../src/core/promises/caller';
import { TestGround } from '../../../src/core/promises/ground';
import { givesUp } from '../../../src/core/promises/patience';

describe('the promise about when to give up', () => {
  it('calls the function once all who are to be in its way have been', async () => {
    const underWay: (() => void)[] = [];
    const database = {
      query: async (text: string) => {
        if (text.startsWith('BEGIN; UPDATE')) await new Promise<void>(resolve => underWay.push(resolve));
        return { columns: [], rows: [], rowCount: 0, command: '' };
      },
    };
    const told: string[] = [];
    const stopped = new Error('called');
    const lambda = {
      invoke: async () => {
        told.push('called');
        throw stopped;
      },
    };
    const ground = await TestGround.open(database as never);
    const caller = new TransferCaller(lambda, 'f', undefined, () => performance.now());
    const outcome = assert.rejects(givesUp({ ground, caller, monotonic: () => performance.now() }), stopped);
    const underWayAre = async (touches: number): Promise<void> => {
      while (underWay.length < touches && !told.includes('called')) await new Promise(setImmediate);
    };
    await underWayAre(4);
    for (const resolve of underWay.slice(0, 3)) resolve();
    await underWayAre(7);
    told.push('three have been');
    underWay[3]!();
    await outcome;
    assert.deepEqual(told, ['three have been', 'called']);
  });
});
