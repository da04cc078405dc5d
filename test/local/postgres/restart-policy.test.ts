import assert from 'node:assert/strict';
import { RestartPolicy } from '../../../src/local/postgres/restart-policy';

const PANIC =
  'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device\nLOG:  shutting down due to startup process failure\n';

describe('starting PostgreSQL again', () => {
  let nowMs: number;
  let full: number;
  let policy: RestartPolicy;
  beforeEach(() => {
    nowMs = full = 0;
    policy = new RestartPolicy(
      () => full++,
      () => nowMs,
    );
  });

  it('gives up after five failures in a row, and begins to count anew after a healthy minute', () => {
    for (let round = 0; round < 2; round++) {
      for (let death = 0; death < 5; death++) {
        assert.equal(policy.died('killed'), 0);
        policy.started();
        nowMs += 1000;
      }
      if (round === 0) nowMs += 60_000;
    }
    assert.equal(policy.died('killed'), undefined);
    assert.equal(full, 0);
  });

  it('waits a little longer each time it does not come up', () => {
    policy.died('killed');
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => policy.didNotStart(false)),
      [100, 200, 300, 400, undefined],
    );
  });

  it('waits for space as long as the disk is full, and says so once', () => {
    const delays = [policy.died(PANIC), ...Array.from({ length: 100 }, () => policy.didNotStart(true))];
    assert.ok(delays.every(delayMs => delayMs === 500));
    assert.equal(full, 1);
    policy.started();
    assert.equal(policy.died('killed'), 0);
    policy.started();
    assert.equal(policy.died(PANIC), 500);
    assert.equal(full, 2);
  });

  it('takes no old line of the log for the cause', () => {
    assert.equal(policy.died(`${PANIC}${'LOG:  another line\n'.repeat(20)}`), 0);
    assert.equal(full, 0);
  });
});
