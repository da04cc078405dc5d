import { systemClock, type Clock } from '../../base/clock';
import { RECOVERY_MS, type PostgresServer, type ServerError } from '../ports';
import { Deferred } from '../../base/deferred';
import { ActiveFlights } from './active-flights';
import type { Backend } from './backend';
import { BackendRefused } from './connect';
import { connectAs } from './connect-as';
import { serverUnavailable } from './errors';
import type { Limits } from './limits';
import { WorkingLimit } from './working-limit';

interface Waiter {
  role: string;
  settings: string;
  /** Monotonic milliseconds. */
  sinceMs: number;
  deferred: Deferred<Backend>;
}

const RETRY_MS = 50;
const SLOW_GROWTH_MS = 20;
const LEND_AGAIN_MS = 10;
const NO_SPACE: ServerError = { severity: 'ERROR', sqlstate: '53100', message: 'PostgreSQL has no space to start' };

/**
 * PostgreSQL connections, lent to sessions for a transaction or a statement. One set per database role (a connection cannot change its
 * user), one limit for all; who finds none free waits in order.
 */
export class BackendPool {
  private readonly idle = new Map<string, Backend[]>();
  private readonly all = new Set<Backend>();
  private readonly waiters: Waiter[] = [];
  private opening = 0;
  private slowGrowth: NodeJS.Timeout | undefined;
  private lendingLater: NodeJS.Timeout | undefined;
  private closed = false;
  /** Backends with a flight under way, oldest flight first. */
  readonly active = new ActiveFlights();
  private readonly byPid = new Map<number, Backend>();
  /** Lent backends of a role that is gone. */
  private readonly retired = new WeakSet<Backend>();
  readonly workingLimit: WorkingLimit;

  constructor(
    private readonly postgres: PostgresServer,
    private readonly limits: Pick<Limits, 'backends' | 'eagerBackends' | 'thinkingMs' | 'leastWorking' | 'pauseMs'>,
    private readonly clock: Pick<Clock, 'monotonic'> = systemClock,
  ) {
    this.workingLimit = new WorkingLimit(limits.eagerBackends, limits.leastWorking);
  }

  /** The backend whose process id is `pid`. */
  find(pid: number): Backend | undefined {
    return this.byPid.get(pid);
  }

  /** All backends, lent or not. */
  backends(): Iterable<Backend> {
    return this.all;
  }

  get size(): number {
    return this.all.size;
  }

  /** Clients waiting for a backend. */
  get waiting(): number {
    return this.waiters.length;
  }

  /** A free backend of `role` that is kept for nobody, preferably one whose session settings are `settings` already. */
  tryAcquire(role: string, settings: string): Backend | undefined {
    return this.crowded ? undefined : this.takeIdle(role, settings);
  }

  private takeIdle(role: string, settings: string): Backend | undefined {
    const stack = this.idle.get(role);
    if (!stack) return undefined;
    let found = -1;
    for (let i = stack.length - 1; i >= 0; i--) {
      if (stack[i]!.keptFor?.gone === false) continue;
      if (stack[i]!.settings === settings) return stack.splice(i, 1)[0];
      if (found < 0) found = i;
    }
    return found < 0 ? undefined : stack.splice(found, 1)[0];
  }

  /** Where no more backends are opened at once, one that another client would like to find again has to do. */
  private keptForOthers(role: string): Backend | undefined {
    return this.all.size + this.opening >= this.limits.eagerBackends ? this.idle.get(role)?.shift() : undefined;
  }

  /** Lends this backend, if it is free. */
  take(backend: Backend): Backend | undefined {
    const stack = this.idle.get(backend.role);
    const at = stack?.indexOf(backend) ?? -1;
    return at < 0 ? undefined : stack!.splice(at, 1)[0];
  }

  /** Lends a backend. @throws BackendRefused */
  acquire(role: string, settings: string): Promise<Backend> {
    if (this.closed) return Promise.reject(new BackendRefused(serverUnavailable));
    const free = this.crowded ? undefined : (this.takeIdle(role, settings) ?? this.keptForOthers(role));
    if (free) return Promise.resolve(free);
    const waiter: Waiter = { role, settings, sinceMs: this.clock.monotonic(), deferred: new Deferred() };
    this.waiters.push(waiter);
    this.grow();
    return waiter.deferred.promise;
  }

  /** Takes a backend back; it must be outside a transaction. */
  release(backend: Backend): void {
    backend.owner = undefined;
    if (backend.lost) return;
    if (this.retired.has(backend)) return backend.close();
    const next = this.crowded ? -1 : this.waiters.findIndex(waiter => waiter.role === backend.role);
    if (next >= 0) return this.handOver(backend, next);
    let stack = this.idle.get(backend.role);
    if (!stack) this.idle.set(backend.role, (stack = []));
    stack.push(backend);
    if (this.waiters.length > 0) this.grow();
  }

  private handOver(backend: Backend, to: number): void {
    // the first of a thousand: the others stay where they are in memory
    const waiter = to === 0 ? this.waiters.shift()! : this.waiters.splice(to, 1)[0]!;
    backend.owner = waiter;
    backend.pausedSinceMs = performance.now();
    waiter.deferred.resolve(backend);
  }

  /** Conflicts have lowered how many backends work at a time, and as many do. */
  private get crowded(): boolean {
    const limit = this.workingLimit.value;
    return limit !== Infinity && this.working() + this.opening >= limit;
  }

  /** Backends that run a statement, or whose clients can be expected to send the next one in a moment. */
  private working(): number {
    const nowMs = performance.now();
    const { thinkingMs, pauseMs } = this.limits;
    let count = 0;
    for (const { owner, busy, flightSinceMs, pausedSinceMs } of this.all)
      if (owner && (busy ? nowMs - flightSinceMs < thinkingMs : nowMs - pausedSinceMs < pauseMs)) count++;
    return count;
  }

