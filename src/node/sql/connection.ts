import type pg from 'pg';
import { ABORTED, orAborted } from '../../base/abort';
import type { SqlNotice, SqlSink, SqlValue } from '../../core/sql/contract';
import { readAuthority } from '../authority-file';
import { mintConnectionToken } from '../connections/token';
import { databaseSocket } from '../database-socket';
import { OwnClient } from '../own-client';
import { connectError, sqlErrors } from './errors';
import { ParameterQuery } from './parameter-query';
import { StatementQuery, type Settled } from './statement-query';
import type { SqlAddress } from './target';

const CONNECT_TIMEOUT_MS = 15_000;
const CLOSE_TIMEOUT_MS = 1_000;
const KEEP_ALIVE_DELAY_MS = 30_000;
const APPLICATION_NAME = 'dsql-workshop';

/**
 * One connection to a cluster: TLS with the server's certificate and name verified, a token minted for it alone. It runs one statement at
 * a time. Once `alive` is false it stays so.
 */
export class SqlConnection {
  private lastError: Error | undefined;
  private running: StatementQuery | undefined;
  private ended = false;

  private constructor(private readonly client: pg.Client) {
    client.on('error', error => this.onEnd(error));
    client.on('end', () => this.onEnd(this.lastError ?? new Error('the server closed the connection')));
  }

  /**
   * Connects. Rejects with a CodedError: one of `ConnectionFailureCode`, `CREDENTIALS_UNAVAILABLE`, `CA_FILE_UNREADABLE`, or `CANCELLED`;
   * then no socket is left.
   */
  static async open(address: SqlAddress, signal?: AbortSignal): Promise<SqlConnection> {
    const { host, hostaddr, port, region, user, credentials, profileName: targetName, awsProfile } = address;
    const ca = readAuthority(address.caFile);
    // signing in may take long (SSO, a process): it goes on, but is not waited for once cancelled
    const minting = mintConnectionToken({ hostname: host, region, user, credentials, targetName, awsProfile });
    const password = signal ? await orAborted(minting, signal) : await minting;
    if (password === ABORTED) throw sqlErrors.cancelled();
    const client = new OwnClient({
      stream: databaseSocket,
      host: hostaddr ?? host,
      port,
      user,
      password,
      database: 'postgres',
      ssl: { ca, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(hostaddr !== undefined && { servername: host }) },
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
      application_name: APPLICATION_NAME,
      types: { getTypeParser: () => (value: string) => value },
    });
    const connection = new SqlConnection(client);
    const onAbort = (): void => connection.destroy();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await client.connect();
      client.password = undefined;
      return connection;
    } catch (error) {
      connection.destroy();
      throw signal?.aborted ? sqlErrors.cancelled() : connectError(error, address);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** Why it is not alive. */
  get endedBy(): Error | undefined {
    return this.lastError;
  }

  /** Runs one statement. Never rejects; a connection that was lost or given up says so. */
  async run(text: string, params: SqlValue[], maxRows: number | undefined, sink: SqlSink): Promise<Settled> {
    if (this.ended) return { kind: 'lost', error: this.lastError ?? new Error('the connection was closed') };
    const query = new StatementQuery(text, params, maxRows, sink);
    this.running = query;
    const onNotice = (notice: Parameters<typeof toNotice>[0]): void => sink.notice?.(toNotice(notice));
    this.client.on('notice', onNotice);
    this.client.query(query);
    const settled = await query.done;
    this.client.off('notice', onNotice);
    this.running = undefined;
    if (settled.kind === 'sink') this.destroy();
    return settled;
  }

  /** Type OIDs of a statement's parameters. Rejects with the driver's error. */
  parameterTypes(text: string): Promise<number[]> {
    if (this.ended) return Promise.reject(this.lastError ?? new Error('the connection was closed'));
    const query = new ParameterQuery(text);
    this.client.query(query);
    return query.done;
  }

  /** A statement of our own (SET …). Rejects with the driver's error. */
  async set(text: string): Promise<void> {
    await this.client.query(text);
  }

  /** Gives the connection up at once; a running statement settles as lost, and its sink is left alone. */
  destroy(): void {
    this.running?.abandon(new Error('the connection was given up'));
    this.ended = true;
    const { stream } = this.client.connection;
    stream.destroy();
  }

  /** Says goodbye to the server. Never rejects. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    const { stream } = this.client.connection;
    // a server that no longer answers is not waited for
    const timer = setTimeout(() => stream.destroy(), CLOSE_TIMEOUT_MS);
    await this.client.end().catch(() => undefined);
    clearTimeout(timer);
  }

  private onEnd(error: Error): void {
    this.ended = true;
    this.lastError ??= error;
    this.running?.lost(this.lastError);
  }
}

function toNotice(notice: {
  severity?: string;
  code?: string;
  message?: string;
  detail?: string;
  hint?: string;
}): SqlNotice {
  const { severity = 'NOTICE', code: sqlstate = '00000', message = '', detail, hint } = notice;
  return { severity, sqlstate, message, ...(detail && { detail }), ...(hint && { hint }) };
}
