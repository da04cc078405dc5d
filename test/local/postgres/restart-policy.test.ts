import assert from 'node:assert/strict';
import { foundDiskFull, lacksSpace } from '../../../src/local/postgres/disk-space';
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
        assert.equal(policy.died(false), 0);
        policy.started();
        nowMs += 1000;
      }
      if (round === 0) nowMs += 60_000;
    }
    assert.equal(policy.died(false), undefined);
    assert.equal(full, 0);
  });

  it('waits a little longer each time it does not come up', () => {
    policy.died(false);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => policy.didNotStart(false)),
      [100, 200, 300, 400, undefined],
    );
  });

  it('waits for space as long as the disk is full, and says so once', () => {
    const delays = [policy.died(true), ...Array.from({ length: 100 }, () => policy.didNotStart(true))];
    assert.ok(delays.every(delayMs => delayMs === 500));
    assert.deepEqual([full, policy.awaitsSpace], [1, true]);
    policy.started();
    assert.deepEqual([policy.awaitsSpace, policy.died(false)], [false, 0]);
    policy.started();
    assert.equal(policy.died(true), 500);
    assert.equal(full, 2);
  });
});

describe('a PostgreSQL that stopped', () => {
  it('did so for its full disk where the last lines of its log say that', () => {
    assert.equal(foundDiskFull(PANIC), true);
    assert.equal(foundDiskFull('killed'), false);
    assert.equal(foundDiskFull(`${PANIC}${'LOG:  another line\n'.repeat(20)}`), false);
  });

  it('said so before clients that knocked meanwhile were turned away', () => {
    const turnedAway =
      'FATAL:  the database system is not yet accepting connections\nDETAIL:  Consistent recovery state has not been yet reached.\n';
    assert.equal(foundDiskFull(`${PANIC}${turnedAway.repeat(40)}LOG:  database system is shut down\n`), true);
  });

  it('may not have been able to say so: the disk is asked', () => {
    const free = (bytes: number) => () => ({ blocks: 1e6, bavail: bytes / 4096, bsize: 4096 });
    assert.equal(lacksSpace('/data', free(33 * 2 ** 20)), false);
    assert.equal(lacksSpace('/data', free(31 * 2 ** 20)), true);
    assert.equal(
      lacksSpace('/data', () => ({ blocks: 0, bavail: 0, bsize: 4096 })),
      false,
    );
    assert.equal(lacksSpace(__dirname), false);
    assert.equal(lacksSpace('/no/such/directory'), false);
  });
});
