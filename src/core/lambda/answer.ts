/** What a function's answer tells of what it was asked for, however its author words it: one rule for whoever calls functions. */

/** The members of an answer. */
export type AnswerFields = Record<string, unknown>;

/** An answer that says no. */
export interface Refusal {
  /** Its reason, else the whole answer; never empty. */
  said: string;
  /** SQLSTATE or another code of the reason, where one is told. */
  code?: string;
}

/** Members that hold a reason, as of Lambda's own errors, OAuth, JSON-RPC, JSON:API and GraphQL; by `true` they only say no. */
const REASONS = ['error', 'errorMessage', 'errors'] as const;
/** Members that say no by `false`. */
const FLAGS = ['ok', 'success'] as const;
/** What `status` says no by where it is a word: JSend's two, and what payments are told. */
const FAILED_STATES = new Set(['fail', 'error', 'failed', 'failure', 'rejected', 'refused', 'declined']);
/** Members that explain a no without a reason; the last two are of problem details (RFC 9457). */
const EXPLANATIONS = ['message', 'reason', 'detail', 'title'] as const;

/** The members of an answer; those of its body too where it is shaped for HTTP, as API Gateway and function URLs have it. */
export function answerFields(payload: unknown): AnswerFields {
  const fields = objectOf(payload) ?? {};
  if (!('statusCode' in fields)) return fields;
  const { body } = fields;
  return { ...fields, ...objectOf(typeof body === 'string' ? parsed(body) : body) };
}

/**
 * Whether an answer says no: by a reason, by `ok` or `success`, by an HTTP status of 400 or more, or by a word for it. What says nothing of the
 * kind is a yes, as it is to Lambda.
 */
export function refusalOf(payload: unknown): Refusal | undefined {
  if (payload === false) return { said: 'false' };
  const fields = answerFields(payload);
  const first = (names: readonly string[]): unknown => {
    const name = names.find(each => isTold(fields[each]));
    return name === undefined ? undefined : fields[name];
  };
  const reason = first(REASONS);
  const { errorCode } = fields;
  if (reason === undefined && !isTold(errorCode) && !isDenied(fields)) return undefined;
  const said = textOf(reason ?? first(EXPLANATIONS) ?? (isTold(errorCode) ? errorCode : fields));
  const code = [errorCode, objectOf(reason)?.code, fields.code].find(
    each => isTold(each) && (typeof each === 'string' || typeof each === 'number'),
  );
  return code === undefined ? { said } : { said, code: String(code) };
}

function isDenied(fields: AnswerFields): boolean {
  const { statusCode, status } = fields;
  return (
    FLAGS.some(name => fields[name] === false) ||
    REASONS.some(name => fields[name] === true) ||
    isHttpFailure(statusCode) ||
    isHttpFailure(status) ||
    (typeof status === 'string' && FAILED_STATES.has(status.toLowerCase()))
  );
}

const isHttpFailure = (status: unknown): boolean =>
  (typeof status === 'number' || typeof status === 'string') && Number(status) >= 400 && Number(status) <= 599;

/** Many answers always have the member, empty, `false` or 0 where there is nothing to tell. */
function isTold(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'string' ? value.trim() !== '' : Boolean(value) && value !== true;
}

function objectOf(value: unknown): AnswerFields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AnswerFields) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const message = objectOf(value)?.message;
  return typeof message === 'string' && isTold(message) ? message : JSON.stringify(value);
}
