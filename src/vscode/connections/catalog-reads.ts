import type { Closeable } from '../../base/lifecycle';
import type { QueryResult } from '../../core/chapters/contract';
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
    for (;;) {
      signal?.throwIfAborted();
      const free = this.lanes.find(lane => !lane.busy);
      if (free || this.lanes.length < SESSIONS_PER_PROFILE || this.closed) {
        const lane = free ?? this.add();
        clearTimeout(lane.idle);
        lane.busy = true;
        return lane;
      }
      await new Promise<void>(resolve => this.waiting.push(resolve));
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
