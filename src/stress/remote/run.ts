import { CodedError } from '../../base/errors';
import { GENERATOR_FUNCTION } from '../../core/lambda/names';
import type { LambdaPort } from '../../core/lambda/contract';
import type { RunPlan, RunResult, RunSnapshot } from '../../core/stress/contract';
import { giveUpAfterMs } from '../../core/stress/outage';
import {
  AWS_QUOTAS,
  GENERATOR_MEMORY_MB,
  LAMBDA_MAX_SECONDS,
  planFanOut,
  type FanOutOptions,
  type FanOutPlan,
} from '../../core/stress/fan-out';
import { distFile } from '../../node/assets';
import { createLambdaPort } from '../../node/lambda/port';
import { lambdaConcurrency } from '../../node/lambda/quota';
import { runStress, type StressOptions, type StressTarget } from '../controller';
import { generatorFailed } from './errors';
import { RemoteGenerator, type InvokeGenerator } from './generator';

/** How a run is fanned out. */
export interface FanOutRun {
  generators: number;
  /** Execution role of the generators. On AWS it needs `lambda:InvokeFunction`, or `dsql:DbConnectAdmin` for workloads over SQL. */
  roleArn: string;
  /** Seconds of one invocation; default 10. */
  legSeconds?: number;
  /** Lambda is billed: on AWS, whatever its address; not on the local cluster. */
  billed: boolean;
  /** Default `dsql-load-generator`, with the target's prefix where it has one. */
  functionName?: string;
  /** Told what is being deployed. */
  onProgress?: (text: string) => void;
  /** Folder of the generator's bundle; default the product's. */
  directory?: string;
  /** How the bank is audited. */
  audit?: StressOptions['audit'];
}

const THROTTLED_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** The numbers of a fanned-out run, with the account's own concurrency quota, before anything is deployed. */
export async function prepareFanOut(
  plan: RunPlan,
  target: StressTarget,
  { billed, ...options }: Pick<FanOutRun, 'generators' | 'legSeconds' | 'billed'>,
): Promise<FanOutPlan> {
  const lambda = lambdaOf(target);
  const quotas = { ...AWS_QUOTAS, lambdaConcurrency: await lambdaConcurrency(lambda) };
  return planFanOut(plan, fanOutOptions(options, { quotas, billed }));
}

/**
 * Runs a plan from load generators in Lambda: deploys the generator where it is missing or other, and invokes it `generators` times at
 * once, leg after leg; otherwise as `runStress`. A worker of the plan is a generator. Figures arrive with the end of each leg; a leg that
 * was under way when the run was stopped goes on to its end in Lambda, its calls count as unknown. Rejects with what `runStress`,
 * `planFanOut` and the deployment reject with.
 */
export async function runFannedOut(
  plan: RunPlan,
  target: StressTarget,
  options: FanOutRun,
  onSnapshot: (snapshot: RunSnapshot) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunResult> {
  const lambda = lambdaOf(target);
  const { shares, legSeconds } = await prepareFanOut(plan, target, options);
  const port = createLambdaPort(lambda);
  try {
    const name = options.functionName ?? GENERATOR_FUNCTION;
    await port.deploy(
      {
        name,
        directory: options.directory ?? distFile('load-generator'),
        environment: {},
        memoryMb: GENERATOR_MEMORY_MB,
        timeoutSeconds: LAMBDA_MAX_SECONDS,
        roleArn: options.roleArn,
      },
      options.onProgress,
      signal,
    );
    const invoke = invokeThrough(port, name);
    return await runStress({ ...plan, workers: shares.length }, target, onSnapshot, signal, {
      ...(options.audit ? { audit: options.audit } : {}),
      maxConnections: AWS_QUOTAS.connections,
      createWorker: (share, i) =>
        new RemoteGenerator(share, {
          invoke,
          startDelayMs: shares[i]?.startDelayMs ?? 0,
          legMs: legSeconds * 1000,
          giveUpAfterMs: giveUpAfterMs(plan),
          throttledWaitsMs: THROTTLED_WAITS_MS,
        }),
    });
  } finally {
    port.dispose();
  }
}

const invokeThrough =
  (port: LambdaPort, name: string): InvokeGenerator =>
  async (request, signal) => {
    const { payload, functionError } = await port.invoke(name, request, { signal });
    if (functionError !== undefined) throw generatorFailed(payload);
    return payload;
  };

function fanOutOptions(
  { generators, legSeconds }: Pick<FanOutRun, 'generators' | 'legSeconds'>,
  more: Pick<FanOutOptions, 'quotas' | 'billed'>,
): FanOutOptions {
  return { generators, ...(legSeconds === undefined ? {} : { legSeconds }), ...more };
}

function lambdaOf(target: StressTarget): NonNullable<StressTarget['lambda']> {
  if (target.lambda) return target.lambda;
  throw new CodedError('STRESS_TARGET_INCOMPLETE', 'generators run in Lambda, but the target has no Lambda API', {
    nextStep: 'Choose a target with a Lambda endpoint or Region, or run from this machine.',
  });
}
