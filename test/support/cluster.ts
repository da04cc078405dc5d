import { DsqlSigner } from '@aws-sdk/dsql-signer';
import fs from 'node:fs';
import pg from 'pg';
import { startLocalCluster, type LocalCluster, type LocalClusterOptions } from '../../src/local/cluster';
import type { LocalClusterInfo } from '../../src/protocol/local-cluster';
import { removeDirectory, temporaryDirectory } from './postgres';

/** A whole local cluster on free ports, in a directory of its own unless one is given; `close` removes that directory. Jobs are quick. */
export async function startTestCluster(options: LocalClusterOptions = {}): Promise<LocalCluster> {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const remove = () => options.dataDir === undefined && removeDirectory(dataDir);
  try {
    const cluster = await startLocalCluster({
      port: 0,
      lambdaPort: 0,
      jobs: { minimumMs: 50, lookEveryMs: 50 },
      ...options,
      dataDir,
    });
    return {
      info: cluster.info,
      close: async () => {
        await cluster.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Who connects, and as what. */
export interface Login {
  user?: string;
  /** Default: the cluster's admin principal. */
  as?: 'admin' | 'lambdaRole';
  /** The action the token is made for; default by user, as the service wants it. */
  action?: 'DbConnect' | 'DbConnectAdmin';
  expiresIn?: number;
}

/** A token by the AWS SDK's own signer. */
export function token(
  info: LocalClusterInfo,
  { user = 'admin', as = 'admin', action, expiresIn }: Login = {},
): Promise<string> {
  const signer = new DsqlSigner({ hostname: info.endpoint, region: info.region, credentials: info[as], expiresIn });
  const wanted = action ?? (user === 'admin' ? 'DbConnectAdmin' : 'DbConnect');
  return wanted === 'DbConnectAdmin' ? signer.getDbConnectAdminAuthToken() : signer.getDbConnectAuthToken();
}

/** Options of `pg` for a client that verifies the server's certificate and name. */
export async function clientOptions(info: LocalClusterInfo, login: Login = {}): Promise<pg.ClientConfig> {
  return {
    host: info.endpoint,
    port: info.port,
    database: 'postgres',
    user: login.user ?? 'admin',
    password: await token(info, login),
    ssl: { ca: fs.readFileSync(info.caFile, 'utf8'), rejectUnauthorized: true, servername: info.endpoint },
  };
}

/** A connected client. The caller ends it. */
export async function connect(info: LocalClusterInfo, login: Login = {}): Promise<pg.Client> {
  const client = new pg.Client(await clientOptions(info, login));
  client.on('error', () => {});
  await client.connect();
  return client;
}
