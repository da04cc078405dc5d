/** The environment variables a function sees: its own, and those of Lambda's runtime. Nothing of this process leaks in. */
import os from 'node:os';
import type { LocalPrincipal } from '../../../protocol/local-cluster';
import { maxConcurrencyOf, type FunctionVersion } from './model';

/** Names a function may not set. Source: "Defined runtime environment variables" in the Lambda developer guide. */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** Windows itself needs these, or sockets and temporary files fail. */
const SYSTEM_VARIABLES = process.platform === 'win32' ? ['SystemRoot', 'SystemDrive', 'windir', 'TEMP', 'TMP'] : [];

export interface RuntimeEnvironmentOptions {
  functionName: string;
  version: FunctionVersion;
  region: string;
  role: LocalPrincipal;
  taskRoot: string;
  logGroupName: string;
  logStreamName: string;
}

export function runtimeEnvironment(options: RuntimeEnvironmentOptions): Record<string, string> {
  const { version, role } = options;
  const system: Record<string, string> = {};
  for (const name of SYSTEM_VARIABLES) if (process.env[name] !== undefined) system[name] = process.env[name];
  return {
    ...system,
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    HOME: os.tmpdir(),
    // the SDK's notice about the Node.js of this machine is no business of the function
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...version.environment,
    _HANDLER: version.handler,
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: options.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb),
    ...(version.managedInstances
      ? {
          AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
          AWS_LAMBDA_MAX_CONCURRENCY: String(maxConcurrencyOf(version)),
        }
      : { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' }),
    AWS_LAMBDA_LOG_GROUP_NAME: options.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStreamName,
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    LAMBDA_TASK_ROOT: options.taskRoot,
    LAMBDA_RUNTIME_DIR: options.taskRoot,
  };
}
