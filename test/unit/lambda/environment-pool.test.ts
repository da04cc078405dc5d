import assert from 'node:assert/strict';
import type { Environment, EnvironmentEvents, Job } from '../../../src/local/lambda/environments/environment';
import type { WaitingJob } from '../../../src/local/lambda/environments/job-queue';
import { IdleCores } from '../../../src/local/lambda/environments/idle-cores';
import { EnvironmentPool } from '../../../src/local/lambda/environments/pool';
import { until } from '../../support/postgres';

const LIMITS = {
  maxEnvironments: 6,
  eagerEnvironments: 2,
  managedEnvironments: 2,
  maxParallelInits: 4,
  maxQueuedInvocations: 100,
  idleTimeoutMs: 60_000,
  initTimeoutMs: 1_000,
  asyncRetryDelaysMs: [],
};

const ONE_AT_A_TIME = { functionName: 'f', id: '1', maxConcurrency: 1 };

/** An environment that ends its jobs when it is told to. */
class Puppet {
  readonly jobs: Job[] = [];
  /** False: its job waits for something else than the processor. */
  working = true;
  ended = false;
  private starting = true;
  readonly idleSince = 0;

  constructor(
    readonly events: EnvironmentEvents,
    private readonly maxConcurrency = 1,
  ) {}

  get load(): number {
    return this.jobs.length;
  }

  get hasRoom(): boolean {
    return !this.starting && this.load < this.maxConcurrency;
  }

  isWorking(): boolean {
    return this.starting || (this.load > 0 && this.working);
  }

  run(job: Job): void {
    assert.ok(this.hasRoom, 'a job beyond what it may run');
    this.jobs.push(job);
  }

  stop(): void {
    this.ended = true;
    this.events.gone(this as unknown as Environment);
  }

  /** Is ready, or ends its oldest job. */
  idle(): void {
    this.jobs.shift();
    this.starting = false;
    this.events.free(this as unknown as Environment);
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
  let pool: EnvironmentPool;

  afterEach(() => pool.close());

  /** A pool that asks `hasCores` before a second environment of a function which runs `maxConcurrency` invocations in each. */
  function managed(maxConcurrency: number, hasCores: () => boolean) {
    pool = new EnvironmentPool(LIMITS, hooks, { found: hasCores });
    const made: Puppet[] = [];
    const revision = { functionName: 'f', id: '1', maxConcurrency };
    const submit = (): void =>
      pool.submit(revision, events => made[made.push(new Puppet(events, maxConcurrency)) - 1] as never, job);
    return { made, submit, loads: () => made.map(({ load }) => load) };
  }

  it('are few while they are at work, and more beside those that wait', async () => {
    pool = new EnvironmentPool(LIMITS, hooks);
    const made: Puppet[] = [];
    const submit = (): void =>
      pool.submit(ONE_AT_A_TIME, events => made[made.push(new Puppet(events)) - 1] as never, job);
    for (let i = 0; i < 20; i++) submit();
    assert.equal(made.length, 2, 'started at once');
    for (const puppet of made) puppet.idle();
    for (let i = 0; i < 20; i++) submit();
    assert.equal(made.length, 2, 'both are at work');
    assert.ok(made.every(puppet => puppet.load === 1));
    made[0]!.working = false;
    await until(() => Promise.resolve(made.length === 3), 'a third beside the one that waits');
    made[2]!.idle();
    assert.equal(made.length, 3, 'two are at work again');
    made[1]!.working = false;
    made[2]!.working = false;
    await until(() => Promise.resolve(made.length === 5), 'two more');
    for (const puppet of made.slice(3)) puppet.idle();
    for (const puppet of made) puppet.working = false;
    await until(() => Promise.resolve(made.length === 6), 'as many as are allowed');
  });

  it('rest where more are there than keep the machine busy, until others wait', async () => {
    pool = new EnvironmentPool(LIMITS, hooks);
    const made: Puppet[] = [];
    const busy = (): Puppet[] => made.filter(puppet => puppet.load > 0);
    for (let i = 0; i < 20; i++)
      pool.submit(ONE_AT_A_TIME, events => made[made.push(new Puppet(events)) - 1] as never, job);
    for (const puppet of made) puppet.idle();
    for (const puppet of made) puppet.working = false;
    await until(() => Promise.resolve(made.length === 4), 'two more beside those that wait');
    for (const puppet of made.slice(2)) puppet.idle();
    for (const puppet of made) puppet.working = true;
    assert.equal(busy().length, 4);

    for (const puppet of busy()) puppet.idle();
    assert.equal(busy().length, 2, 'two are enough for those at work');
    const [one] = busy();
    one!.working = false;
    await until(() => Promise.resolve(busy().length === 3), 'one that rested, beside the one that waits');
    assert.equal(made.length, 4, 'none is started while others rest');
  });

  it('of managed instances share many invocations evenly, are as many as cores, and end when the last is answered', () => {
    const { made, submit, loads } = managed(5, () => true);
    for (let i = 0; i < 8; i++) submit();
    assert.equal(made.length, 1, 'who starts is waited for');
    made[0]!.idle();
    submit();
    assert.deepEqual(loads(), [5, 0], 'the first took what it may when it was ready');
    made[1]!.idle();
    assert.deepEqual(loads(), [5, 4]);
    for (let i = 0; i < 10; i++) submit();
    assert.deepEqual(loads(), [5, 5], 'the rest waits, whatever those do that run');
    for (let i = 0; i < 9; i++) made[0]!.idle();
    assert.deepEqual(loads(), [5, 5], 'each end makes room for one that waits');
    for (let i = 0; i < 2; i++) for (const puppet of made) puppet.idle();
    assert.deepEqual(loads(), [3, 3]);
    for (let i = 0; i < 2; i++) submit();
    assert.deepEqual(loads(), [4, 4], 'whoever has less takes the next');
    pool.retire('f', new Set());
    for (const puppet of made)
      for (let i = 0; i < 4; i++) {
        assert.equal(puppet.ended, false);
        puppet.idle();
      }
    assert.ok(made.every(puppet => puppet.ended));
  });

  it('of managed instances are one while the machine has no cores to spare', () => {
    let hasCores = false;
    const { made, submit, loads } = managed(2, () => hasCores);
    submit();
    made[0]!.idle();
    for (let i = 0; i < 10; i++) submit();
    assert.deepEqual(loads(), [2]);
    hasCores = true;
    submit();
    assert.deepEqual(loads(), [2, 0]);
  });

  it('have cores to spare when a quarter of the last second was idle, asked since a second', () => {
    let now = 50_000;
    let times = { total: 1_000_000, idle: 900_000 };
    const cores = new IdleCores(
      () => times,
      () => now,
    );
    const pass = (ms: number, idleShare: number): boolean => {
      now += ms;
      times = { total: times.total + 4 * ms, idle: times.idle + 4 * ms * idleShare };
      return cores.found();
    };
    assert.equal(cores.found(), false, 'nothing is known yet');
    assert.equal(pass(500, 1), false, 'half a second is too short');
    assert.equal(pass(500, 1), true);
    assert.equal(pass(10, 1), false, 'each answer is of a second of its own');
    assert.equal(pass(990, 0), false, 'busy');
    assert.equal(pass(1_000, 0.2), false);
    assert.equal(pass(1_000, 0.3), true);
    assert.equal(pass(60_000, 1), false, 'nobody asked, and the idle minute says nothing of now');
    assert.equal(pass(1_000, 1), true);
  });
});
