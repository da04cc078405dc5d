import type { Closeable } from '../../base/lifecycle';
import type { ChapterPorts } from '../../core/chapters/contract';
import type { LambdaPort } from '../../core/lambda/contract';
import type { DatabaseTarget } from '../../protocol/stress';
import { audit } from '../bank/audit';
import { bankPool } from '../bank/connect';
import { loadAccounts } from '../bank/load';
import { createDatabase } from '../database';
import type { Target } from '../target';
import { mintToken } from '../token';

/** Runs a stress plan on a target. The engine lies above this layer and is passed in. */
export type StressEngine = (
  target: Target,
  ...run: Parameters<ChapterPorts['stress']['run']>
) => ReturnType<ChapterPorts['stress']['run']>;

const LOAD_CONNECTIONS = 4;

/** The ports chapters run through, on a target. Close them to let their connections go. */
export function createChapterPorts(
  target: Target,
  engines: { lambda: LambdaPort; stress: StressEngine },
): ChapterPorts & Closeable {
  const database = createDatabase(target);
  const prefixed = withPrefix(engines.lambda, target.lambda.functionPrefix);
  return {
    variables: { region: target.region, clusterEndpoint: target.endpoint, lambdaRoleArn: target.lambda.roleArn },
    database,
    lambda: prefixed,
    mintToken: (as, user) => mintToken(target, as, user),
    stress: {
      run: (plan, onSnapshot, signal) => engines.stress(target, withPrefixedFunction(plan, target), onSnapshot, signal),
    },
    bank: {
      loadAccounts: (count, balance, onProgress, signal) =>
        withBankPool(target, async pool => {
          const progress = await loadAccounts(
            () => pool,
            { count, balance, workers: LOAD_CONNECTIONS },
            ({ loaded }) => onProgress(loaded),
            signal,
          );
          return progress.inserted;
        }),
      audit: () => withBankPool(target, audit),
    },
    close: () => database.close(),
  };
}

/** The database side of a target, as the bank's loaders and the stress workers take it. Keys are those of this moment. */
export async function databaseTarget(target: Target): Promise<DatabaseTarget> {
  const { accessKeyId, secretAccessKey, sessionToken } = await target.credentials.admin();
  return {
    host: target.endpoint,
    port: target.port,
    region: target.region,
    caFile: target.caFile,
    user: 'admin',
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  };
}

async function withBankPool<T>(target: Target, work: (pool: ReturnType<typeof bankPool>) => Promise<T>): Promise<T> {
  const pool = bankPool(await databaseTarget(target), LOAD_CONNECTIONS);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

function withPrefix(lambda: LambdaPort, prefix: string): LambdaPort {
  return {
    deploy: (source, onProgress, signal) =>
      lambda.deploy({ ...source, name: prefix + source.name }, onProgress, signal),
    invoke: (name, payload, options) => lambda.invoke(prefix + name, payload, options),
    remove: name => lambda.remove(prefix + name),
    exists: name => lambda.exists(prefix + name),
  };
}

type Plan = Parameters<ChapterPorts['stress']['run']>[0];

function withPrefixedFunction(plan: Plan, target: Target): Plan {
  if (plan.workload.type !== 'lambda-transfer') return plan;
  const functionName = target.lambda.functionPrefix + plan.workload.functionName;
  return { ...plan, workload: { ...plan.workload, functionName } };
}
