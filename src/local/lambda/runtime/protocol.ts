/**
 * What the host and an execution environment say to each other. Arrays of primitives, because they are the cheapest thing a
 * message port can clone, and payloads stay text: neither side parses what it only passes on.
 */
import type { ClusterRoute } from '../settings';

/** What an environment is given when it is made. */
export interface EnvironmentData {
  taskRoot: string;
  handler: string;
  functionName: string;
  functionVersion: string;
  memoryMb: number;
  logGroupName: string;
  logStreamName: string;
  cluster: ClusterRoute;
  /** Invocations that it may run at the same time: 1, or as many as its capacity provider's configuration allows. */
  maxConcurrency: number;
  /** Holds what the handler prints; see `log-memory.ts`. */
  logMemory: SharedArrayBuffer;
}

/**
 * `[requestId, payload, deadlineEpochMs, invokedFunctionArn, wantMemoryUsed, clientContext (base64 JSON) or '', id]`. The id, from 1, tells
 * invocations of one environment apart: a caller may use a request id twice.
 */
export type InvokeMessage = [string, string, number, string, boolean, string, number];

/** Stands where an invocation's id would, of what belongs to none. */
export const NO_INVOCATION = 0;

export const Reply = {
  /** INIT is over: `[ready, '', 0, 0]` */
  ready: 0,
  /** INIT failed: `[initFailed, errorJson, 0, 0]`; the environment ends. */
  initFailed: 1,
  /** `[result, resultJson, memoryUsedBytes, id]` */
  result: 2,
  /** The handler failed: `[failure, errorJson, memoryUsedBytes, id]` */
  failure: 3,
  /** The handler failed and the environment ends: `[fatal, errorJson, 0, id]`, without an id where it is not known whose error it was */
  fatal: 4,
  /** The payload is no JSON: `[badPayload, reason, 0, id]` */
  badPayload: 5,
  /** Output that no longer fitted in the log memory, or of one of several invocations: `[log, text, 0, id]` */
  log: 6,
} as const;

export type ReplyMessage = [
  kind: (typeof Reply)[keyof typeof Reply],
  text: string,
  memoryUsedBytes: number,
  id: number,
];
