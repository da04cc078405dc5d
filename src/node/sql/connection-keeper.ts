import type { Clock } from '../../base/clock';
import { CodedError } from '../../base/errors';
import type { SessionSettings } from '../../core/sql/session-settings';
import { isPassing } from '../../core/connections/connection-failure';
import { SqlConnection } from './connection';
import { sqlErrors } from './errors';
import type { SqlMode, SqlSource } from './target';

/** The service closes a connection after 60 minutes; a statement begun shortly before would be cut off. */
const MAX_AGE_MS = 54 * 60_000;
/** Up to this much younger, so that connections opened together are not renewed together. */
const AGE_JITTER_MS = 4 * 60_000;
/** After so long without use a network in between may have forgotten the connection without telling. */
const MAX_IDLE_MS = 10 * 60_000;
const PASSING_ATTEMPTS = 4;
const PASSING_BASE_MS = 500;

/** What the keeper needs of the world. */
export interface KeeperPorts {
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void>;
}

/** A connection and what it was last set to. */
interface Kept {
  connection: SqlConnection;
  identity: string;
  renewAt: number;
  usedAt: number;
  mode: SqlMode;
}

/** Holds a session's one connection: opens it, sets it up, and says when another one is due. */
export class ConnectionKeeper {
  private kept: Kept | undefined;
  private identity: string | undefined;

  constructor(
    private readonly source: SqlSource,
    private readonly ports: KeeperPorts,
    private readonly settings: SessionSettings,
  ) {}

  get current(): SqlConnection | undefined {
    return this.kept?.connection;
  }

  /** Whether the open connection may go on being used for another transaction. */
  private isGood(kept: Kept): boolean {
    const now = this.ports.clock.now();
    return (
      kept.connection.alive &&
      kept.identity === this.source.identity() &&
      now < kept.renewAt &&
      now < kept.usedAt + MAX_IDLE_MS
    );
  }

  /** A connection for a statement outside any transaction block: the open one where it is still good, else a new one; set up as wanted. */
  async ready(signal: AbortSignal | undefined): Promise<SqlConnection> {
    if (this.source.identity() === undefined) throw sqlErrors.profileGone();
    if (this.kept && !this.isGood(this.kept)) this.discard();
    // what was set for one cluster or user means nothing to another
    if (this.identity !== this.source.identity()) this.settings.clear();
    this.identity = this.source.identity();
    if (this.kept) {
      try {
        await this.setUp(this.kept, signal);
      } catch (error) {
        // it died while nobody looked
        if (this.kept.connection.alive) throw error;
        this.discard();
      }
    }
    this.kept ??= await this.open(signal);
    return this.kept.connection;
  }

  /** Notes that the connection was just used. */
  touch(): void {
    if (this.kept) this.kept.usedAt = this.ports.clock.now();
  }

  /** The mode the connection is in now. */
  get mode(): SqlMode | undefined {
    return this.kept?.mode;
  }

  /** Lets the connection go without waiting for it. */
  discard(): void {
    void this.kept?.connection.close();
    this.kept = undefined;
  }

  /** Gives the connection up at once. */
  destroy(): void {
    this.kept?.connection.destroy();
    this.kept = undefined;
  }

  async close(): Promise<void> {
    const kept = this.kept;
    this.kept = undefined;
    await kept?.connection.close();
  }

  private async open(signal: AbortSignal | undefined): Promise<Kept> {
    const connection = await this.connect(signal);
    const identity = this.source.identity();
    if (identity === undefined) {
      connection.destroy();
      throw sqlErrors.profileGone();
    }
    const now = this.ports.clock.now();
    const renewAt = now + MAX_AGE_MS - this.ports.random() * AGE_JITTER_MS;
    const kept: Kept = { connection, identity, renewAt, usedAt: now, mode: { readOnly: false } };
    try {
      await this.setUp(kept, signal, this.settings.statements);
      return kept;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  /** Tries again where that may help: with fresh credentials after an expired token, and after a pause while the cluster wakes up. */
  private async connect(signal: AbortSignal | undefined): Promise<SqlConnection> {
    let fresh = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await SqlConnection.open(await this.source.locate(fresh, signal), signal);
      } catch (error) {
        const code = error instanceof CodedError ? error.code : '';
        if (code === 'TOKEN_EXPIRED' && !fresh) fresh = true;
        else if (isPassing(code) && attempt < PASSING_ATTEMPTS)
          await this.ports.sleep(PASSING_BASE_MS * 2 ** (attempt - 1) * (0.5 + this.ports.random() / 2), signal);
        else throw error;
      }
    }
  }

  private async setUp(kept: Kept, signal: AbortSignal | undefined, more: readonly string[] = []): Promise<void> {
    const { connection, mode } = kept;
    const wanted = this.source.mode();
    const statements: string[] = [];
    if (mode.schema !== wanted.schema) statements.push(searchPath(wanted.schema));
    statements.push(...more);
    if (mode.readOnly !== wanted.readOnly)
      statements.push(`SET SESSION CHARACTERISTICS AS TRANSACTION ${wanted.readOnly ? 'READ ONLY' : 'READ WRITE'}`);
    if (statements.length === 0) return;
    const onAbort = (): void => connection.destroy();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (const statement of statements) await connection.set(statement);
      kept.mode = wanted;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

/** The schema first, then what the server has by default. */
function searchPath(schema: string | undefined): string {
  if (schema === undefined) return 'RESET search_path';
  return `SET search_path TO "${schema.replaceAll('"', '""')}", "$user", public`;
}
