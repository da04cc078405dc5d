import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Client, type ClientConfig } from 'pg';

const hostname = process.env.CLUSTER_ENDPOINT!;

/** A token of the function's role, good for connecting for so many seconds. */
export function token(expiresIn = 900): Promise<string> {
  return new DsqlSigner({ hostname, region: process.env.AWS_REGION, expiresIn }).getDbConnectAuthToken();
}

/** Everything but the way the token is made. */
export const settings: ClientConfig = { host: hostname, port: 5432, user: 'myapp', database: 'postgres', ssl: true };

/** A connection of its own, outside every pool. `options` go with the start-up, as PGOPTIONS do. */
export async function connect(
  options?: string,
  password: string | (() => Promise<string>) = () => token(),
): Promise<Client> {
  const client = new Client({ ...settings, password, options, connectionTimeoutMillis: 10_000 });
  // A connection that the server ends while nobody is looking must not end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * A connection that is held to shorter limits than DSQL's, so that a lesson need not wait for minutes. Only the workshop's local cluster
 * knows these settings; the service refuses them with 0A000, and then there is nothing to practise with.
 */
export async function practise(limits: Record<string, number>): Promise<Client | undefined> {
  try {
    return await connect(practiceOptions(limits));
  } catch (error) {
    if ((error as { code?: string }).code === '0A000') return undefined;
    throw error;
  }
}

export function practiceOptions(limits: Record<string, number>): string {
  return Object.entries(limits)
    .map(([name, value]) => `-c dsql_local.${name}=${value}`)
    .join(' ');
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** What the server said, for showing. */
export function refusal(error: unknown): { sqlstate?: string; message: string; hint?: string } {
  const { code, message, hint } = error as Error & { code?: string; hint?: string };
  return { sqlstate: code, message, hint };
}
