import { DATA_DIR_VARIABLE } from '../protocol/local-cluster';
import type { Target } from './target';
import { ADMIN_USER, mintToken } from './token';

/** A shell lives longer than 15 minutes. Signed for this cluster only. */
const TOKEN_SECONDS = 12 * 60 * 60;

/**
 * The environment in which libpq programs connect as admin and AWS SDKs reach the Lambda API of a local cluster. The names
 * are libpq's and the SDKs' own; DATA_DIR_VARIABLE is for this product's commands. CLUSTER_ENDPOINT is what workshop handlers read, with CLUSTER_USER and REGION the suites of AWS's
 * connectors, which want CLUSTER_HOST for it.
 */
export async function localEnvironment(target: Target): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = await target.credentials.admin();
  const variables: Record<string, string | undefined> = {
    CLUSTER_ENDPOINT: target.endpoint,
    CLUSTER_HOST: target.clusterHost,
    CLUSTER_USER: ADMIN_USER,
    REGION: target.region,
    PGHOST: target.endpoint,
    PGPORT: String(target.port),
    PGUSER: ADMIN_USER,
    PGDATABASE: 'postgres',
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: target.caFile,
    PGPASSWORD: await mintToken(target, 'admin', ADMIN_USER, TOKEN_SECONDS),
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region, // what boto3 reads
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_LAMBDA: target.lambda.endpoint,
    NODE_EXTRA_CA_CERTS: target.caFile,
    [DATA_DIR_VARIABLE]: target.dataDir,
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Variables that would lead clients elsewhere whatever else is set, as far as they are set now. */
export function conflictingVariables(env: NodeJS.ProcessEnv): string[] {
  return ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'PGHOSTADDR', 'PGSERVICE', 'PGOPTIONS', 'PGSSLNEGOTIATION'].filter(
    name => env[name],
  );
}
