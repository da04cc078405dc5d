/** What came of an invocation, as the caller is told. */

export interface Outcome {
  /** JSON text: the answer, or `{ errorType, errorMessage, trace }`. */
  payload: string;
  functionError?: 'Unhandled';
  /** The request's payload was no JSON: nothing ran. */
  badPayload?: string;
  durationMs: number;
  initMs?: number;
  memoryUsedBytes: number;
  /** What the handler printed, with the runtime's own error lines. */
  output: string;
}

/** Lambda answers at most 6 MB and a little. */
export const MAX_RESPONSE_BYTES = 6_291_556;

export const timeoutPayload = (requestId: string, timeoutMs: number, nowMs: number): string =>
  JSON.stringify({
    errorMessage: `${new Date(nowMs).toISOString()} ${requestId} Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  });

/** The environment ended by itself with `exitCode`. */
export const exitPayload = (requestId: string, exitCode: number): string =>
  JSON.stringify({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${
      exitCode === 0
        ? 'without providing a reason'
        : exitCode === 137
          ? 'with error: signal: killed'
          : `with error: exit status ${exitCode}`
    }`,
  });

export const outOfMemoryPayload = (requestId: string): string =>
  JSON.stringify({
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  });

export const responseTooLargePayload = (): string =>
  JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  });

/** Errors of INIT that every environment of the same code would meet again. */
export function isLastingInitError(payload: string): boolean {
  return /^\{"errorType":"Runtime\.(ImportModuleError|UserCodeSyntaxError|HandlerNotFound|MalformedHandlerName)"/.test(
    payload,
  );
}

/** The log of one invocation as CloudWatch shows it: START, output, END, REPORT. */
export function invocationLog(requestId: string, version: string, memoryMb: number, outcome: Outcome): string {
  const usedMb = Math.min(memoryMb, Math.ceil(outcome.memoryUsedBytes / 1048576));
  const output = outcome.output === '' || outcome.output.endsWith('\n') ? outcome.output : `${outcome.output}\n`;
  const init = outcome.initMs === undefined ? '' : `Init Duration: ${outcome.initMs.toFixed(2)} ms\t`;
  return (
    `START RequestId: ${requestId} Version: ${version}\n${output}END RequestId: ${requestId}\n` +
    `REPORT RequestId: ${requestId}\tDuration: ${outcome.durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(outcome.durationMs)} ms\t` +
    `Memory Size: ${memoryMb} MB\tMax Memory Used: ${usedMb} MB\t${init}\n`
  );
}
