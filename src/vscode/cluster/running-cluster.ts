import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { CLUSTER_FILE, type LocalClusterInfo } from '../../protocol/local-cluster';
import { isLocalClusterInfo } from './ready-line';

/** The cluster that another window or a terminal runs on this data directory, if its process lives and its port answers. */
export async function findRunningCluster(dataDir: string): Promise<LocalClusterInfo | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await fs.readFile(path.join(dataDir, CLUSTER_FILE), 'utf8'));
  } catch {
    return undefined;
  }
  if (!isLocalClusterInfo(value) || !isAlive(value.pid)) return undefined;
  return (await accepts(value.endpoint, value.port)) ? value : undefined;
}

/** True when a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function accepts(host: string, port: number, timeoutMs = 2_000): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => done(false));
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
