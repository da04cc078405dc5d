/** The LambdaPort over the AWS SDK: the same code for AWS and for the local service, told apart by the endpoint alone. */
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  type LambdaClientConfig,
} from '@aws-sdk/client-lambda';
import http from 'node:http';
import https from 'node:https';
import { ADDRESS_ATTEMPTS } from '../../base/address-attempts';
import type { FunctionAdmin } from '../../core/lambda/admin';
import type { Invocation } from '../../core/lambda/contract';
import { parsePayload } from '../../core/lambda/payload';
import { controlRequests, isLocalLambda, lambdaEndpointOf } from '../aws-requests';
import type { FunctionLogs } from '../cloudwatch/function-logs';
import { adminCalls } from './admin';
import { deployFunction } from './deploy';
import { lambdaCallError, type CallContext } from './service-errors';

export interface LambdaPortOptions {
  /** `http://localhost:<port>` of a local service; absent for AWS. */
  endpoint?: string;
  region: string;
  credentials: LambdaClientConfig['credentials'];
}

/** A port that also releases its connections. */
export interface ClosableLambdaPort extends FunctionAdmin {
  dispose(): void;
}

/** Calls in flight are bounded by whoever makes them, not here. */
const MAX_SOCKETS = 10_000;
/** A function may run for 15 minutes before it answers. */
const INVOKE_TIMEOUT_MS = 15 * 60_000 + 30_000;
const CONTROL_ATTEMPTS = 4;

/**
 * Builds a port. Control calls are retried by the SDK; Invoke never is, because a transfer whose answer was lost may have been made.
 * Everything it rejects with is a CodedError.
 */
export function createLambdaPort(options: LambdaPortOptions): ClosableLambdaPort {
  const agents = {
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, ...ADDRESS_ATTEMPTS }),
    httpsAgent: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, ...ADDRESS_ATTEMPTS }),
  };
  const common = { region: options.region, credentials: options.credentials, endpoint: options.endpoint };
  const control = new LambdaClient({
    ...common,
    maxAttempts: CONTROL_ATTEMPTS,
    requestHandler: { ...controlRequests(), ...agents },
  });
  const invoker = new LambdaClient({
    ...common,
    maxAttempts: 1,
    requestHandler: { ...agents, socketTimeout: INVOKE_TIMEOUT_MS },
  });
  const local = isLocalLambda(options.endpoint);
  const endpoint = options.endpoint ?? lambdaEndpointOf() ?? `https://lambda.${options.region}.amazonaws.com`;

  async function coded<T>(context: Omit<CallContext, 'endpoint' | 'local'>, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw lambdaCallError(error, { ...context, ...{ control: context.once !== true, endpoint, local } });
    }
  }

  const admin = adminCalls(control);
  let logs: Promise<FunctionLogs> | undefined;
  const functionLogs = (): Promise<FunctionLogs> =>
    (logs ??= import('../cloudwatch/function-logs').then(({ createFunctionLogs }) => createFunctionLogs(options)));

  return {
    describe: (name, signal) => coded({ functionName: name, signal }, () => admin.describe(name, signal)),
    list: signal => coded({ functionName: '', signal }, () => admin.list(signal)),
    versions: (name, signal) => coded({ functionName: name, signal }, () => admin.versions(name, signal)),
    sources: (name, signal) => coded({ functionName: name, signal }, () => admin.sources(name, signal)),
    compare: (name, directory, signal) =>
      coded({ functionName: name, signal }, () => admin.compare(name, directory, signal)),
    configure: (name, settings, progress, signal) =>
      coded({ functionName: name, signal }, () => admin.configure(name, settings, progress, signal)),
    rollBack: (name, version, progress, signal) =>
      coded({ functionName: name, signal }, () => admin.rollBack(name, version, progress, signal)),

    logEvents: async (...args) => (await functionLogs()).read(...args),

    deploy: (source, onProgress, signal) =>
      coded({ functionName: source.name, signal }, () =>
        deployFunction({ client: control, source, progress: onProgress ?? (() => undefined), signal }),
      ),

    invoke: (functionName, payload, { tailLog = false, signal } = {}) =>
      coded({ functionName, signal, once: true }, async (): Promise<Invocation> => {
        const startedAt = performance.now();
        const answer = await invoker.send(
          new InvokeCommand({
            FunctionName: functionName,
            Payload: Buffer.from(JSON.stringify(payload ?? {})),
            ...(tailLog ? { LogType: 'Tail' as const } : {}),
          }),
          { abortSignal: signal },
        );
        const invocation: Invocation = {
          statusCode: answer.StatusCode ?? 200,
          payload: parsePayload(answer.Payload ? Buffer.from(answer.Payload).toString('utf8') : ''),
          durationMs: performance.now() - startedAt,
        };
        if (answer.FunctionError !== undefined) invocation.functionError = answer.FunctionError;
        if (answer.LogResult !== undefined) invocation.log = Buffer.from(answer.LogResult, 'base64').toString('utf8');
        return invocation;
      }),

    remove: (functionName, signal) =>
      coded({ functionName, signal }, async () => {
        try {
          await control.send(new DeleteFunctionCommand({ FunctionName: functionName }), { abortSignal: signal });
        } catch (error) {
          if (!isGoneSince(error)) throw error;
        }
      }),

    exists: (functionName, signal) =>
      coded({ functionName, signal }, async () => {
        try {
          const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
          await control.send(command, { abortSignal: signal });
          return true;
        } catch (error) {
          if ((error as Error).name === 'ResourceNotFoundException') return false;
          throw error;
        }
      }),

    dispose: () => {
      control.destroy();
      invoker.destroy();
      void logs?.then(reader => reader.dispose());
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** The answer of an attempt was lost, and the next finds nothing: the first was heard. */
function isGoneSince(error: unknown): boolean {
  const { name, $metadata } = error as { name?: unknown; $metadata?: { attempts?: number } };
  return name === 'ResourceNotFoundException' && ($metadata?.attempts ?? 1) > 1;
}
