import type pg from 'pg';
import { connectionConfig } from '../../src/node/bank/connect';
import type { LocalClusterInfo } from '../../src/protocol/local-cluster';

/** How the administrator reaches a local cluster, with a token minted once, as programs other than `pg` want it. */
export async function clusterConfig(info: LocalClusterInfo): Promise<pg.ClientConfig> {
  const { endpoint: host, port, region, caFile, admin: credentials } = info;
  const config = connectionConfig({ host, port, region, caFile, user: 'admin', credentials });
  const password = typeof config.password === 'function' ? await config.password() : config.password;
  return { ...config, password };
}
