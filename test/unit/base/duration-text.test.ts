import assert from 'node:assert/strict';
import fc from 'fast-check';
import { durationText } from '../../../src/base/duration-text';

describe('a duration in words', () => {
  it('has three digits, in the unit that people would take', () => {
    const texts = [0.841, 12.34, 980.4, 4_281, 125_000, 3_900_000].map(durationText);
    assert.deepEqual(texts, ['0.84 ms', '12.3 ms', '980 ms', '4.28 s', '2 min 5 s', '1 h 5 min']);
  });

  it('carries over what rounds up', () => {
    const texts = [9.996, 99.96, 999.6, 59_996, 119_700, 3_599_600, 7_199_000].map(durationText);
    assert.deepEqual(texts, ['10.0 ms', '100 ms', '1.00 s', '1 min 0 s', '2 min 0 s', '1 h 0 min', '2 h 0 min']);
  });

  it('never tells sixty of what makes one of the next', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e8, noNaN: true }),
        ms => !/\b(60\.00 s|60 s|60 min)\b/.test(durationText(ms)),
      ),
    );
  });
});
