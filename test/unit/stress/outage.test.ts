import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CallCounters } from '../../../src/core/stress/counters';
import { outcomeOfAnswer } from '../../../src/core/stress/answer';
import type { ErrorClass, RunResult } from '../../../src/core/stress/contract';
import { endsSeries, ENDINGS } from '../../../src/core/stress/endings';
import { ERROR_CLASSES } from '../../../src/core/stress/classify';
import {
  givesUp,
  joinedOutage,
  lengthMs,
  OutageWatch,
  outageText,
  type Stretch,
} from '../../../src/core/stress/outage';
import { isUnreached } from '../../../src/core/stress/outcome';

/** A run that is looked at after each of these: the moment, and how many calls have ended since, so or otherwise. */
function outagesOf(looks: readonly [atMs: number, unreached: number, others: number][]): number[] {
  const watch = new OutageWatch();
  const ended = { unreached: 0, others: 0 };
  return looks.map(([atMs, unreached, others]) => {
    ended.unreached += unreached;
    ended.others += others;
    return lengthMs(watch.look(atMs, { ...ended }));
  });
}

describe('an outage of what a run calls', () => {
  it('lasts from the first call that did not get through to the last one', () => {
    const looks: [number, number, number][] = [
      [100, 0, 5],
      [200, 3, 0],
      [300, 0, 0],
      [1_200, 1, 0],
      [1_900, 1, 0],
    ];
    assert.deepEqual(outagesOf(looks), [0, 0, 0, 1_000, 1_700]);
  });

  it('is over with the first call that ends in another way, and begins anew after it', () => {
    const looks: [number, number, number][] = [
      [100, 1, 0],
      [900, 1, 0],
      [1_000, 7, 1],
      [1_100, 1, 0],
      [1_500, 1, 0],
    ];
    assert.deepEqual(outagesOf(looks), [0, 800, 0, 0, 400]);
  });

  it('is none while calls merely wait, however long', () => {
    const waiting = Array.from({ length: 100 }, (_, i): [number, number, number] => [i * 100, 0, 0]);
    assert.deepEqual(new Set(outagesOf([[50, 0, 3], ...waiting])), new Set([0]));
    assert.equal(outagesOf([[0, 1, 0], ...waiting]).at(-1), 0, 'one that failed at once is no stretch of time');
  });

  it('does not grow while the machine sleeps', () => {
    const hourMs = 3_600_000;
    assert.deepEqual(
      outagesOf([
        [100, 1, 0],
        [600, 1, 0],
        [hourMs, 1, 0],
        [hourMs + 500, 1, 0],
      ]),
      [0, 500, 1_500, 2_000],
    );
  });

  it('is never longer than since the last call that got through, and never negative', () => {
    const look = fc.tuple(fc.nat(3_000), fc.nat(2), fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(2)));
    fc.assert(
      fc.property(fc.array(look, { maxLength: 60 }), steps => {
        let at = 0;
        const looks = steps.map(([afterMs, ...ended]): [number, number, number] => [(at += afterMs), ...ended]);
        let through = 0;
        outagesOf(looks).forEach((outageMs, i) => {
          const [atMs, , others] = looks[i] ?? [0, 0, 0];
          if (others > 0) through = atMs;
          assert.ok(outageMs >= 0 && outageMs <= atMs - through, `${outageMs} of ${atMs - through}`);
        });
      }),
    );
  });

  it('goes on over parts of a run that are told as a whole', () => {
    const [first, second]: Stretch[] = [
      { fromMs: 4_000, toMs: 10_000 },
      { fromMs: 10_100, toMs: 20_000 },
    ];
    assert.deepEqual(joinedOutage(undefined, { others: 9, outage: first }), first);
    assert.deepEqual(joinedOutage(first, { others: 0, outage: second }), { fromMs: 4_000, toMs: 20_000 });
    assert.deepEqual(joinedOutage(first, { others: 1, outage: second }), second);
    assert.deepEqual(joinedOutage(first, { others: 0 }), first, 'a part in which no call ended');
    assert.equal(joinedOutage(first, { others: 1 }), undefined);
  });

  it('ends a run after ten seconds, as long as its plan says, or never', () => {
    const after = (outageMs: number, giveUpAfterSeconds?: number): boolean =>
      givesUp({ giveUpAfterSeconds }, { outageMs });
    assert.deepEqual([after(9_999), after(10_000), after(0)], [false, true, false]);
    assert.deepEqual([after(499, 0.5), after(500, 0.5)], [false, true]);
    assert.equal(after(1e9, 0), false);
    assert.equal(outageText({}), 'no call got through for 10 s');
    assert.equal(outageText({ giveUpAfterSeconds: 0.5 }), 'no call got through for 0.5 s');
  });
});

describe('runs one after the other', () => {
  it('end with one that was stopped, failed, or reached nobody; not with one whose figures were bad', () => {
    const statuses = Object.keys(ENDINGS) as RunResult['status'][];
    const last = statuses.filter(status => endsSeries({ status }));
    assert.deepEqual(last, ['cancelled', 'unreachable', 'failed']);
  });
});

describe('calls that do not get through', () => {
  it('are those without a connection, also where it is the function that has none, or refused on the way', () => {
    const unreached = (errorClass: ErrorClass): boolean => isUnreached({ errorClass });
    assert.deepEqual(ERROR_CLASSES.filter(unreached), ['connection', 'dispatch']);
    assert.equal(isUnreached({}), false);
    const own = outcomeOfAnswer({ status: 200, payload: '{"error":"connect refused","errorCode":"ECONNREFUSED"}' });
    assert.deepEqual([own.errorClass, isUnreached(own)], ['connection', true]);
    const empty = outcomeOfAnswer({ status: 200, payload: '{"error":"Insufficient balance"}' });
    assert.equal(isUnreached(empty), false);
    const refused = outcomeOfAnswer({ status: 503, payload: '' });
    assert.equal(isUnreached(refused), true);
  });

  it('are counted apart, in the warm-up too, over all workers', () => {
    const [one, two] = [new CallCounters(), new CallCounters()];
    one.warmupEnded({ errorClass: 'connection', retries: 0 });
    one.ended({ retries: 0 });
    two.ended({ errorClass: 'dispatch', retries: 0, movesNothing: true });
    two.ended({ errorClass: 'timeout', retries: 0 });
    two.warmupEnded({ retries: 0 });
    const { unreached, others } = CallCounters.sum([one, two]);
    assert.deepEqual({ unreached, others }, { unreached: 2, others: 3 });
  });
});
