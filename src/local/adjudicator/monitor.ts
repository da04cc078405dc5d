import type { Backend } from '../gateway/backend';
import type { BackendPool } from '../gateway/pool';
import { conflictOC000, conflictOC001, overtakenOC001 } from '../gateway/errors';
import type { Adjudicator } from './adjudicator';
import { namedBy } from './catalog-changes';
import { Transaction } from './transaction';

/** The adjudicator's own view of PostgreSQL, over a connection of its own. */
export interface LockView {
  /** For each process that waits for a lock: the kind of wait and who holds it up. */
  blocked(pids: number[]): Promise<{ pid: number; wait: string; blockers: number[] }[]>;
  /** Cancels the statement of `pid` if it still waits for a lock. */
  cancel(pid: number): Promise<void>;
  /** Cancels the statement of `pid` if it has run for so long. */
  cancelLong(pid: number, ms: number): Promise<void>;
}

/** A statement that runs longer than this is looked at. */
const GRACE_MS = 5;
const LONGEST_INTERVAL_MS = 40;
/** Who is at work for longer than this makes way for who has waited as long: its statement runs again later. */
const PATIENCE_MS = 500;
/** So often for one transaction; then others wait for it. */
const MOST_INTERRUPTIONS = 4;
/** In place of the number of statements to do again: one outside a block fails when it is cancelled, what commits by itself is nearest its end. */
const AUTO_COST = 1000;
const LAST_COST = 2000;
/** Waits for rows. Others are waits for tables and catalogue objects. */
const ROW_WAITS = new Set(['transactionid', 'tuple', 'spectoken']);

/** Its client has been answered, and nothing is done about it. */
const isAtRest = (tx: Transaction, holder: Backend): boolean =>
  !tx.ended && !tx.busy && !tx.parking && !tx.committing && !holder.busy && tx.backend === holder;

/** Finds statements that are held up, and makes way for them. Looks only while some statement has been running for a while. */
export class ConflictMonitor {
  private timer: NodeJS.Timeout | undefined;
  private intervalMs = GRACE_MS;
  private closed = false;
  ringsBroken = 0;

  constructor(
    private readonly pool: BackendPool,
    private readonly adjudicator: Adjudicator,
    private readonly view: LockView,
  ) {}

