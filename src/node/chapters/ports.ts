import type { Closeable } from '../../base/lifecycle';
import type { ChapterPorts } from '../../core/chapters/contract';
import type { FunctionAdmin } from '../../core/lambda/admin';
import type { SourcesPort } from '../../core/workspace/contract';
import type { RunPlan, RunResult, RunSnapshot } from '../../core/stress/contract';
import { runTargetKey, type SharedRuns } from '../../core/stress/shared-runs';
import type { DatabaseTarget, LambdaTarget } from '../../protocol/stress';
import { lambdaEndpointOf } from '../aws-requests';
import { auditOver } from '../bank/audit';
import { bankPool } from '../bank/connect';
import { loadAccounts } from '../bank/load';
import { createDatabase } from '../database';
import { createLambdaPort } from '../lambda/port';
import { loadSessionScript } from '../sessions/load';
import { targetSessions } from '../sessions/target-sessions';
import { runTargetOf, type Target } from '../target';
import { mintToken } from '../token';

/** What a run drives, with the keys of this moment. */
export interface EngineTarget {
  database: DatabaseTarget;
  lambda: LambdaTarget;
  /** Of a local cluster. */
  dataDir?: string;
}

/** `runStress` of the stress engine, which lies above this layer and is passed in. */
export type StressEngine = (
  plan: RunPlan,
  target: EngineTarget,
  onSnapshot: (snapshot: RunSnapshot) => void,
  signal: AbortSignal,
) => Promise<RunResult>;

const LOAD_CONNECTIONS = 4;

/** The ports chapters run through, on a target. Close them to let their connections go. */
export function createChapterPorts(
  target: Target,
  runStress: StressEngine,
  sources?: SourcesPort,
  /** Where runs are noted for those of other processes; default: nowhere. */
  shared?: SharedRuns,
): ChapterPorts & Closeable & { lambda: FunctionAdmin } {
  const database = createDatabase(target);
  const { endpoint, roleArn, functionPrefix } = target.lambda;
  const key = runTargetKey(target);
  const lambda = createLambdaPort({ endpoint, region: target.region, credentials: target.credentials.admin });
  return {
    variables: { region: target.region, clusterEndpoint: target.endpoint, lambdaRoleArn: roleArn },
    database,
    sources,
    lambda: withPrefix(lambda, functionPrefix),
    sessions: {
      open: targetSessions(target),
      load: (name, directory) => Promise.resolve(loadSessionScript(name, directory).text),
    },
    mintToken: (as, user) => mintToken(target, as, user),
    stress: {
      run: async (plan, onSnapshot, signal) => {
        const own = withPrefixedFunction(plan, functionPrefix);
        const make = async (): Promise<RunResult> => runStress(own, await engineTarget(target), onSnapshot, signal);
        const result = await (shared ? shared.noted(key, plan.name, make) : make());
        return { ...result, target: runTargetOf(target) };
      },
      ...(shared && { left: () => shared.left(key) }),
    },
    bank: {
      loadAccounts: (count, balance, onProgress, signal) =>
        withBankPool(target, async pool => {
          const plan = { count, balance, workers: LOAD_CONNECTIONS };
          const progress = await loadAccounts(
            pool,
            plan,
            ({ loaded, rowsPerSecond }) => onProgress(loaded, rowsPerSecond),
            signal,
          );
          return progress.inserted;
        }),
      audit: signal => auditOver(database, signal),
    },
    close: async () => {
      lambda.dispose();
      await database.close();
    },
  };
}

/** What a run on a target drives, with the keys of this moment. */
export async function engineTarget(target: Target): Promise<EngineTarget> {
  const database = await databaseTarget(target);
  const { region, lambda, dataDir } = target;
  return {
    database,
    lambda: { endpoint: lambda.endpoint ?? lambdaEndpointOf(), region, credentials: database.credentials },
    dataDir,
  };
}

/** The database side of a target, as the bank's loaders and the stress workers take it. Keys are those of this moment. */
export async function databaseTarget(target: Target): Promise<DatabaseTarget> {
  const { accessKeyId, secretAccessKey, sessionToken } = await target.credentials.admin();
  return {
    host: target.endpoint,
    port: target.port,
    hostaddr: target.hostaddr,
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

function withPrefix(lambda: FunctionAdmin, prefix: string): FunctionAdmin {
  const own = ({ name }: { name: string }): boolean => name.startsWith(prefix);
  return {
    deploy: (source, onProgress, signal) =>
      lambda.deploy({ ...source, name: prefix + source.name }, onProgress, signal),
    invoke: (name, payload, options) => lambda.invoke(prefix + name, payload, options),
    remove: (name, signal) => lambda.remove(prefix + name, signal),
    exists: (name, signal) => lambda.exists(prefix + name, signal),
    describe: (name, signal) => lambda.describe(prefix + name, signal),
    list: async signal =>
      (await lambda.list(signal)).filter(own).map(state => ({ ...state, name: state.name.slice(prefix.length) })),
    versions: (name, signal) => lambda.versions(prefix + name, signal),
    sources: (name, signal) => lambda.sources(prefix + name, signal),
    compare: (name, ...rest) => lambda.compare(prefix + name, ...rest),
    configure: (name, ...rest) => lambda.configure(prefix + name, ...rest),
    rollBack: (name, ...rest) => lambda.rollBack(prefix + name, ...rest),
    logEvents: (name, ...rest) => lambda.logEvents(prefix + name, ...rest),
  };
}

function withPrefixedFunction(plan: RunPlan, prefix: string): RunPlan {
  if (plan.workload.type !== 'lambda-transfer') return plan;
  return { ...plan, workload: { ...plan.workload, functionName: prefix + plan.workload.functionName } };
}
