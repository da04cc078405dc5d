/** What a coded error carries beside its message. */
export interface CodedErrorOptions {
  /** What the user can do next: one sentence, imperative, with the command to run where there is one. */
  nextStep?: string;
  /** The error that led to this one. Kept for logs and for classification, never for matching on text. */
  cause?: unknown;
  /** Facts that callers decide by and logs tell, such as a server's `sqlstate`. Must not hold secrets or tokens. */
  details?: Record<string, unknown>;
}

/**
 * An error with a stable `code` (SCREAMING_SNAKE, unique in the product). Callers decide by `code`, never by `message`.
 * One factory file per area builds the texts.
 */
export class CodedError extends Error {
  readonly code: string;
  readonly nextStep?: string;
  readonly details?: Record<string, unknown>;

  constructor(code: string, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.nextStep = options.nextStep;
    this.details = options.details;
  }
}

/** The chain of an error and its causes, outermost first; at most ten, cycles cut. ORMs wrap the driver's error in `cause`. */
export function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let e = error; e != null && chain.length < 10 && !chain.includes(e); e = (e as { cause?: unknown }).cause) {
    chain.push(e);
  }
  return chain;
}

/** A text for people: the message, and the next step where the error names one. */
export function describeError(error: unknown): string {
  if (error instanceof CodedError) return error.nextStep ? `${error.message}\n${error.nextStep}` : error.message;
  if (error instanceof AggregateError && error.errors.length > 0 && !error.message)
    return describeError(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

/** The same where there is one line only: what was a line ends as a sentence does. */
export function describeErrorInLine(error: unknown): string {
  const lines = describeError(error)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  return lines.map((line, at) => (at < lines.length - 1 && !/[.!?:;,…]$/.test(line) ? `${line}.` : line)).join(' ');
}
