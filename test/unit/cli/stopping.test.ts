import assert from 'node:assert/strict';
import { Deferred } from '../../../src/base/deferred';
import { stopAfterWarning } from '../../../src/cli/commands/local';
import { untilStopped } from '../../../src/cli/stopping';

describe('a command whose local cluster takes its time to stop', () => {
  it('says that it waits for it, once', async () => {
    const stopped = new Deferred<void>();
    const told: string[] = [];
    const write = (text: string): void => {
      told.push(text);
      stopped.resolve();
    };
    await untilStopped(stopped.promise, { write }, 1);
    assert.deepEqual(told, ['Stopping the local cluster…\n']);
  });

  it('fails as the stop does, and says nothing where that was quick', async () => {
    const write = (): void => assert.fail();
    const failed = new Error('it did not stop');
    await assert.rejects(untilStopped(Promise.reject(failed), { write }), failed);
  });
});

describe('Ctrl-C at the terminal of a local cluster', () => {
  const pressed = (runs: () => Promise<string[]>) => {
    const told: string[] = [];
    let stops = 0;
    const onCtrlC = stopAfterWarning(runs, text => told.push(text));
    return { told, stops: () => stops, press: () => onCtrlC(() => void stops++) };
  };

  it('stops it', async () => {
    const { told, stops, press } = pressed(() => Promise.resolve([]));
    await press();
    assert.deepEqual([stops(), told], [1, []]);
  });

  it('stops it where nobody knows of runs', async () => {
    const { told, stops, press } = pressed(() => Promise.reject(new Error('no home')));
    await press();
    assert.deepEqual([stops(), told], [1, []]);
  });

  it('names the runs that would lose it, and stops it when pressed again', async () => {
    const { told, stops, press } = pressed(() => Promise.resolve(['rush hour', 'chapter 5']));
    await press();
    assert.equal(stops(), 0);
    assert.match(told.join(''), /stress runs “rush hour”, “chapter 5” of another terminal or window\.\n.* they fail/);
    await press();
    assert.deepEqual([stops(), told.length], [1, 1]);
  });

  it('pressed twice waits for no answer', async () => {
    const { stops, press } = pressed(() => new Promise(() => undefined));
    void press();
    await press();
    assert.equal(stops(), 1);
  });
});
