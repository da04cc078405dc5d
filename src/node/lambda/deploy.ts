/** Creates a function, or brings an existing one to the state wanted. */
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
  type LambdaClient,
  type Runtime,
} from '@aws-sdk/client-lambda';
import { CodedError } from '../../base/errors';
import { sizeText, type Deployment, type FunctionSource } from '../../core/lambda/contract';
import { workshopTags } from '../../core/aws/tags';
import { cancelled, deployFailed } from '../../core/lambda/errors';
import { MANAGED_MEMORY_MB } from '../../core/lambda/managed-instances';
import { patiently, untilSettled, type PatientContext } from './patience';
import { sha256Of } from './deployed-code';
import { bundleFunction, type FunctionBundle } from './bundle';
import { capacityOf } from './capacity';
import { tagExisting } from './tags';

/** The newest runtime that Lambda supports beyond 2026; bundles target Node 20. */
const RUNTIME: Runtime = 'nodejs22.x';
const DEFAULT_MEMORY_MB = 512;
const DEFAULT_TIMEOUT_SECONDS = 30;
interface DeployContext {
  client: LambdaClient;
  source: FunctionSource;
  progress: (text: string) => void;
  signal?: AbortSignal;
}

const calls = ({ client, source, progress, signal }: DeployContext): PatientContext => ({
  client,
  functionName: source.name,
  roleArn: source.roleArn,
  progress,
  signal,
});

type Wanted = ReturnType<typeof wantedConfiguration>;

/** What a learner has set stays with `publish`: their own function is theirs. */
function wantedConfiguration(source: FunctionSource, handler: string, current?: FunctionConfiguration) {
  const kept = source.publish ? current : undefined;
  const memoryMb = source.memoryMb ?? kept?.MemorySize ?? DEFAULT_MEMORY_MB;
  // a function stays on managed instances whoever deploys it
  const isManaged = (source.managedInstances ?? current?.CapacityProviderConfig) !== undefined;
  return {
    FunctionName: source.name,
    Runtime: RUNTIME,
    Handler: handler,
    Role: source.roleArn,
    MemorySize: isManaged ? Math.max(memoryMb, MANAGED_MEMORY_MB) : memoryMb,
    Timeout: source.timeoutSeconds ?? kept?.Timeout ?? DEFAULT_TIMEOUT_SECONDS,
    Environment: { Variables: withSourceMaps({ ...kept?.Environment?.Variables, ...source.environment }) },
    ...capacityOf(source.managedInstances),
  };
}

const SOURCE_MAPS = '--enable-source-maps';

/** Stack traces name the handler's own lines, in AWS as on the laptop; a user's own options stay before it. */
function withSourceMaps(variables: Record<string, string>): Record<string, string> {
  const own = variables.NODE_OPTIONS ?? '';
  if (own.split(/\s+/).includes(SOURCE_MAPS)) return variables;
  return { ...variables, NODE_OPTIONS: own.trim() === '' ? SOURCE_MAPS : `${own.trim()} ${SOURCE_MAPS}` };
}

function managedOf(of: FunctionConfiguration | Wanted): string {
  const managed = of.CapacityProviderConfig?.LambdaManagedInstancesCapacityProviderConfig;
  return JSON.stringify([managed?.CapacityProviderArn, managed?.PerExecutionEnvironmentMaxConcurrency]);
}

function isSame(current: FunctionConfiguration, wanted: Wanted): boolean {
  const variables = current.Environment?.Variables ?? {};
  const names = Object.keys(wanted.Environment.Variables);
  return (
    current.Runtime === wanted.Runtime &&
    current.Handler === wanted.Handler &&
    current.Role === wanted.Role &&
    current.MemorySize === wanted.MemorySize &&
    current.Timeout === wanted.Timeout &&
    (wanted.CapacityProviderConfig === undefined || managedOf(current) === managedOf(wanted)) &&
    names.length === Object.keys(variables).length &&
    names.every(name => variables[name] === wanted.Environment.Variables[name])
  );
}

