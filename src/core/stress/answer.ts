import type { TransferResponse } from '../lambda/contract';
import { classifyAnswer, classifyFunctionError, classifyStatus } from './classify';
import type { CallOutcome } from './outcome';

/** An HTTP answer of the Invoke API. */
export interface InvokeAnswer {
  status: number;
  /** Value of X-Amz-Function-Error. */
  functionError?: string;
  /** Value of x-amzn-ErrorType, on a status other than 200. */
  exception?: string;
  /** The payload, JSON. */
  payload: string;
}

/** A handler that says more has miscounted. */
const MOST_RETRIES = 1_000_000;

/** What an answer of the Invoke API means for the transfer that was asked for. */
export function outcomeOfAnswer(answer: InvokeAnswer): CallOutcome {
  if (answer.status !== 200) {
    const errorClass = classifyStatus(answer.status, answer.exception);
    return { errorClass, retries: 0, message: refusal(answer) };
  }
  const body = parseObject(answer.payload);
  if (answer.functionError !== undefined) {
    const [type, message] = [text(body?.['errorType']), text(body?.['errorMessage'])];
    const told = [type, message].filter(part => part !== '').join(': ');
    return { errorClass: classifyFunctionError(type, message), retries: 0, message: told };
  }
  if (body === undefined) {
    const message = answer.payload === '' ? 'the answer is empty' : `the answer is no JSON object: ${answer.payload}`;
    return { errorClass: 'other', retries: 0, message };
  }
  const { error, errorCode, retries, duration } = body as Partial<Record<keyof TransferResponse, unknown>>;
  // what nobody can have made would drown what everybody made
  const believed = typeof retries === 'number' && retries > 0 && retries <= MOST_RETRIES;
  const outcome: CallOutcome = { retries: believed ? Math.floor(retries) : 0 };
  if (typeof duration === 'number' && duration >= 0) outcome.handlerMs = duration;
  if (error != null || errorCode != null) {
    outcome.errorClass = classifyAnswer(text(error), errorCode == null ? undefined : text(errorCode));
    outcome.message = text(error ?? errorCode);
  }
  if (outcome.retries > 0 && (outcome.errorClass === 'occ-data' || outcome.errorClass === 'occ-schema'))
    outcome.exhausted = true;
  return outcome;
}

/** `404 ResourceNotFoundException: Function not found`. */
function refusal({ status, exception, payload }: InvokeAnswer): string {
  const body = parseObject(payload);
  const told = text(body?.['Message'] ?? body?.['message']) || (body ? '' : payload);
  const name = exception?.split(':', 1)[0] ?? '';
  return [`HTTP ${status}${name === '' ? '' : ` ${name}`}`, told].filter(part => part !== '').join(': ');
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : value == null ? '' : String(value));
