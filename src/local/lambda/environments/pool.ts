/**
 * Decides which environment runs which invocation: one at a time per environment, or as many as its revision allows, the warmest first,
 * new ones on demand up to a limit, then first come first served. Handlers that compute gain nothing by more environments than keep the
 * cores busy, each one has to load and compile them, and all of them share the caches: how many work, and when one more is made, is a
 * matter of `scaling.ts`.
 */
import { serviceFailed, tooManyRequests } from '../api/errors';
import type { LambdaLimits } from '../settings';
import type { Environment, EnvironmentEvents } from './environment';
import { IdleCores } from './idle-cores';
import { isLastingInitError } from './outcome';
import { JobQueue, type WaitingJob } from './job-queue';
import { manyAtATime, oneAtATime, type Scaling } from './scaling';

/** One revision of one function: environments are never shared between revisions. */
export interface Revision {
  functionName: string;
  /** Unique in the service. */
  id: string;
  /** Invocations that one of its environments may run at the same time. */
  maxConcurrency: number;
}

class Group {
  /** Environments that take a job, the warmest last. */
  readonly free: Environment[] = [];
  readonly all = new Set<Environment>();
  readonly queue = new JobQueue();
  starting = 0;
  retired = false;

  constructor(
    readonly revision: Revision,
    readonly create: (events: EnvironmentEvents) => Environment,
    readonly scaling: Scaling,
  ) {}
}

const SWEEP_INTERVAL_MS = 10_000;
const LOOK_AGAIN_MS = 20;

export class EnvironmentPool {
  private readonly groups = new Map<string, Group>();
  private readonly sweeper: NodeJS.Timeout;
  private waiting = 0;
  private starting = 0;
  private total = 0;
  private growing = false;
  private lookAgain: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly one: Scaling;
  private readonly many: Scaling;

  constructor(
    private readonly limits: LambdaLimits,
    private readonly hooks: {
      /** What a function printed while none of its invocations ran. */
      stray(functionName: string, text: string): void;
      /** No environment of any retired revision of the function is left. */
      drained(functionName: string): void;
    },
    cores: Pick<IdleCores, 'found'> = new IdleCores(),
  ) {
    this.one = oneAtATime(limits);
    this.many = manyAtATime(limits, cores);
    this.sweeper = setInterval(() => this.retireIdle(), Math.min(SWEEP_INTERVAL_MS, limits.idleTimeoutMs)).unref();
  }

  /**
   * Runs `job` now or when an environment is free. `create` makes an environment of this revision.
   * @throws LambdaApiError 429 when too many wait
   */
  submit(revision: Revision, create: (events: EnvironmentEvents) => Environment, job: WaitingJob): void {
    let group = this.groups.get(revision.id);
    if (!group) {
      group = new Group(revision, create, revision.maxConcurrency > 1 ? this.many : this.one);
      this.groups.set(revision.id, group);
    }
    if (group.free.length > 0 && group.scaling.mayWork(group)) {
      this.assign(group, job);
      return;
    }
    if (this.waiting >= this.limits.maxQueuedInvocations) throw tooManyRequests();
    this.waiting++;
    group.queue.push(job);
    this.grow(group);
  }

  /** The function has other code or configuration now: what was accepted may end, then revisions not in `current` are gone. */
  retire(functionName: string, current: ReadonlySet<string>): void {
    for (const group of [...this.groups.values()]) {
      if (group.revision.functionName !== functionName || current.has(group.revision.id)) continue;
      group.retired = true;
      for (const environment of group.free.splice(0)) if (environment.load === 0) environment.stop();
      this.forgetWhenEmpty(group);
    }
    this.announceDrained(functionName);
  }

  /** The function is gone: what waits is refused. */
  remove(functionName: string, error: Error): void {
    for (const group of this.groups.values())
      if (group.revision.functionName === functionName) this.refuseWaiting(group, job => job.refuse(error));
    this.retire(functionName, new Set());
  }

  close(): void {
    this.closed = true;
    clearInterval(this.sweeper);
    clearTimeout(this.lookAgain);
    for (const group of this.groups.values()) {
      this.refuseWaiting(group, job => job.refuse(tooManyRequests()));
      for (const environment of [...group.all]) environment.stop();
    }
  }

  private assign({ free, scaling }: Group, job: WaitingJob): void {
    const at = scaling.choose(free);
    const environment = free[at]!;
    environment.run(job);
    if (!environment.hasRoom) free.splice(at, 1);
  }

  private take(group: Group): WaitingJob | undefined {
    for (;;) {
      const job = group.queue.shift();
      if (!job) return undefined;
      this.waiting--;
      if (!job.isAbandoned()) return job;
    }
  }

  private refuseWaiting(group: Group, refuse: (job: WaitingJob) => void): void {
    for (let job = this.take(group); job; job = this.take(group)) refuse(job);
  }

