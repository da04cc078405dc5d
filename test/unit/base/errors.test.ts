import assert from 'node:assert/strict';
import { causes, CodedError, describeError, describeErrorInLine } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/events';
import { DisposableStore } from '../../../src/base/lifecycle';

describe('errors', () => {
  it('walks the causes once, even in a ring', () => {
    const inner = new Error('inner');
    const outer = new Error('outer', { cause: inner });
    (inner as { cause?: unknown }).cause = outer;
    assert.deepEqual(causes(outer), [outer, inner]);
    assert.deepEqual(causes(undefined), []);
  });

  it('describes an error with its next step, and an aggregate by its first', () => {
    assert.equal(describeError(new CodedError('X', 'It broke.', { nextStep: 'Mend it.' })), 'It broke.\nMend it.');
    assert.equal(describeError(new AggregateError([new Error('connect ECONNREFUSED')])), 'connect ECONNREFUSED');
    assert.equal(describeError('text'), 'text');
  });

  it('in one line each part is a sentence, ended once', () => {
    const told = (message: string, nextStep?: string): string =>
      describeErrorInLine(new CodedError('X', message, { nextStep }));
    assert.equal(told('no outputs in out.json', 'Deploy it first.'), 'no outputs in out.json. Deploy it first.');
    assert.equal(told('It broke.', 'Mend it.'), 'It broke. Mend it.');
    assert.equal(told('missing:\n  a\n  b', 'Add them.'), 'missing: a. b. Add them.');
    assert.equal(told('it broke'), 'it broke');
  });
});

describe('lifecycle and events', () => {
  it('disposes in reverse order, each once, though one throws', () => {
    const order: number[] = [];
    const store = new DisposableStore();
    store.add({ dispose: () => void order.push(1) });
    store.add({
      dispose: () => {
        throw new Error('no');
      },
    });
    store.add({ dispose: () => void order.push(3) });
    assert.throws(() => store.dispose(), AggregateError);
    store.dispose();
    assert.deepEqual(order, [3, 1]);
    store.add({ dispose: () => void order.push(4) });
    assert.deepEqual(order, [3, 1, 4]);
  });

  it('calls every listener though one throws', () => {
    const emitter = new Emitter<number>();
    const seen: number[] = [];
    emitter.event(() => {
      throw new Error('no');
    });
    const second = emitter.event(value => seen.push(value));
    assert.throws(() => emitter.fire(1), AggregateError);
    second.dispose();
    assert.throws(() => emitter.fire(2), AggregateError);
    assert.deepEqual(seen, [1]);
  });
});
