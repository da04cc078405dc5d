import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { deadline } from '../base/deadline';
import { CodedError } from '../base/errors';
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

/** Where a local cluster was, as whoever drives it knows. */
export interface LocalPlace {
  dataDir: string;
  host: string;
  port: number;
  lambdaEndpoint?: string;
}

/** Why a local cluster is gone: nobody listens on any of its ports. Undefined where somebody does, or that cannot be told within `withinMs`. */
export async function lossOfCluster(
  { dataDir, host, port, lambdaEndpoint }: LocalPlace,
  withinMs = 2_000,
): Promise<CodedError | undefined> {
  const lambda = lambdaEndpoint === undefined ? undefined : new URL(lambdaEndpoint);
  if (lambda && (await answerAt(lambda.hostname, Number(lambda.port), withinMs)) !== 'refused') return undefined;
  if ((await answerAt(host, port, withinMs)) !== 'refused') return undefined;
  // who stops takes the description away first
  const died = fs.existsSync(path.join(dataDir, CLUSTER_FILE));
  return new CodedError(
    'LOCAL_CLUSTER_LOST',
    `${died ? 'the process of the local cluster died' : 'the local cluster was stopped'}: nobody listens on ${host}:${port} any more`,
    { nextStep: 'Start the cluster again, in VS Code or with "dsql-workshop local", and repeat the run.' },
  );
}

/** Whether a server accepts connections at `host`:`port` within `timeoutMs`. */
async function accepts(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return (await answerAt(host, port, timeoutMs)) === 'accepted';
}

/** What comes of connecting: `refused` where nobody listens, `failed` where nothing answers in time, or this machine has no socket left. */
function answerAt(host: string, port: number, timeoutMs: number): Promise<'accepted' | 'refused' | 'failed'> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port, ...ADDRESS_ATTEMPTS });
    const settle = (answer: 'accepted' | 'refused' | 'failed'): void => {
      endWait();
      socket.destroy();
      resolve(answer);
    };
    const endWait = deadline(timeoutMs, () => settle('failed'));
    socket
      .once('connect', () => settle('accepted'))
      .once('error', error => settle(isRefused(error) ? 'refused' : 'failed'));
  });
}

/** Whether each address of a name refused, or is one of IPv6, which machines may have no way to, as to ::1 in containers. */
function isRefused(error: Error): boolean {
  const each = (error instanceof AggregateError ? error.errors : [error]) as { code?: string; address?: string }[];
  const refused = each.filter(({ code }) => code === 'ECONNREFUSED');
  return refused.length > 0 && each.every(one => refused.includes(one) || one.address?.includes(':') === true);
}
