/** Tells whom its role is inside the cluster: deployed for a moment to verify that a role may connect, then removed. */
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Client } from 'pg';

/** Connects once as the database user it is asked about, and goes. */
export const handler = async ({ user }: { user: string }): Promise<{ currentUser: string }> => {
  const hostname = process.env.CLUSTER_ENDPOINT!;
  const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });
  const client = new Client({
    host: hostname,
    port: 5432,
    user,
    database: 'postgres',
    password: () => signer.getDbConnectAuthToken(),
    ssl: true,
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ current_user: string }>('SELECT current_user');
    return { currentUser: rows[0]!.current_user };
  } finally {
    await client.end();
  }
};