  /** Looks again in a moment whether as many still work. */
  private lendLater(): void {
    this.lendingLater ??= setTimeout(() => {
      this.lendingLater = undefined;
      if (this.closed) return;
      for (let at = 0; at < this.waiters.length && !this.crowded;) {
        const { role, settings } = this.waiters[at]!;
        const backend = this.takeIdle(role, settings) ?? this.keptForOthers(role);
        if (backend) this.handOver(backend, at);
        else at++;
      }
      this.grow();
    }, LEND_AGAIN_MS);
  }

  /** A role was dropped: its connections hold the rights of a role that is no more, also when one of its name is made again. */
  retire(role: string): void {
    for (const backend of [...this.all]) if (backend.role === role) this.retired.add(backend);
    for (const backend of this.idle.get(role)?.splice(0) ?? []) backend.close();
  }

  /** Ends a backend whose state is not known to be clean. */
  discard(backend: Backend): void {
    backend.close();
  }

  /** Opens connections for the waiting, within the limit; an idle one of another role gives way. */
  private grow(): void {
    while (this.opening < this.waiters.length) {
      if (this.crowded) return this.lendLater();
      const size = this.all.size + this.opening;
      if (size >= this.limits.eagerBackends) {
        const victim = this.idleOfOtherRole(this.waiters[this.opening]!.role);
        if (!victim) return size < this.limits.backends ? this.growLater() : undefined;
        // its end lets the pool grow by itself: nothing that was counted before holds after it
        victim.close();
        continue;
      }
      this.opening++;
      void this.open(this.waiters[this.opening - 1]!.role);
    }
  }

  /**
   * More backends than the eager ones only help beside clients that hold transactions open; where all are at work, more of them only
   * cost. So they are added only as far as others have done nothing for a while.
   */
  private growLater(): void {
    this.slowGrowth ??= setTimeout(() => {
      this.slowGrowth = undefined;
      if (this.closed || this.waiters.length === 0) return;
      const { eagerBackends, backends } = this.limits;
      const most = Math.min(eagerBackends + this.thinking(), backends) - this.all.size;
      while (this.opening < Math.min(most, this.waiters.length)) void this.open(this.waiters[this.opening++]!.role);
      this.grow();
    }, SLOW_GROWTH_MS);
  }

  /** Backends that wait for their clients, or for another transaction's lock, and serve nobody else meanwhile. */
  private thinking(): number {
    const since = performance.now() - this.limits.thinkingMs;
    let count = 0;
    for (const backend of this.all) if (backend.owner && backend.flightSinceMs < since) count++;
    return count;
  }

  private idleOfOtherRole(role: string): Backend | undefined {
    for (const [other, stack] of this.idle) if (other !== role && stack.length > 0) return stack.shift();
    return undefined;
  }

  /** Tries for as long as somebody waits for it. */
  private async open(role: string): Promise<void> {
    const startedMs = this.clock.monotonic();
    for (;;) {
      try {
        const backend = await connectAs(this.postgres.address, role, this.active);
        this.opening--;
        if (this.closed) return backend.close();
        this.all.add(backend);
        this.byPid.set(backend.pid, backend);
        backend.whenLost(() => this.forget(backend));
        return this.release(backend);
      } catch (error) {
        const refused = error instanceof BackendRefused ? error.error : serverUnavailable;
        const transient = refused === serverUnavailable || /^57P0|^53300/.test(refused.sqlstate);
        if (transient) this.refuseImpatient(role, startedMs);
        else this.refuse(new BackendRefused(refused), waiter => waiter.role === role);
        if (!this.isWanted(role)) {
          this.opening--;
          // attempts that were counted for the waiting of one role may be missing to those of another
          return this.closed ? undefined : this.grow();
        }
        await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** PostgreSQL has been missed since `missedMs`: so hears who has waited for it long enough since then. */
  private refuseImpatient(role: string, missedMs: number): void {
    const sinceMs = this.clock.monotonic() - RECOVERY_MS;
    if (missedMs > sinceMs) return;
    const why = this.postgres.awaitsSpace ? NO_SPACE : serverUnavailable;
    this.refuse(new BackendRefused(why), waiter => waiter.role === role && waiter.sinceMs <= sinceMs);
  }

  /** Whether one more connection of the role would find somebody who waits for it. */
  private isWanted(role: string): boolean {
    return this.opening <= this.waiters.length && this.waiters.some(waiter => waiter.role === role);
  }

  private refuse(error: BackendRefused, whom: (waiter: Waiter) => boolean): void {
    for (let i = this.waiters.length - 1; i >= 0; i--)
      if (whom(this.waiters[i]!)) this.waiters.splice(i, 1)[0]!.deferred.reject(error);
  }

  private forget(backend: Backend): void {
    this.all.delete(backend);
    if (this.byPid.get(backend.pid) === backend) this.byPid.delete(backend.pid);
    this.active.end(backend);
    const stack = this.idle.get(backend.role);
    const at = stack?.indexOf(backend) ?? -1;
    if (at >= 0) stack!.splice(at, 1);
    if (!this.closed && this.waiters.length > 0) this.grow();
  }

  /** Ends all connections. */
  close(): void {
    this.closed = true;
    clearTimeout(this.slowGrowth);
    clearTimeout(this.lendingLater);
    for (const waiter of this.waiters.splice(0)) waiter.deferred.reject(new BackendRefused(serverUnavailable));
    for (const backend of [...this.all]) backend.close();
  }
}
