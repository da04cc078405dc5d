/** Reads what a transfer function answered, however its author words it. */
import type { Invocation } from '../lambda/contract';

/** How a transfer function answered, whatever shape its author gave the answer. */
export interface Answer {
  /** The function says that the money was moved. */
  accepted: boolean;
  /** What it said instead; for messages. Empty when accepted. */
  said: string;
  /** It lost an OCC conflict (40001) and gave that as its reason. */
  conflict: boolean;
  /** It did not answer in time: our own deadline, or Lambda's timeout. */
  hung: boolean;
  /** `retries` of the answer, where it tells a whole number. */
  retries?: number;
  /** `balance` of the answer, as text, where it tells one. */
  balance?: string;
  /** Milliseconds inside the function by Lambda's REPORT line, else of the call. */
  durationMs: number;
}

const CONFLICT = /\b40001\b|\bOC00[01]\b|change conflicts with another transaction|schema has been updated by another/i;
const REPORT = /^REPORT .*?\bDuration: ([\d.]+) ms/m;
const FAILED_STATES = new Set(['error', 'failed', 'failure', 'rejected', 'refused', 'declined']);
const MAX_SAID = 160;

type Fields = Record<string, unknown>;

/** An answer as Lambda gave it. A failure may be thrown, or be told as `error`, `ok: false`, `success: false` or an HTTP status. */
export function readAnswer(invocation: Invocation): Answer {
  const fields = fieldsOf(invocation.payload);
  const refusal = invocation.functionError !== undefined ? thrown(fields) : refusalOf(fields);
  const durationMs = Number(REPORT.exec(invocation.log ?? '')?.[1] ?? invocation.durationMs);
  const answer: Answer = {
    accepted: refusal === undefined,
    said: refusal === undefined ? '' : short(refusal),
    conflict:
      refusal !== undefined && CONFLICT.test(`${refusal} ${String(fields['errorCode'] ?? fields['code'] ?? '')}`),
    hung: invocation.functionError !== undefined && /Task timed out/.test(refusal ?? ''),
    durationMs,
  };
  if (Number.isInteger(fields['retries']) && (fields['retries'] as number) >= 0)
    answer.retries = fields['retries'] as number;
  const { balance } = fields;
  if ((typeof balance === 'number' || typeof balance === 'string') && /^-?\d+$/.test(String(balance)))
    answer.balance = String(balance);
  return answer;
}

/** The members of an answer; those of the body when it is shaped for HTTP. */
function fieldsOf(payload: unknown): Fields {
  if (typeof payload !== 'object' || payload === null) return {};
  const fields = payload as Fields;
  if (typeof fields['statusCode'] !== 'number') return fields;
  const { body } = fields;
  const inner = typeof body === 'string' ? parsed(body) : body;
  return typeof inner === 'object' && inner !== null ? { ...fields, ...(inner as Fields) } : fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const thrown = (fields: Fields): string =>
  [fields['errorType'], fields['errorMessage']].filter(part => part !== undefined).join(': ') || 'a function error';

function refusalOf(fields: Fields): string | undefined {
  const reason = fields['error'] ?? fields['errorMessage'] ?? fields['errors'];
  if (reason !== undefined && reason !== null && reason !== false && reason !== '') return textOf(reason);
  const state = fields['status'];
  const denied =
    fields['ok'] === false ||
    fields['success'] === false ||
    (typeof fields['statusCode'] === 'number' && fields['statusCode'] >= 400) ||
    (typeof state === 'string' && FAILED_STATES.has(state.toLowerCase()));
  return denied ? textOf(fields['message'] ?? fields['reason'] ?? fields) : undefined;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { message } = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  return typeof message === 'string' ? message : (JSON.stringify(value) ?? String(value));
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID - 1)}…` : line;
}
