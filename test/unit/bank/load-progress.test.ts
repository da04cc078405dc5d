import assert from 'node:assert/strict';
import { describeLoad, describeRows, timeLeft } from '../../../src/core/bank/load-progress';
import { loadSize } from '../../../src/core/bank/load-size';
import { idRanges } from '../../../src/core/bank/batches';
import { RangeQueue } from '../../../src/node/bank/range-queue';
import { seededRandom } from '../../../src/core/stress/random';

describe('progress of a load', () => {
  it('names rate and rest as soon as there is a rate, and neither at the end', () => {
    const count = 1_000_000;
    assert.equal(describeLoad({ loaded: 0, count, rowsPerSecond: 0 }), '0 of 1,000,000 accounts');
    assert.equal(
      describeLoad({ loaded: 120_000, count, rowsPerSecond: 85_000 }),
      '120,000 of 1,000,000 accounts, 85,000 a second, 11 s left',
    );
    assert.equal(describeLoad({ loaded: count, count, rowsPerSecond: 9 }), '1,000,000 of 1,000,000 accounts');
    assert.match(describeRows('rows', 0, 60_000, 100), /, 10 min left$/);
    assert.match(describeRows('rows', 0, 540_000, 100), /, 1 h 30 min left$/);
    const left = [59, 59.1, 60, 60.1, 3_540, 3_541, 7_201].map(timeLeft);
    assert.deepEqual(left, ['59 s', '60 s', '1 min', '2 min', '59 min', '1 h 0 min', '2 h 1 min']);
  });
});

describe('the size of a load', () => {
  it('is told of large ones, with the room that there is', () => {
    assert.equal(loadSize(9_999_999, 0), undefined);
    assert.deepEqual(loadSize(1_000_000_000, 58e9), {
      text: '1,000,000,000 new accounts take about 74 GB of disk, which has 58 GB free, and 2 h 47 min or more.',
      tooLarge: true,
    });
    assert.equal(loadSize(1_000_000_000, 75e9)?.tooLarge, false);
    assert.deepEqual(loadSize(20_000_000, undefined), {
      text: '20,000,000 new accounts take about 2.5 GB of disk, and 4 min or more.',
      tooLarge: false,
    });
  });
});

describe('ranges shared with a rival', () => {
  it('come once each, in order until a rival is seen and in another order then', () => {
    const ranges = idRanges(300_000);
    const queue = new RangeQueue([...ranges], seededRandom(1));
    const rest = queue[Symbol.iterator]();
    const taken = [0, 1, 2].map(() => rest.next().value);
    assert.deepEqual(taken, ranges.slice(0, 3));
    queue.rivalSeen();
    const others = [...queue];
    assert.notDeepEqual(others, ranges.slice(3));
    const byFirst = [...others].sort((a, b) => a.first - b.first);
    assert.deepEqual(byFirst, ranges.slice(3));
  });
});
