/** A function as the local service keeps it, and as the API shows it. */

/** How a function runs on Lambda Managed Instances: in environments that take many invocations at a time. */
export interface ManagedInstances {
  capacityProviderArn: string;
  /** Of one environment; absent: 64 for each vCPU, and an environment of this service has one. */
  maxConcurrency?: number;
  memoryGibPerVcpu?: number;
}

/** Source: Node.js runtime for Lambda Managed Instances, developer guide, 2025-12. */
const DEFAULT_CONCURRENCY_PER_VCPU = 64;

/** Invocations that one environment of the version may run at the same time. */
export const maxConcurrencyOf = ({ managedInstances }: FunctionVersion): number =>
  managedInstances === undefined ? 1 : (managedInstances.maxConcurrency ?? DEFAULT_CONCURRENCY_PER_VCPU);

/** One version of a function: `$LATEST` or a published number. */
export interface FunctionVersion {
  version: string;
  description: string;
  runtime: string;
  roleArn: string;
  handler: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
  architectures: string[];
  managedInstances?: ManagedInstances;
  /** Base64 SHA-256 of the uploaded zip. */
  codeSha256: string;
  codeSizeBytes: number;
  /** Folder of the unpacked code, below the function's own. */
  codeFolder: string;
  /** `2026-11-21T02:30:00.000+0000` */
  lastModified: string;
  revisionId: string;
}

export interface FunctionAlias {
  name: string;
  functionVersion: string;
  description: string;
  revisionId: string;
}

export interface StoredFunction {
  name: string;
  latest: FunctionVersion;
  versions: FunctionVersion[];
  /**
   * The number that was published last, also of a version that is gone: none is given twice (developer guide, "Manage Lambda function
   * versions", 2026-11). Absent where there was none, and in what earlier releases stored.
   */
  lastVersion?: number;
  aliases: FunctionAlias[];
  tags: Record<string, string>;
}

/** What names a function in a path: a name, a partial or a full ARN, with or without a qualifier. */
export interface FunctionReference {
  name: string;
  qualifier?: string;
}

const NAME = /^[a-zA-Z0-9-_]{1,64}$/;
const QUALIFIER = /^(\$LATEST|[a-zA-Z0-9-_]{1,128})$/;
const REFERENCE =
  /^(?:(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:)?\d{12}:function:|function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

/** @returns undefined when `text` names no function. `qualifier` (from the query) wins over the one in the ARN. */
export function parseFunctionReference(text: string, qualifier?: string): FunctionReference | undefined {
  const match = REFERENCE.exec(text);
  if (!match || !NAME.test(match[1]!)) return undefined;
  const chosen = qualifier ?? match[2];
  if (chosen !== undefined && !QUALIFIER.test(chosen)) return undefined;
  return { name: match[1]!, qualifier: chosen };
}

/** Lambda's time format, with a numeric zone. */
export const lambdaTime = (date: Date): string => date.toISOString().replace('Z', '+0000');

/** A `FunctionConfiguration` of the API. */
export function describeVersion(name: string, arn: string, version: FunctionVersion): Record<string, unknown> {
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: version.runtime,
    Role: version.roleArn,
    Handler: version.handler,
    CodeSize: version.codeSizeBytes,
    Description: version.description,
    Timeout: version.timeoutSeconds,
    MemorySize: version.memoryMb,
    LastModified: version.lastModified,
    CodeSha256: version.codeSha256,
    Version: version.version,
    ...(Object.keys(version.environment).length > 0 ? { Environment: { Variables: version.environment } } : {}),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: version.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: version.architectures,
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
    ...describeManaged(version.managedInstances),
  };
}

function describeManaged(managed: ManagedInstances | undefined): Record<string, unknown> {
  if (managed === undefined) return {};
  return {
    CapacityProviderConfig: {
      LambdaManagedInstancesCapacityProviderConfig: {
        CapacityProviderArn: managed.capacityProviderArn,
        PerExecutionEnvironmentMaxConcurrency: managed.maxConcurrency,
        ExecutionEnvironmentMemoryGiBPerVCpu: managed.memoryGibPerVcpu,
      },
    },
  };
}

/** An `AliasConfiguration` of the API. */
export function describeAlias(arn: string, alias: FunctionAlias): Record<string, unknown> {
  return {
    AliasArn: `${arn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RevisionId: alias.revisionId,
  };
}
