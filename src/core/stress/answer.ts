import { answerFields, refusalOf } from '../lambda/answer';
import type { TransferResponse } from '../lambda/contract';
import { classifyAnswer, classifyFunctionError, classifyStatus } from './classify';
import { refusedByInvokeApi } from './not-made';
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
/** No call takes longer than an hour: a function runs a quarter of one ("Lambda quotas"), and the histograms hold no more. */
const LONGEST_MS = 3_600_000;

/** What an answer of the Invoke API means for the transfer that was asked for. */
export function outcomeOfAnswer(answer: InvokeAnswer): CallOutcome {
  if (answer.status !== 200) return outcomeOfRefusal(answer.status, answer.exception, toldBy(answer.payload));
  const body = parsed(answer.payload);
  const fields = answerFields(body);
  if (answer.functionError !== undefined) {
    const [type, message] = [text(fields['errorType']), text(fields['errorMessage'])];
    const told = [type, message].filter(part => part !== '').join(': ');
    return { errorClass: classifyFunctionError(type, message), retries: 0, message: told };
  }
  if (body === undefined) {
    const message = answer.payload === '' ? 'the answer is empty' : `the answer is no JSON: ${answer.payload}`;
    return { errorClass: 'other', retries: 0, message };
  }
  const { retries, duration } = fields as Partial<Record<keyof TransferResponse, unknown>>;
  const outcome: CallOutcome = toldFigures(retries, duration);
  const refusal = refusalOf(body);
  if (refusal) {
    outcome.errorClass = classifyAnswer(refusal.said, refusal.code);
    outcome.message = refusal.said;
  }
  if (outcome.retries > 0 && (outcome.errorClass === 'occ-data' || outcome.errorClass === 'occ-schema'))
    outcome.exhausted = true;
  return outcome;
}

/** Retries and milliseconds as the far side tells them: what nobody can have made would drown what everybody made, and is taken for none. */
export function toldFigures(retries: unknown, handlerMs: unknown): Pick<CallOutcome, 'retries' | 'handlerMs'> {
  const counted = typeof retries === 'number' && retries > 0 && retries <= MOST_RETRIES;
  const measured = typeof handlerMs === 'number' && handlerMs >= 0 && handlerMs <= LONGEST_MS;
  return { retries: counted ? Math.floor(retries) : 0, ...(measured && { handlerMs }) };
}

/**
 * What a status of the Invoke API other than 200 means for the transfer. Its message is `HTTP 404 ResourceNotFoundException: Function not found`,
 * as far as it is known.
 */
export function outcomeOfRefusal(status: number, exception: string | undefined, told: string): CallOutcome {
  const name = exception?.split(':', 1)[0] ?? '';
  const message = [`HTTP ${status}${name === '' ? '' : ` ${name}`}`, told].filter(part => part !== '').join(': ');
  const notMade = refusedByInvokeApi(status, name);
  return { errorClass: classifyStatus(status, name), retries: 0, message, ...(notMade && { notMade }) };
}

function toldBy(payload: string): string {
  const body = parsed(payload);
  const { Message, message } = answerFields(body);
  return text(Message ?? message) || (typeof body === 'object' ? '' : payload);
}

/** Nothing where it is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return value == null ? '' : JSON.stringify(value);
}
