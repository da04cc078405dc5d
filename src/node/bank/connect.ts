import net from 'node:net';
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import pg from 'pg';
import { readAuthority } from '../authority-file';
import { databaseSocket } from '../database-socket';
import { OwnClient } from '../own-client';
import type { DatabaseTarget } from '../../protocol/stress';

/** What the bank's jobs need of a connection pool, which its owner ends; `pg.Pool` is one. */
export type BankPool = Pick<pg.Pool, 'connect' | 'query'>;

const CONNECT_TIMEOUT_MS = 15_000;

/**
 * How `pg` connects to a target: TLS with the certificate and host name verified, and a fresh token per connection, signed for the action
 * that the user needs (`DbConnectAdmin` for `admin`, else `DbConnect`). @throws CodedError `CA_FILE_UNREADABLE`
 */
export function connectionConfig(target: DatabaseTarget): pg.ClientConfig {
  const signer = new DsqlSigner({ hostname: target.host, region: target.region, credentials: target.credentials });
  return {
    host: target.hostaddr ?? target.host,
    port: target.port,
    user: target.user,
    database: 'postgres',
    password: () => (target.user === 'admin' ? signer.getDbConnectAdminAuthToken() : signer.getDbConnectAuthToken()),
    ssl: {
      rejectUnauthorized: true,
      ca: readAuthority(target.caFile),
      // DSQL needs SNI; an IP address cannot be one.
      ...(net.isIP(target.host) ? {} : { servername: target.host }),
    },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

/** A pool of at most `max` connections to a target, over the sockets that `stream` makes. End it. */
export function bankPool(target: DatabaseTarget, max: number, stream = databaseSocket): pg.Pool {
  const pool = new pg.Pool({ ...connectionConfig(target), Client: OwnClient, stream, max });
  // An idle connection that the server closes is replaced on the next use, and one may get the server's goodbye after `end`: without a
  // listener either would end the process.
  pool.on('error', () => undefined);
  return pool;
}