  /** Puts as many environments to work as the waiting jobs of `group` need and the limits allow: those that are there, then new ones. */
  private grow(group: Group): void {
    // ending an environment to make room comes back here: the room is for the group that asked
    if (this.growing) return;
    this.growing = true;
    while (group.free.length > 0 && group.scaling.mayWork(group)) {
      const job = this.take(group);
      if (!job) break;
      this.assign(group, job);
    }
    while (!this.closed && group.queue.length > group.starting && this.mayStart(group) && this.start(group));
    this.growing = false;
    if (group.queue.length > 0 && group.scaling.mayChange(group))
      this.lookAgain ??= setTimeout(() => this.lookedAgain(), LOOK_AGAIN_MS).unref();
  }

  private start(group: Group): boolean {
    let environment: Environment;
    try {
      environment = group.create({
        free: environment => this.becameFree(group, environment),
        initFailed: (payload, output) => this.initFailed(group, payload, output),
        gone: ended => this.gone(group, ended),
        stray: text => this.hooks.stray(group.revision.functionName, text),
      });
    } catch (error) {
      // the machine has no thread to give: those who wait have the environments that are there, or are told
      if (group.all.size === 0) this.refuseWaiting(group, job => job.refuse(serviceFailed(error)));
      return false;
    }
    group.starting++;
    this.starting++;
    this.total++;
    group.all.add(environment);
    return true;
  }

  private mayStart(group: Group): boolean {
    const isFirst = group.all.size === 0;
    if (!isFirst && this.starting >= this.limits.maxParallelInits) return false;
    if (!isFirst && !group.scaling.mayAdd(group)) return false;
    while (this.total >= this.limits.maxEnvironments && this.evictIdle(group));
    return isFirst || this.total < this.limits.maxEnvironments;
  }

  private lookedAgain(): void {
    this.lookAgain = undefined;
    this.growAll();
  }

  private growAll(): void {
    if (this.waiting > 0) for (const group of this.groups.values()) this.grow(group);
  }

  /** Makes room for `group` by ending the environment of another function that has been idle longest. */
  private evictIdle(group: Group): boolean {
    let victim: { from: Group; environment: Environment } | undefined;
    for (const from of this.groups.values()) {
      const environment = from === group ? undefined : from.free.find(({ load }) => load === 0);
      if (environment && (!victim || environment.idleSince < victim.environment.idleSince))
        victim = { from, environment };
    }
    if (!victim) return false;
    remove(victim.from.free, victim.environment);
    victim.environment.stop();
    return true;
  }

  private started(group: Group): void {
    group.starting--;
    this.starting--;
  }

  /** An environment takes a job again, or for the first time. */
  private becameFree(group: Group, environment: Environment): void {
    const wasStarting = this.settleStart(group, environment);
    let job: WaitingJob | undefined;
    while (environment.hasRoom && (group.retired || group.scaling.mayWork(group)) && (job = this.take(group)))
      environment.run(job);
    if (group.retired && environment.load === 0) environment.stop();
    else if (!group.retired && environment.hasRoom && !group.free.includes(environment)) group.free.push(environment);
    if (wasStarting || !job) this.growAll();
  }

  private readonly ready = new WeakSet<Environment>();

  private settleStart(group: Group, environment: Environment): boolean {
    if (this.ready.has(environment)) return false;
    this.ready.add(environment);
    this.started(group);
    return true;
  }

  private initFailed(group: Group, payload: (requestId: string) => string, output: string): void {
    const answer = (job: WaitingJob) =>
      job.done({
        payload: payload(job.requestId),
        functionError: 'Unhandled',
        durationMs: 0,
        memoryUsedBytes: 0,
        output,
      });
    const first = this.take(group);
    if (first) answer(first);
    if (isLastingInitError(payload(''))) this.refuseWaiting(group, answer);
  }

  private gone(group: Group, environment: Environment): void {
    this.settleStart(group, environment);
    group.all.delete(environment);
    this.total--;
    remove(group.free, environment);
    this.growAll();
    this.forgetWhenEmpty(group);
  }

  private forgetWhenEmpty(group: Group): void {
    if (group.all.size > 0 || group.queue.length > 0 || !group.retired) return;
    if (this.groups.delete(group.revision.id)) this.announceDrained(group.revision.functionName);
  }

  private announceDrained(functionName: string): void {
    for (const other of this.groups.values()) if (other.retired && other.revision.functionName === functionName) return;
    if (!this.closed) this.hooks.drained(functionName);
  }

  private retireIdle(): void {
    const oldest = performance.now() - this.limits.idleTimeoutMs;
    for (const group of this.groups.values())
      for (const environment of [...group.free])
        if (environment.load === 0 && environment.idleSince < oldest) environment.stop();
  }
}

function remove(from: Environment[], environment: Environment): void {
  const at = from.indexOf(environment);
  if (at >= 0) from.splice(at, 1);
}
