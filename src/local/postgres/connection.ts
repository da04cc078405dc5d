import pg from 'pg';
import type { PostgresAddress } from '../ports';

/** The one database, as in DSQL. */
const DATABASE = 'postgres';

/**
 * The search path of the superuser: a function of a client's in `public` may be a better match for a call than PostgreSQL's own of that
 * name, and would run with its rights.
 */
export const SUPERUSER_PATH = 'pg_catalog';

/** Options of `pg` for a superuser connection to the private PostgreSQL. */
export function superuserOptions(address: PostgresAddress): pg.ClientConfig & { replication: string } {
  return {
    host: address.host,
    port: address.port,
    user: address.superuser,
    password: address.password,
    database: DATABASE,
    ssl: false,
    application_name: 'dsql-workshop',
    // not as PGSSLNEGOTIATION and PGREPLICATION have it, which are for databases of the caller's own
    sslnegotiation: 'postgres',
    replication: 'false',
    // the cluster's own work wants each statement to see the latest state, and builds large indexes
    options: `-c default_transaction_isolation=read\\ committed -c temp_file_limit=-1 -c search_path=${SUPERUSER_PATH}`,
  };
}

/** A connected superuser client. An error outside a query (PostgreSQL killed) ends it without taking the process down. */
export async function connectSuperuser(address: PostgresAddress): Promise<pg.Client> {
  const client = new pg.Client(superuserOptions(address));
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A connected client with the rights of `role`, which has the cluster's own secret for a password where it needs one. */
export async function connectAsRole(address: PostgresAddress, role: string): Promise<pg.Client> {
  const options = '-c default_transaction_isolation=read\\ committed';
  const client = new pg.Client({ ...superuserOptions(address), user: role, options });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A small pool of superuser connections, for look-ups that come one by one. Lost connections are replaced when next needed. */
export function superuserPool(address: PostgresAddress, max: number): pg.Pool {
  const pool = new pg.Pool({ ...superuserOptions(address), max, idleTimeoutMillis: 0 });
  pool.on('error', () => {});
  // the pool listens to idle connections only: one that is lost in somebody's hands would take the process down
  pool.on('connect', client => client.on('error', () => {}));
  return pool;
}
