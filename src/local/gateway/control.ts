import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../ports';
import type { LockView } from '../adjudicator/monitor';
import { ActiveFlights } from './active-flights';
import type { Backend } from './backend';
import { runKept, runText, type TextRows } from './catalog-query';
import { connectBackend } from './connect';
import { AGGREGATES, FACTS, factsOf, type SchemaFacts } from './schema-facts';

const BLOCKED = `SELECT p, a.wait_event, array_to_string(pg_blocking_pids(p), ',')
  FROM unnest($1::int[]) p, pg_stat_get_activity(p) a WHERE a.wait_event_type = 'Lock'`;
const CANCEL = `SELECT pg_cancel_backend(a.pid) FROM pg_stat_get_activity($1::int) a WHERE a.wait_event_type = 'Lock'`;
/** Ends what has run for as long as that; not what came after it. */
const CANCEL_LONG = `SELECT pg_cancel_backend(a.pid) FROM pg_stat_get_activity($1::int) a
  WHERE a.state = 'active' AND a.query_start < clock_timestamp() - $2::float8 * interval '1 ms'`;
/** A backend reads its statement well within this time. */
const INTERRUPT_AGAIN_MS = 50;

/** The gateway's own connection to PostgreSQL. Opened when first needed, and again when it was lost. */
export class ControlConnection implements LockView {
  private backend: Promise<Backend> | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly active = new ActiveFlights();
  private aggregates: TextRows | undefined;

  constructor(private readonly postgres: PostgresServer) {}

  private async open(): Promise<Backend> {
    const backend = await this.backend?.catch(() => undefined);
    if (backend && !backend.lost) return backend;
    const { address } = this.postgres;
    this.backend = connectBackend(address, address.superuser, this.active, address.password);
    return this.backend;
  }

  /** Rows as text. One query after the other. */
  query(sql: string, params: string[] = []): Promise<TextRows> {
    return this.enqueue(async () => runText(await this.open(), sql, params));
  }

  private enqueue<T>(run: () => Promise<T>): Promise<T> {
    const result = this.queue.then(run, run);
    this.queue = result.catch(() => undefined);
    return result;
  }

  async blocked(pids: number[]): Promise<{ pid: number; wait: string; blockers: number[] }[]> {
    const rows = await this.query(BLOCKED, [`{${pids.join(',')}}`]);
    return rows.map(([pid, wait, blockers]) => ({
      pid: Number(pid),
      wait: wait ?? '',
      blockers: blockers ? blockers.split(',').map(Number) : [],
    }));
  }

  async cancel(pid: number): Promise<void> {
    await this.query(CANCEL, [String(pid)]);
  }

  async cancelLong(pid: number, ms: number): Promise<void> {
    await this.query(CANCEL_LONG, [String(pid), String(ms)]);
  }

  /**
   * Cancels what `pid` is running, for as long as `runs` says that it is: a cancellation is lost on a backend that has not read its
   * statement yet.
   */
  async interrupt(pid: number, runs: () => boolean): Promise<void> {
    while (runs()) {
      await this.query('SELECT pg_cancel_backend($1::int)', [String(pid)]);
      await sleep(INTERRUPT_AGAIN_MS);
    }
  }

  async schemaFacts(): Promise<SchemaFacts> {
    this.aggregates ??= await this.query(AGGREGATES);
    return factsOf(await this.enqueue(async () => runKept(await this.open(), FACTS)), this.aggregates);
  }

  async close(): Promise<void> {
    const backend = await this.backend?.catch(() => undefined);
    backend?.close();
  }
}
