import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { deadline } from '../base/deadline';
import { readClusterInfo } from '../core/connections/cluster-info';
import { clusterHost } from '../core/connections/endpoint';
import { CLUSTER_FILE, type LocalClusterInfo, type LocalPrincipal } from '../protocol/local-cluster';
import { ADDRESS_ATTEMPTS } from '../base/address-attempts';
import { isAlive } from './process-alive';
import type { KeyProvider, Target } from './target';

/** A running local cluster as a target. */
export function localTarget(info: LocalClusterInfo): Target {
  return {
    name: 'local',
    kind: 'local',
    region: info.region,
    endpoint: info.endpoint,
    clusterHost: clusterHost(info.clusterId, info.region),
    port: info.port,
    dataDir: info.dataDir,
    caFile: info.caFile,
    credentials: { admin: keys(info.admin), lambda: keys(info.lambdaRole) },
    arns: { admin: info.admin.arn, lambda: info.lambdaRole.arn },
    lambda: {
      endpoint: info.lambdaEndpoint,
      roleArn: info.lambdaRole.arn,
      generatorRoleArn: info.generatorRole.arn,
      functionPrefix: '',
    },
  };
}

function keys({ accessKeyId, secretAccessKey }: LocalPrincipal): KeyProvider {
  return () => Promise.resolve({ accessKeyId, secretAccessKey });
}

/** The cluster that runs on a data directory: described there, its process alive, its port answering within `withinMs`. */
export async function findRunningCluster(dataDir: string, withinMs = 2_000): Promise<LocalClusterInfo | undefined> {
  let text: string;
  try {
    text = fs.readFileSync(path.join(dataDir, CLUSTER_FILE), 'utf8');
  } catch {
    return undefined;
  }
  const info = readClusterInfo(text);
  return info && isAlive(info.pid) && (await accepts(info.endpoint, info.port, withinMs)) ? info : undefined;
}

/** Whether a server accepts connections at `host`:`port` within `timeoutMs`. */
function accepts(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port, ...ADDRESS_ATTEMPTS });
    const settle = (answer: boolean): void => {
      endWait();
      socket.destroy();
      resolve(answer);
    };
    const endWait = deadline(timeoutMs, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
