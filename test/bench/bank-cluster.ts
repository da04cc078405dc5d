import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ChapterPorts } from '../../src/core/chapters/contract';
import type { Closeable } from '../../src/base/lifecycle';
import { CREATE_TABLES } from '../../src/core/bank/schema';
import { localCapacityProvider } from '../../src/core/lambda/managed-instances';
import { createChapterPorts } from '../../src/node/chapters/ports';
import { localTarget } from '../../src/node/target-local';
import { startLocalProcess } from '../../src/node/target-local-process';
import type { LocalClusterInfo } from '../../src/protocol/local-cluster';
import { runStress } from '../../src/stress/controller';

const ROOT = path.resolve(__dirname, '../..');

/** The local stack as the product runs it: cluster in a process of its own, the bank set up, the transfer function deployed. */
export interface BankCluster extends Closeable {
  info: LocalClusterInfo;
  ports: ChapterPorts;
}

/** Name of the deployed function: chapter 3's handler, which retries and records, so five statements a transfer. */
export const FUNCTION_NAME = 'bench-transfer';

/** The same handler on Lambda Managed Instances: 8 invocations at a time in each environment. More of them meet on the same rows too often. */
export const MANAGED_FUNCTION_NAME = 'bench-transfer-managed';

/** Bundles the sources as they are, unless `--no-build` says that `dist/` is right. */
export function bundle(): void {
  if (!process.argv.includes('--no-build')) execFileSync(process.execPath, [path.join(ROOT, 'src/build/bundle.mjs')]);
}

/**
 * Bundles, then starts a cluster and sets the bank up with `accounts` accounts of 1,000,000. `entry`: a bundle of the cluster other than
 * that in `dist/`.
 */
export async function startBankCluster(accounts: number, entry?: string): Promise<BankCluster> {
  bundle();
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-cluster-'));
  const removeData = (): void => fs.rmSync(dataDir, { recursive: true, force: true });
  const cluster = await startLocalProcess(dataDir, undefined, { entry }).catch((error: unknown) => {
    removeData();
    throw error;
  });
  const target = localTarget(cluster.info);
  const ports = createChapterPorts(target, runStress);
  const close = async (): Promise<void> => {
    await ports.close();
    await cluster.close();
    removeData();
  };
  try {
    const grants = [
      ...CREATE_TABLES,
      'CREATE ROLE myapp WITH LOGIN',
      `AWS IAM GRANT myapp TO '${cluster.info.lambdaRole.arn}'`,
      'GRANT SELECT, INSERT, UPDATE ON accounts, transactions TO myapp',
    ];
    for (const sql of grants) await ports.database.query(sql);
    await ports.bank.loadAccounts(accounts, 1_000_000, () => undefined, new AbortController().signal);
    const source = {
      directory: path.join(ROOT, 'workshop/chapters/03-uuid-history/lambda'),
      environment: { CLUSTER_ENDPOINT: cluster.info.endpoint },
      roleArn: cluster.info.lambdaRole.arn,
    };
    await ports.lambda.deploy({ ...source, name: FUNCTION_NAME });
    const managedInstances = {
      capacityProviderArn: localCapacityProvider(cluster.info.lambdaRole.arn, cluster.info.region),
      maxConcurrency: 8,
    };
    await ports.lambda.deploy({ ...source, name: MANAGED_FUNCTION_NAME, managedInstances });
    return { info: cluster.info, ports, close };
  } catch (error) {
    await close();
    throw error;
  }
}
