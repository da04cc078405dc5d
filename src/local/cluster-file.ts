import fs from 'node:fs';
import path from 'node:path';
import { readClusterInfo } from '../core/connections/cluster-info';
import { CLUSTER_FILE, type LocalClusterInfo } from '../protocol/local-cluster';
import { removeIfPossible, writePrivateFile } from './private-file';
import { accepts } from './ports-in-use';
import { ownerOf } from './postgres/owner-lock';

/** Describes the running cluster to whoever comes later. Mode 0600: it holds the local keys. */
export function writeClusterFile(info: LocalClusterInfo): void {
  writePrivateFile(path.join(info.dataDir, CLUSTER_FILE), `${JSON.stringify(info, undefined, 2)}\n`);
}

/** Removes the description, unless it is already another process's. */
export function removeClusterFile(info: LocalClusterInfo): void {
  if (read(info.dataDir)?.pid === info.pid) removeIfPossible(path.join(info.dataDir, CLUSTER_FILE));
}

/** The cluster that runs on a data directory: its process owns the directory and its port answers. */
export async function findRunningCluster(dataDir: string): Promise<LocalClusterInfo | undefined> {
  const info = read(dataDir);
  if (!info || ownerOf(dataDir) !== info.pid) return undefined;
  return (await accepts(info.endpoint, info.port, 2000)) ? info : undefined;
}

function read(dataDir: string): LocalClusterInfo | undefined {
  try {
    return readClusterInfo(fs.readFileSync(path.join(dataDir, CLUSTER_FILE), 'utf8'));
  } catch {
    return undefined;
  }
}
