import { causes } from '../../base/errors';
import type { ErrorClass } from './contract';

/** Every class, in the order of the shared counters. */
export const ERROR_CLASSES: readonly ErrorClass[] = [
  'occ-data',
  'occ-schema',
  'insufficient-funds',
  'throttled',
  'timeout',
  'function-error',
  'auth',
  'connection',
  'dispatch',
  'database',
  'other',
];

const SQLSTATE = /^[0-9A-Z]{5}$/;
const CONNECTION_CODES =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EMFILE|UND_ERR_(SOCKET|CLOSED|DESTROYED|INFO)|(HPE|CERT|ERR_TLS|ERR_SSL)_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;
const TIMEOUT_CODES = /^(ETIMEDOUT|ESOCKETTIMEDOUT|TimeoutError|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const THROTTLE_NAMES = /^(TooManyRequests|Throttling|RequestLimitExceeded|EC2Throttled|ServiceQuotaExceeded)/;
const AUTH_NAMES =
  /^(AccessDenied|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|MissingAuthenticationToken|IncompleteSignature|InvalidClientTokenId|CredentialsProviderError|NotAuthorized)/;
/** What `pg` and Node say of a connection without a code. */
const CONNECTION_TEXT = /^Connection terminated|socket hang up|before secure TLS/;
/** `pg-pool`, of a connection that it neither had nor got in time. */
const POOL_TIMEOUT_TEXT = /^timeout exceeded when trying to connect/;
const AUTH_TEXT =
  /access denied|unable to accept connection|signature expired|password authentication failed|no pg_hba/i;

/**
 * The class of an error code: a SQLSTATE, a Node or undici error code, or an AWS exception name. The message decides only where
 * one code stands for several causes: OC001 beside OC000 under 40001, and DSQL's refusal of a token under 08006.
 */
export function classifyCode(code: string, message = ''): ErrorClass {
  if (code === '40001' || code === 'OC000' || code === 'OC001')
    return code === 'OC001' || message.includes('OC001') ? 'occ-schema' : 'occ-data';
  if (/^INSUFFICIENT_(FUNDS|BALANCE)$/.test(code)) return 'insufficient-funds';
  if (TIMEOUT_CODES.test(code)) return 'timeout';
  if (CONNECTION_CODES.test(code)) return 'connection';
  // a Unix socket that is gone
  if (code === 'ENOENT' && message.startsWith('connect ')) return 'connection';
  if (THROTTLE_NAMES.test(code)) return 'throttled';
  if (AUTH_NAMES.test(code)) return 'auth';
  if (!SQLSTATE.test(code)) return 'other';
  if (code.startsWith('28')) return 'auth';
  if (code.startsWith('08')) return AUTH_TEXT.test(message) ? 'auth' : 'connection';
  // 53300: too many connections, 53400: connection rate exceeded.
  if (code === '53300' || code === '53400') return 'throttled';
  // 57P01..57P03: shut down, crashed, not yet accepting connections.
  if (/^57P0[123]$/.test(code)) return 'connection';
  return 'database';
}

/** The class of what an answer told, and of its code: a transfer that failed inside the handler. */
export function classifyAnswer(error: string, errorCode: string | undefined): ErrorClass {
  if (/insufficient (balance|funds)/i.test(error)) return 'insufficient-funds';
  const byCode = errorCode === undefined ? 'other' : classifyCode(errorCode, error);
  if (byCode !== 'other') return byCode;
  // Handlers that pass on the text alone: DSQL's messages carry the token.
  const token = /\((OC00[01])\)/.exec(error)?.[1];
  if (token) return classifyCode(token);
  return classifyText(error) ?? (AUTH_TEXT.test(error) ? 'auth' : 'function-error');
}

/** The class that a message tells where no code does: Node's name the code of a connection that failed. */
function classifyText(message: string): ErrorClass | undefined {
  const words = message.match(/\bE[A-Z_]+\b/g) ?? [];
  if (CONNECTION_TEXT.test(message) || words.some(word => CONNECTION_CODES.test(word))) return 'connection';
  if (words.some(word => TIMEOUT_CODES.test(word))) return 'timeout';
  return POOL_TIMEOUT_TEXT.test(message) ? 'timeout' : undefined;
}

/** The class of an HTTP status of the Invoke API other than 200, with the name of its exception. */
export function classifyStatus(status: number, exception: string): ErrorClass {
  if (status === 429 || THROTTLE_NAMES.test(exception)) return 'throttled';
  if (status === 401 || status === 403 || AUTH_NAMES.test(exception)) return 'auth';
  if (status === 408 || status === 504) return 'timeout';
  return 'dispatch';
}

/** The class of a function error (X-Amz-Function-Error) by its payload: what a handler throws is read as what it answers. */
export function classifyFunctionError(errorType: string, errorMessage: string): ErrorClass {
  const timedOut = errorType === 'Sandbox.Timedout' || /Task timed out after/.test(errorMessage);
  return timedOut ? 'timeout' : classifyAnswer(errorMessage, undefined);
}

/** The class of an error that was thrown, looking through its causes. */
export function classifyThrown(error: unknown): ErrorClass {
  for (const link of causes(error)) {
    const { code, name, message } = link as { code?: unknown; name?: unknown; message?: unknown };
    const text = typeof message === 'string' ? message : '';
    for (const label of [code, name]) {
      if (typeof label !== 'string') continue;
      const found = classifyCode(label, text);
      if (found !== 'other') return found;
    }
    const told = classifyText(text);
    if (told) return told;
  }
  return 'other';
}

/** What an error that was thrown says: the first message among its causes, else its code or name. */
export function messageOf(error: unknown): string {
  let label = '';
  for (const link of causes(error)) {
    const { code, name, message } = link as { code?: unknown; name?: unknown; message?: unknown };
    if (typeof message === 'string' && message !== '') return message;
    label ||= typeof code === 'string' ? code : typeof name === 'string' ? name : '';
  }
  return label || String(error);
}
