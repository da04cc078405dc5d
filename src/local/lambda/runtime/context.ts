/** The context object of a handler. */
import type { EnvironmentData, InvokeMessage } from './protocol';

/** Ends an invocation the old way: `context.done`, `succeed`, `fail` and the third argument of a handler all come here. */
export type Callback = (error?: unknown, result?: unknown) => void;

/** Whether a callback's answer waits until nothing is left to do; a handler may set it on its context. */
export interface WaitPolicy {
  callbackWaitsForEmptyEventLoop: boolean;
}

function parseClientContext(base64: string): unknown {
  try {
    return base64 === '' ? undefined : JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Builds the context of one invocation. Fields and their types are Lambda's: the memory limit is a string. */
export function createContext(data: EnvironmentData, message: InvokeMessage, callback: Callback): WaitPolicy {
  const [requestId, , deadlineMs, invokedFunctionArn, , clientContext] = message;
  // the clock on the wall may be set, and the invocation's time runs on
  const endsAtMs = performance.now() + deadlineMs - Date.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: data.functionVersion,
    functionName: data.functionName,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroupName,
    logStreamName: data.logStreamName,
    clientContext: parseClientContext(clientContext),
    identity: undefined,
    invokedFunctionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAtMs - performance.now())),
    done: callback,
    succeed: (result: unknown) => callback(null, result),
    fail: (error: unknown) => callback(error ?? 'handled'),
  } as WaitPolicy;
}