  /** A flight has begun. */
  wake(): void {
    if (this.timer === undefined && !this.closed) this.arm(GRACE_MS);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /**
   * A build of an index waits for the transactions of these processes. The service's wait for nobody: one whose client has done nothing for
   * a while ends. Nearly always it has lost already, as the index changed the table that it has written.
   */
  clearWay(pids: readonly number[]): void {
    const since = performance.now() - PATIENCE_MS;
    for (const pid of pids) {
      const holder = this.pool.find(pid);
      const held = holder?.owner;
      if (!holder || !(held instanceof Transaction) || holder.pausedSinceMs > since) continue;
      if (isAtRest(held, holder)) this.adjudicator.evict(held, held.doom ?? conflictOC001);
    }
  }

  private arm(delayMs: number): void {
    this.timer = setTimeout(() => void this.look(), delayMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const limit = performance.now() - GRACE_MS;
    const slow: Backend[] = [];
    for (const backend of this.pool.active) {
      if (backend.flightSinceMs > limit) break;
      slow.push(backend);
    }
    let found = false;
    if (slow.length > 0) {
      try {
        found = await this.adjudicate(slow);
      } catch {
        // PostgreSQL is away: its sessions learn that by themselves
      }
    }
    this.intervalMs = found || slow.length === 0 ? GRACE_MS : Math.min(LONGEST_INTERVAL_MS, this.intervalMs * 1.5);
    this.timer = undefined;
    if (this.pool.active.size > 0 && !this.closed) this.arm(this.intervalMs);
  }

  /**
   * Looks at what holds `slow` up. By the time PostgreSQL's answer is here a statement may be over, and a backend may serve another
   * transaction: what was seen of those says nothing about the new ones, nor of who was on his way back to his savepoint.
   */
  private async adjudicate(slow: readonly Backend[]): Promise<boolean> {
    const flights = new Map(slow.map(({ pid, flightSinceMs }) => [pid, flightSinceMs]));
    const owners = new Map<Backend, unknown>();
    for (const backend of this.pool.backends())
      if (!(backend.owner instanceof Transaction && backend.owner.parking)) owners.set(backend, backend.owner);
    const waits = await this.view.blocked([...flights.keys()]);
    const edges = new Map<number, number[]>();
    for (const { pid, wait, blockers } of waits) {
      const waiter = this.pool.find(pid);
      if (!waiter?.busy || waiter.flightSinceMs !== flights.get(pid) || blockers.length === 0) continue;
      edges.set(pid, blockers);
      for (const blocker of blockers) {
        const holder = this.pool.find(blocker);
        if (holder && holder.owner === owners.get(holder)) this.makeWay(waiter, holder, ROW_WAITS.has(wait));
      }
    }
    const ring = this.findRing(edges);
    const victim = ring && this.cheapest(ring);
    if (victim !== undefined) {
      this.ringsBroken++;
      this.letPass(victim, ring!);
      await this.view.cancel(victim);
    }
    return edges.size > 0;
  }

  private makeWay(waiter: Backend, holder: Backend, rows: boolean): void {
    const held = holder.owner;
    const waiting = waiter.owner;
    if (!(held instanceof Transaction) || held.ended) return;
    if (rows && waiting instanceof Transaction && !waiting.ended && waiting !== held)
      this.adjudicator.met(waiting, held);
    if (rows && holder.busy && held.backend === holder) return this.interrupt(waiter, holder, held);
    if (!rows && holder.busy && waiting instanceof Transaction && waiting.ddl)
      return this.overtake(waiter, holder, held);
    if (!isAtRest(held, holder)) return;
    if (!rows && held.readsUnnamed && waiting instanceof Transaction && waiting.ddl)
      held.named.push(namedBy(waiting.changes));
    // of sequences that it has drawn from it holds the locks also at its savepoint
    if (held.begun && !held.parked && !held.unlogged) this.adjudicator.park(held);
    else this.adjudicator.evict(held, rows && !held.ddl ? conflictOC000 : conflictOC001);
  }

  /** Both have run for so long that the one makes way for the other. */
  private isPatienceOver = (waiter: Backend, holder: Backend): boolean =>
    Math.max(waiter.flightSinceMs, holder.flightSinceMs) <= performance.now() - PATIENCE_MS;

  /**
   * DDL does not wait for a statement that runs for long on its table, nor do those who come after it. The service lets that statement end
   * and refuses its transaction then; here it hears of the change at once.
   */
  private overtake(waiter: Backend, holder: Backend, held: Transaction): void {
    if (held.ddl || held.backend !== holder || (held.committing && held.dml)) return;
    if (!this.isPatienceOver(waiter, holder)) return;
    held.overtaken = true;
    holder.giveUp(overtakenOC001);
    this.cancel(holder);
  }

  /**
   * A statement may run for long. What its transaction has locked is let go meanwhile, and the statement begins anew; one whose client does not
   * take its rows fails.
   */
  private interrupt(waiter: Backend, holder: Backend, held: Transaction): void {
    if (!this.isPatienceOver(waiter, holder)) return;
    if (holder.giveUp(conflictOC000)) return this.cancel(holder);
    const mayStop = held.kind !== 'auto' && !held.committing && !held.parking && !held.copies;
    if (!mayStop || held.interruptions >= MOST_INTERRUPTIONS || !holder.expectCancel()) return;
    held.interruptions++;
    this.cancel(holder);
  }

  private cancel({ pid }: Backend): void {
    void this.view.cancelLong(pid, PATIENCE_MS).catch(() => undefined);
  }

  /** Who loses a ring runs again when the others of it have been answered: else it would meet them again at once. */
  private letPass(victim: number, ring: readonly number[]): void {
    const { owner } = this.pool.find(victim)!;
    const others = ring.filter(pid => pid !== victim).flatMap(pid => this.pool.find(pid)?.landing ?? []);
    if (owner instanceof Transaction) owner.winners = Promise.all(others);
  }

  /** Executing statements that wait for each other. */
  private findRing(edges: Map<number, number[]>): number[] | undefined {
    const finished = new Set<number>();
    const path: number[] = [];
    const visit = (pid: number): number[] | undefined => {
      const seen = path.indexOf(pid);
      if (seen >= 0) return path.slice(seen);
      if (finished.has(pid)) return undefined;
      path.push(pid);
      for (const next of edges.get(pid) ?? []) {
        const ring = visit(next);
        if (ring) return ring;
      }
      path.pop();
      finished.add(pid);
      return undefined;
    };
    for (const pid of edges.keys()) {
      const ring = visit(pid);
      if (ring) return ring;
    }
    return undefined;
  }

  /** Whom of a ring to cancel: the one with the least to do again. */
  private cheapest(ring: number[]): number | undefined {
    let best: number | undefined;
    let bestCost = Infinity;
    for (const pid of ring) {
      const owner = this.pool.find(pid)?.owner;
      if (!(owner instanceof Transaction)) continue;
      const cost = owner.committing ? LAST_COST : owner.kind === 'auto' ? AUTO_COST : owner.log.length;
      if (cost < bestCost) [best, bestCost] = [pid, cost];
    }
    return best;
  }
}
