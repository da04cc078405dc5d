import type { LocalClusterInfo } from '../../protocol/local-cluster';

/** What a shell needs so that psql, the AWS SDK and other people's programs work against the cluster. `token`: fresh, for `admin`. */
export function connectionEnvironment(info: LocalClusterInfo, token: string): Record<string, string> {
  return {
    CLUSTER_ENDPOINT: info.endpoint,
    PGHOST: info.endpoint,
    PGPORT: String(info.port),
    PGUSER: 'admin',
    PGDATABASE: 'postgres',
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: info.caFile,
    PGPASSWORD: token,
    AWS_REGION: info.region,
    AWS_ACCESS_KEY_ID: info.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: info.admin.secretAccessKey,
    AWS_ENDPOINT_URL_LAMBDA: info.lambdaEndpoint,
    NODE_EXTRA_CA_CERTS: info.caFile,
  };
}
