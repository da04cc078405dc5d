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
  /** Holds what the handler prints; see `log-memory.ts`. */
  logMemory: SharedArrayBuffer;
}

/** `[requestId, payload, deadlineEpochMs, invokedFunctionArn, wantMemoryUsed, clientContext (base64 JSON) or '']` */
export type InvokeMessage = [string, string, number, string, boolean, string];

export const Reply = {
  /** INIT is over: `[Ready, '', 0]` */
  ready: 0,
  /** INIT failed: `[InitFailed, errorJson, 0]`; the environment ends. */
  initFailed: 1,
  /** `[Result, resultJson, memoryUsedBytes]` */
  result: 2,
  /** The handler failed: `[Failure, errorJson, memoryUsedBytes]` */
  failure: 3,
  /** The handler failed and the environment ends: `[Fatal, errorJson, 0]` */
  fatal: 4,
  /** The payload is no JSON: `[BadPayload, reason, 0]` */
  badPayload: 5,
  /** Output that no longer fitted in the log memory: `[Log, text, 0]` */
  log: 6,
} as const;

export type ReplyMessage = [(typeof Reply)[keyof typeof Reply], string, number];
