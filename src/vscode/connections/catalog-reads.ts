import { unlessAborted } from '../../base/abort';
import { Deferred } from '../../base/deferred';
import type { Closeable } from '../../base/lifecycle';
import type { QueryResult } from '../../core/sql/database-port';
import type { SqlRetryPolicy, SqlSession, SqlValue } from '../../core/sql/contract';

/** Catalogue reads at a time on one profile. */
const SESSIONS_PER_PROFILE = 3;
const IDLE_TIMEOUT_MS = 60_000;
/** Reads meet OC001 after DDL elsewhere; the first retry clears it. */
const RETRY: SqlRetryPolicy = { maxAttempts: 4, baseDelayMs: 20, maxDelayMs: 500 };

interface Lane {
  session: Promise<SqlSession>;
  busy: boolean;
  idle?: NodeJS.Timeout;
}

/** A few sessions for short reads on one profile; each is closed after a minute without use. */
export class CatalogReads implements Closeable {
  private readonly lanes: Lane[] = [];
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  constructor(private readonly open: () => Promise<SqlSession>) {}

  /** Answers one statement. Rejects as `SqlSession.run` does, and with the signal's reason while it waits for a connection. */
  async query(sql: string, params?: SqlValue[], signal?: AbortSignal): Promise<QueryResult> {
    const lane = await this.take(signal);
    try {
      const session = await lane.session;
      const result: QueryResult = { columns: [], rows: [], tag: '' };
      const { tag } = await session.run(
        sql,
        {
          columns: columns => {
            result.columns = columns.map(column => column.name);
            result.rows = [];
          },
          rows: rows => void result.rows.push(...rows),
        },
        { params, signal, retry: RETRY },
      );
      return { ...result, tag };
    } finally {
      this.giveBack(lane);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const wake of this.waiting.splice(0)) wake();
    await Promise.all(this.lanes.splice(0).map(lane => end(lane)));
  }

  private async take(signal: AbortSignal | undefined): Promise<Lane> {
    signal?.throwIfAborted();
    for (;;) {
      const free = this.lanes.find(lane => !lane.busy);
      if (free || this.lanes.length < SESSIONS_PER_PROFILE || this.closed) {
        const lane = free ?? this.add();
        clearTimeout(lane.idle);
        lane.busy = true;
        return lane;
      }
      await this.turn(signal);
    }
  }

  /** Settles when a lane was given back; rejects at once when the signal fires, and then takes nobody's turn. */
  private async turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = new Deferred<void>();
    this.waiting.push(resolve);
    try {
      await (signal ? unlessAborted(promise, signal) : promise);
    } catch (error) {
      const at = this.waiting.indexOf(resolve);
      if (at >= 0) this.waiting.splice(at, 1);
      else this.waiting.shift()?.();
      throw error;
    }
  }

  private add(): Lane {
    const lane: Lane = { session: this.open(), busy: false };
    this.lanes.push(lane);
    lane.session.catch(() => this.remove(lane));
    return lane;
  }

  private remove(lane: Lane): void {
    const index = this.lanes.indexOf(lane);
    if (index >= 0) this.lanes.splice(index, 1);
  }

  private giveBack(lane: Lane): void {
    lane.busy = false;
    // not one that could not be opened, or that ended with the others
    if (this.lanes.includes(lane))
      lane.idle = setTimeout(() => {
        this.remove(lane);
        void end(lane);
      }, IDLE_TIMEOUT_MS);
    this.waiting.shift()?.();
  }
}

async function end(lane: Lane): Promise<void> {
  clearTimeout(lane.idle);
  await lane.session.then(
    session => session.close(),
    () => undefined,
  );
}
