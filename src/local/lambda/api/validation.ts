/** Checks what comes in with CreateFunction and the Update calls, in the service's words. */
import type { ManagedInstances } from '../functions/model';
import { RESERVED_VARIABLES } from '../functions/runtime-environment';
import { invalidModel, invalidParameter } from './errors';

export type Body = Record<string, unknown>;

const ROLE = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const MAX_VARIABLES_BYTES = 4096;

/** The members of a function's configuration that a request may set; undefined where it does not. */
export interface ConfigurationChange {
  description?: string;
  runtime?: string;
  roleArn?: string;
  handler?: string;
  memoryMb?: number;
  timeoutSeconds?: number;
  environment?: Record<string, string>;
  managedInstances?: ManagedInstances;
}

function text(body: Body, member: string): string | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidModel(value, member, 'Member must be a string');
  return value;
}

function integer(body: Body, member: string, min: number, max: number): number | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw invalidModel(value, member, 'Member must be an integer');
  if (value < min) throw invalidModel(value, member, `Member must have value greater than or equal to ${min}`);
  if (value > max) throw invalidModel(value, member, `Member must have value less than or equal to ${max}`);
  return value;
}

function environment(body: Body): Record<string, string> | undefined {
  const given = body['Environment'];
  if (given === undefined || given === null) return undefined;
  const variables = (given as { Variables?: unknown }).Variables ?? {};
  if (typeof variables !== 'object' || variables === null)
    throw invalidModel(variables, 'environment.variables', 'Member must be a map');
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name))
      throw invalidModel(
        name,
        'environment.variables',
        'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]',
      );
    if (typeof value !== 'string')
      throw invalidModel(value, `environment.variables.${name}`, 'Member must be a string');
    result[name] = value;
  }
  const reserved = Object.keys(result).filter(name => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  if (Buffer.byteLength(JSON.stringify(result)) > MAX_VARIABLES_BYTES)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(Object.keys(result))}`,
    );
  return result;
}

const CAPACITY_PROVIDER =
  /^arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d:\d{12}:capacity-provider:[a-zA-Z0-9-_]+$/;

/** Source of the bounds: API reference, `LambdaManagedInstancesCapacityProviderConfig`, 2025-12. */
function managedInstances(body: Body): ManagedInstances | undefined {
  const given = body['CapacityProviderConfig'] as Body | undefined | null;
  if (given === undefined || given === null) return undefined;
  const path = 'capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig';
  const config = given['LambdaManagedInstancesCapacityProviderConfig'] as Body | undefined | null;
  if (typeof config !== 'object' || config === null) throw invalidModel('null', path, 'Member must not be null');
  const capacityProviderArn = required(text(config, 'CapacityProviderArn'), `${path}.capacityProviderArn`);
  if (!CAPACITY_PROVIDER.test(capacityProviderArn))
    throw invalidModel(
      capacityProviderArn,
      `${path}.capacityProviderArn`,
      `Member must satisfy regular expression pattern: ${CAPACITY_PROVIDER.source.slice(1, -1)}`,
    );
  const memory = config['ExecutionEnvironmentMemoryGiBPerVCpu'] ?? undefined;
  if (memory !== undefined && !(typeof memory === 'number' && memory >= 2 && memory <= 8))
    throw invalidModel(memory, `${path}.executionEnvironmentMemoryGiBPerVCpu`, 'Member must be between 2 and 8');
  return {
    capacityProviderArn,
    maxConcurrency: integer(config, 'PerExecutionEnvironmentMaxConcurrency', 1, 1600),
    memoryGibPerVcpu: memory,
  };
}

/** Runtimes and sizes of which there are no managed instances. Source: Lambda Managed Instances, runtimes and configuration, 2025-12. */
export function checkManaged(version: {
  managedInstances?: ManagedInstances;
  runtime: string;
  memoryMb: number;
}): void {
  if (version.managedInstances === undefined) return;
  if (Number(/\d+/.exec(version.runtime)![0]) < 22)
    throw invalidParameter(`Lambda Managed Instances run nodejs22.x and later, not ${version.runtime}`);
  if (version.memoryMb < 2048)
    throw invalidParameter(`Lambda Managed Instances need a MemorySize of at least 2048 MB, not ${version.memoryMb}`);
}

/** Reads the configuration members of a request. @throws LambdaApiError */
export function configurationChange(body: Body): ConfigurationChange {
  const roleArn = text(body, 'Role');
  if (roleArn !== undefined && !ROLE.test(roleArn))
    throw invalidModel(
      roleArn,
      'role',
      'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
    );
  const runtime = text(body, 'Runtime');
  if (runtime !== undefined && !/^nodejs\d+\.x$/.test(runtime))
    throw invalidParameter(
      `The local Lambda service runs Node.js functions only (nodejs20.x, nodejs22.x, ...), not ${runtime}`,
    );
  const handler = text(body, 'Handler');
  if (handler !== undefined && !/^[^\s]{1,128}$/.test(handler))
    throw invalidModel(handler, 'handler', 'Member must satisfy regular expression pattern: [^\\s]+');
  return {
    description: text(body, 'Description'),
    runtime,
    roleArn,
    handler,
    memoryMb: integer(body, 'MemorySize', 128, 10240),
    timeoutSeconds: integer(body, 'Timeout', 1, 900),
    environment: environment(body),
    managedInstances: managedInstances(body),
  };
}

/** A base64 member as bytes, undefined when absent. @throws LambdaApiError */
export function zipFile(body: Body): Buffer | undefined {
  const value = text(body, 'ZipFile');
  if (value !== undefined) return Buffer.from(value, 'base64');
  if (body['S3Bucket'] !== undefined || body['ImageUri'] !== undefined)
    throw invalidParameter('The local Lambda service takes code as ZipFile only, not from S3 or an image');
  return undefined;
}

/** A required member. @throws LambdaApiError */
export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw invalidModel('null', member, 'Member must not be null');
  return value;
}
