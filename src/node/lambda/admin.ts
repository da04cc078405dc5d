/** Looking after deployed functions, over the AWS SDK: the same code for AWS and for the local service. */
import {
  GetFunctionCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  previousVersion,
  type FunctionAdmin,
  type FunctionState,
  type FunctionVersion,
  type OnProgress,
} from '../../core/lambda/admin';
import { conditionOf } from '../../core/lambda/condition';
import { nothingToRollBack, versionMissing } from '../../core/lambda/errors';
import { readSources } from '../workspace/folder';
import { bundleFunction } from './bundle';
import { capacityOf } from './capacity';
import { downloadCode, mapSources, sha256Of } from './deployed-code';
import { patiently, untilSettled, type PatientContext } from './patience';

type AdminCalls = Omit<FunctionAdmin, 'deploy' | 'invoke' | 'remove' | 'exists' | 'logEvents'>;

/** What a function says of itself. */
function stateOf(configuration: FunctionConfiguration): FunctionState {
  const condition = conditionOf(configuration);
  const managed = configuration.CapacityProviderConfig?.LambdaManagedInstancesCapacityProviderConfig;
  return {
    name: configuration.FunctionName ?? '',
    arn: configuration.FunctionArn ?? '',
    codeSha256: configuration.CodeSha256 ?? '',
    codeBytes: configuration.CodeSize ?? 0,
    memoryMb: configuration.MemorySize ?? 0,
    timeoutSeconds: configuration.Timeout ?? 0,
    environment: configuration.Environment?.Variables ?? {},
    runtime: configuration.Runtime ?? '',
    ...(managed && {
      managedInstances: {
        capacityProviderArn: managed.CapacityProviderArn ?? '',
        maxConcurrency: managed.PerExecutionEnvironmentMaxConcurrency,
      },
    }),
    lastModified: configuration.LastModified ?? '',
    ...(condition && { condition }),
  };
}

/** The calls of a FunctionAdmin that a client answers; errors are the client's own and are coded by the port. */
export function adminCalls(client: LambdaClient): AdminCalls {
  const versions = async (functionName: string, signal?: AbortSignal): Promise<FunctionVersion[]> => {
    const found: FunctionVersion[] = [];
    let Marker: string | undefined;
    do {
      const command = new ListVersionsByFunctionCommand({ FunctionName: functionName, Marker });
      const page = await client.send(command, { abortSignal: signal });
      for (const one of page.Versions ?? [])
        if (one.Version !== undefined && one.Version !== '$LATEST')
          found.push({
            version: one.Version,
            codeSha256: one.CodeSha256 ?? '',
            codeBytes: one.CodeSize ?? 0,
            lastModified: one.LastModified ?? '',
            description: one.Description ?? '',
          });
      Marker = page.NextMarker;
    } while (Marker);
    return found.sort((a, b) => Number(b.version) - Number(a.version));
  };
  const codeOf = async (functionName: string, version?: string, signal?: AbortSignal) => {
    const command = new GetFunctionCommand({ FunctionName: functionName, Qualifier: version });
    const { Configuration = {}, Code } = await client.send(command, { abortSignal: signal });
    return { state: stateOf(Configuration), zip: await downloadCode(functionName, Code?.Location, signal) };
  };
  const patientOf = (functionName: string, progress: OnProgress, signal?: AbortSignal): PatientContext => ({
    client,
    functionName,
    progress,
    signal,
  });

  return {
    versions,
    describe: async (functionName, signal) => {
      try {
        const command = new GetFunctionCommand({ FunctionName: functionName });
        const { Configuration } = await client.send(command, { abortSignal: signal });
        return Configuration && stateOf(Configuration);
      } catch (error) {
        if ((error as Error).name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    list: async signal => {
      const found: FunctionState[] = [];
      let Marker: string | undefined;
      do {
        const page = await client.send(new ListFunctionsCommand({ Marker }), { abortSignal: signal });
        found.push(...(page.Functions ?? []).map(stateOf));
        Marker = page.NextMarker;
      } while (Marker);
      return found;
    },
    sources: async (functionName, signal) => mapSources((await codeOf(functionName, undefined, signal)).zip),
    compare: async (functionName, directory, signal) => {
      const deployedCode = codeOf(functionName, undefined, signal);
      const [{ state, zip }, bundle] = await Promise.all([deployedCode, bundleFunction(directory)]);
      const deployed = mapSources(zip);
      const named = new Set([...deployed, ...mapSources(bundle.zip)].map(({ path }) => path));
      return {
        same: (await sha256Of(bundle.zip)) === state.codeSha256,
        deployedBytes: state.codeBytes,
        workingBytes: bundle.sizeBytes,
        deployed,
        working: readSources(directory).filter(({ path }) => named.has(path)),
      };
    },
    configure: async (functionName, settings, progress = () => undefined, signal) => {
      const { memoryMb, timeoutSeconds, environment, managedInstances } = settings;
      progress(`Updating the settings of ${functionName}`);
      const command = new UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        MemorySize: memoryMb,
        Timeout: timeoutSeconds,
        ...(environment && { Environment: { Variables: environment } }),
        ...capacityOf(managedInstances),
      });
      const patience = patientOf(functionName, progress, signal);
      await patiently(patience, () => client.send(command, { abortSignal: signal }));
      await untilSettled(patience);
    },
    rollBack: async (functionName, wanted, progress = () => undefined, signal) => {
      const command = new GetFunctionCommand({ FunctionName: functionName });
      const { CodeSha256 = '' } = (await client.send(command, { abortSignal: signal })).Configuration ?? {};
      const known = await versions(functionName, signal);
      const target =
        wanted === undefined ? previousVersion(known, CodeSha256) : known.find(one => one.version === wanted);
      if (!target)
        throw wanted === undefined
          ? nothingToRollBack(functionName)
          : versionMissing(
              functionName,
              wanted,
              known.map(one => one.version),
            );
      progress(`Fetching the code of version ${target.version}`);
      const { zip } = await codeOf(functionName, target.version, signal);
      progress(`Putting version ${target.version} back`);
      const putting = new UpdateFunctionCodeCommand({ FunctionName: functionName, ZipFile: zip });
      const patience = patientOf(functionName, progress, signal);
      await patiently(patience, () => client.send(putting, { abortSignal: signal }));
      await untilSettled(patience);
      return target;
    },
  };
}
