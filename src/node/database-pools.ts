import pg from 'pg';
import type { Closeable } from '../base/lifecycle';
import type { RunAs } from '../core/sql/database-port';
import { readAuthority } from './authority-file';
import { databaseSocket } from './database-socket';
import { OwnClient } from './own-client';
import { databaseError, refusedConnection } from './database-errors';
import { attemptOn } from './sql/target-source';
import type { ClusterTarget } from './target';
import { mintToken } from './token';

/** Connections to an identity and user. */
export const POOL_SIZE = 4;
const CONNECT_TIMEOUT_MS = 10_000;
/** Short: a chapter's statements come in bursts, and a cluster closes connections after 60 minutes. */
const IDLE_TIMEOUT_MS = 10_000;
const MAX_LIFETIME_SECONDS = 50 * 60;

/** One small pool per identity and user. TLS with full verification; a fresh token for each new connection; values as text. */
export class DatabasePools implements Closeable {
  private readonly pools = new Map<string, pg.Pool>();
  private closed?: Promise<void>;

  constructor(private readonly target: ClusterTarget) {}

  /** @throws CodedError `DATABASE` where the server refuses, with what helps this user there, or a connection's code */
  async connect(as: RunAs, user: string): Promise<pg.PoolClient> {
    try {
      return await this.pool(as, user).connect();
    } catch (error) {
      throw refusedConnection(databaseError(error), attemptOn(this.target, as, user));
    }
  }

  close(): Promise<void> {
    this.closed ??= Promise.all([...this.pools.values()].map(pool => pool.end())).then(() => undefined);
    return this.closed;
  }

  private pool(as: RunAs, user: string): pg.Pool {
    const key = `${as} ${user}`;
    const known = this.pools.get(key);
    if (known) return known;
    const { endpoint, port, hostaddr, caFile } = this.target;
    const ca = readAuthority(caFile);
    const pool = new pg.Pool({
      Client: OwnClient,
      stream: databaseSocket,
      // of an address TLS has no name: it takes the one below
      host: hostaddr ?? endpoint,
      port,
      user,
      database: 'postgres',
      password: () => mintToken(this.target, as, user),
      ssl: { ca, rejectUnauthorized: true, servername: endpoint },
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
      allowExitOnIdle: true,
      application_name: 'dsql-workshop',
      types: { getTypeParser: () => (value: string) => value },
    });
    // an idle connection that the server closes is replaced by the next connect
    pool.on('error', () => undefined);
    this.pools.set(key, pool);
    return pool;
  }
}
