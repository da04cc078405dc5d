import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool } from 'pg';

const hostname = process.env.CLUSTER_ENDPOINT!;
const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });

// Outside the handler: the pool outlives an invocation, and an environment serves one invocation at a time.
const pool = new Pool({
  host: hostname,
  port: 5432,
  user: 'myapp',
  database: 'postgres',
  // A fresh token for each new connection. It is signed here; no request leaves the function.
  password: () => signer.getDbConnectAuthToken(),
  ssl: true,
  max: 1,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
});

// An idle connection that dies is the pool's business, not a reason to end the process.
pool.on('error', () => undefined);

export const handler = async (event: { name?: string }): Promise<{ greeting: string }> => {
  await pool.query('SELECT 1');
  return { greeting: `Hello ${event.name ?? 'stranger'}, connected to DSQL successfully!` };
};