async function currentConfiguration({
  client,
  source,
  signal,
}: DeployContext): Promise<FunctionConfiguration | undefined> {
  try {
    return await client.send(new GetFunctionConfigurationCommand({ FunctionName: source.name }), {
      abortSignal: signal,
    });
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function create(
  context: DeployContext,
  wanted: Wanted,
  bundle: FunctionBundle,
  sha256: string,
): Promise<FunctionConfiguration> {
  const { client, source, progress, signal } = context;
  progress(`Creating ${source.name}`);
  const command = new CreateFunctionCommand({
    ...wanted,
    Code: { ZipFile: bundle.zip },
    Tags: workshopTags({ chapter: source.chapter }),
  });
  let created: FunctionConfiguration;
  try {
    created = await patiently(calls(context), () => client.send(command, { abortSignal: signal }));
  } catch (error) {
    // the answer of an attempt was lost, or somebody else was quicker: what is there is brought to what is wanted
    const existing =
      (error as Error).name === 'ResourceConflictException' ? await currentConfiguration(context) : undefined;
    if (!existing) throw error;
    return update(context, wanted, bundle, existing, sha256);
  }
  if (created.State !== 'Active') await untilSettled(calls(context));
  return created;
}

async function update(
  context: DeployContext,
  wanted: Wanted,
  bundle: FunctionBundle,
  current: FunctionConfiguration,
  sha256: string,
): Promise<FunctionConfiguration> {
  const { client, source, progress, signal } = context;
  const settled = async (answer: FunctionConfiguration) => {
    if (answer.LastUpdateStatus !== 'Successful' || answer.State !== 'Active') await untilSettled(calls(context));
    return answer;
  };
  let latest = current;
  if (current.State !== 'Active' || current.LastUpdateStatus === 'InProgress')
    // what failed before is what a deployment mends
    await untilSettled(calls(context)).catch((error: unknown) => {
      if (!(error instanceof CodedError && error.code === 'LAMBDA_CHANGE_FAILED')) throw error;
    });
  if (!isSame(current, wanted)) {
    progress(`Updating the configuration of ${source.name}`);
    const command = new UpdateFunctionConfigurationCommand(wanted);
    latest = await settled(await patiently(calls(context), () => client.send(command, { abortSignal: signal })));
  }
  if (current.CodeSha256 !== sha256) {
    progress(`Updating the code of ${source.name}`);
    const command = new UpdateFunctionCodeCommand({ FunctionName: source.name, ZipFile: bundle.zip });
    latest = await settled(await patiently(calls(context), () => client.send(command, { abortSignal: signal })));
  }
  await tagExisting(context, current);
  return latest;
}

/**
 * Bundles and deploys; resolves when the function may be invoked. What is already as wanted is left alone.
 * Rejects with coded errors of the bundler, or with what the client throws.
 */
export async function deployFunction(context: DeployContext): Promise<Deployment> {
  const { source, progress, signal } = context;
  const startedAt = performance.now();
  progress(`Bundling ${source.name}`);
  const bundle = await bundleFunction(source.directory, source.entry);
  if (signal?.aborted) throw cancelled();
  const sha256 = await sha256Of(bundle.zip);
  const current = await currentConfiguration(context);
  const wanted = wantedConfiguration(source, bundle.handler, current);
  const result = current
    ? await update(context, wanted, bundle, current, sha256)
    : await create(context, wanted, bundle, sha256);
  if (result.FunctionArn === undefined) throw deployFailed(source.name, 'the service answered without an ARN');
  const version = source.publish ? await publish(context) : undefined;
  const durationMs = performance.now() - startedAt;
  const { sizeBytes: bundleBytes, codeBytes, mapBytes } = bundle;
  progress(`${source.name} is ready (${sizeText({ bundleBytes, codeBytes, mapBytes })})`);
  return {
    functionName: source.name,
    functionArn: result.FunctionArn,
    created: current === undefined,
    changed: result !== current,
    bundleBytes,
    codeBytes,
    mapBytes,
    codeSha256: result.CodeSha256 ?? sha256,
    ...(version !== undefined && { version }),
    durationMs,
  };
}

/** A version to roll back to. The function is deployed already: when no version can be made of it, that is told and no failure. */
async function publish(context: DeployContext): Promise<string | undefined> {
  const { client, source, progress, signal } = context;
  try {
    const command = new PublishVersionCommand({ FunctionName: source.name });
    return (await patiently(calls(context), () => client.send(command, { abortSignal: signal }))).Version;
  } catch (error) {
    if (signal?.aborted) throw error;
    progress(`${source.name} is deployed; no version was published (${(error as Error).message})`);
    return undefined;
  }
}
