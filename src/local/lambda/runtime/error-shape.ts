/** Errors as Lambda's Node.js runtime answers them. Source: aws-lambda-nodejs-runtime-interface-client, `Errors.js`. */
import { types } from 'node:util';

export interface ErrorShape {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** An error of the runtime itself, e.g. `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
  }
}

function isError(value: unknown): value is Error {
  return (
    types.isNativeError(value) ||
    (typeof value === 'object' && value !== null && 'name' in value && 'message' in value && 'stack' in value)
  );
}

/** The lines of a stack without those of the runtime itself. */
export function stackLines(stack: unknown): string[] {
  const isOwn = (line: string) => line.includes(`(${__filename}:`) || line.includes('(node:internal/');
  return String(stack ?? '')
    .split('\n')
    .filter(line => !isOwn(line));
}

/** What a caller gets for whatever a handler threw. Never throws itself. */
export function errorShape(thrown: unknown): ErrorShape {
  try {
    if (isError(thrown))
      return {
        errorType: String(thrown.name),
        errorMessage: String(thrown.message),
        trace: stackLines(thrown.stack),
      };
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

/**
 * What the log is told of what a handler threw: beside the shape all that errors carry themselves, also errors within them, such as the
 * `code` and the `hint` of a database. Without that where it has no JSON. Source: `_withEnumerableFields` in `Errors.js`.
 */
export function errorText(thrown: unknown, { trace, ...shape }: ErrorShape): string {
  try {
    if (isError(thrown)) return JSON.stringify({ ...shape, ...carried(thrown), stack: trace }, inner);
  } catch {
    // a circle, a bigint, a getter that throws
  }
  return JSON.stringify({ ...shape, stack: trace });
}

/** `code` first, then the error's own fields in their order. */
const carried = (error: Error): object => ({ code: (error as { code?: unknown }).code, ...error });

function inner(_key: string, value: unknown): unknown {
  if (!isError(value)) return value;
  const { trace, ...shape } = errorShape(value);
  return { ...shape, ...carried(value), stack: trace };
}
