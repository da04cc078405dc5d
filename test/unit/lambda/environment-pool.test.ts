import assert from 'node:assert/strict';
import type { Environment, EnvironmentEvents, Job } from '../../../src/local/lambda/environments/environment';
import type { WaitingJob } from '../../../src/local/lambda/environments/job-queue';
import { EnvironmentPool } from '../../../src/local/lambda/environments/pool';
import { until } from '../../support/postgres';

const LIMITS = {
  maxEnvironments: 6,
  eagerEnvironments: 2,
  maxParallelInits: 4,
  maxQueuedInvocations: 100,
  idleTimeoutMs: 60_000,
  initTimeoutMs: 1_000,
  asyncRetryDelaysMs: [],
};

/** An environment that ends its jobs when it is told to. */
class Puppet {
  job: Job | undefined;
  /** False: its job waits for something else than the processor. */
  working = true;
  private starting = true;
  readonly idleSince = 0;

  constructor(readonly events: EnvironmentEvents) {}

  isWorking(): boolean {
    return this.starting || (this.job !== undefined && this.working);
  }

  run(job: Job): void {
    this.job = job;
  }

  stop(): void {
    this.events.gone(this as unknown as Environment);
  }

  idle(): void {
    this.job = undefined;
    this.starting = false;
    this.events.idle(this as unknown as Environment);
  }
}

describe('environments of local functions', () => {
  const hooks = { stray: () => undefined, drained: () => undefined };
  const job: WaitingJob = {
    requestId: 'r',
    payload: '',
    invokedArn: '',
    wantMemoryUsed: false,
    clientContext: '',
    done: () => undefined,
    isAbandoned: () => false,
    refuse: () => undefined,
  };

  it('are few while they are at work, and more beside those that wait', async () => {
    const pool = new EnvironmentPool(LIMITS, hooks);
    const made: Puppet[] = [];
    const submit = (): void =>
      pool.submit({ functionName: 'f', id: '1' }, events => made[made.push(new Puppet(events)) - 1] as never, job);
    try {
      for (let i = 0; i < 20; i++) submit();
      assert.equal(made.length, 2, 'started at once');
      for (const puppet of made) puppet.idle();
      for (let i = 0; i < 20; i++) submit();
      assert.equal(made.length, 2, 'both are at work');
      assert.ok(made.every(puppet => puppet.job));
      made[0]!.working = false;
      await until(() => Promise.resolve(made.length === 3), 'a third beside the one that waits', 10_000);
      made[2]!.idle();
      assert.equal(made.length, 3, 'two are at work again');
      made[1]!.working = false;
      made[2]!.working = false;
      await until(() => Promise.resolve(made.length === 5), 'two more', 10_000);
      for (const puppet of made.slice(3)) puppet.idle();
      for (const puppet of made) puppet.working = false;
      await until(() => Promise.resolve(made.length === 6), 'as many as are allowed', 10_000);
    } finally {
      pool.close();
    }
  });

  it('rest where more are there than keep the machine busy, until others wait', async () => {
    const pool = new EnvironmentPool(LIMITS, hooks);
    const made: Puppet[] = [];
    const busy = (): Puppet[] => made.filter(puppet => puppet.job);
    try {
      for (let i = 0; i < 20; i++)
        pool.submit({ functionName: 'f', id: '1' }, events => made[made.push(new Puppet(events)) - 1] as never, job);
      for (const puppet of made) puppet.idle();
      for (const puppet of made) puppet.working = false;
      await until(() => Promise.resolve(made.length === 4), 'two more beside those that wait', 10_000);
      for (const puppet of made.slice(2)) puppet.idle();
      for (const puppet of made) puppet.working = true;
      assert.equal(busy().length, 4);

      for (const puppet of busy()) puppet.idle();
      assert.equal(busy().length, 2, 'two are enough for those at work');
      const [one] = busy();
      one!.working = false;
      await until(() => Promise.resolve(busy().length === 3), 'one that rested, beside the one that waits', 10_000);
      assert.equal(made.length, 4, 'none is started while others rest');
    } finally {
      pool.close();
    }
  });
});
