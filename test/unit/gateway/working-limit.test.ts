import assert from 'node:assert/strict';
import { WorkingLimit } from '../../../src/local/gateway/working-limit';

const MOST = 48;
const LEAST = 16;

describe('How many PostgreSQL connections may work at a time', () => {
  it('is not limited as long as nobody loses', () => {
    const limit = new WorkingLimit(MOST, LEAST);
    for (let i = 0; i < 1000; i++) limit.committed();
    assert.equal(limit.value, Infinity);
  });

  it('falls with each conflict, to those that can still conflict', () => {
    const limit = new WorkingLimit(MOST, LEAST);
    let before = Infinity;
    for (let i = 0; i < 10; i++) {
      limit.conflicted();
      assert.ok(limit.value < before);
      before = limit.value;
    }
    for (let i = 0; i < 1000; i++) limit.conflicted();
    assert.equal(limit.value, LEAST);
  });

  it('is free again after commits', () => {
    const limit = new WorkingLimit(MOST, LEAST);
    for (let i = 0; i < 1000; i++) limit.conflicted();
    for (let i = 0; i < 500; i++) limit.committed();
    assert.equal(limit.value, Infinity);
  });

  it('leaves rare conflicts alone', () => {
    const limit = new WorkingLimit(MOST, LEAST);
    for (let round = 0; round < 100; round++) {
      limit.conflicted();
      for (let i = 0; i < 50; i++) limit.committed();
    }
    assert.equal(limit.value, Infinity);
  });

  it('does not limit fewer than may always work', () => {
    const limit = new WorkingLimit(LEAST - 1, LEAST);
    limit.conflicted();
    assert.equal(limit.value, Infinity);
  });
});
