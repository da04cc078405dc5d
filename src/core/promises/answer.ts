/** Reads what a transfer function answered, however its author words it. */
import { oneLine } from '../../base/one-line';
import { answerFields, refusalOf, type AnswerFields } from '../lambda/answer';
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
const MAX_SAID = 160;

/** An answer as Lambda gave it. A failure may be thrown, or be told, see `refusalOf`. */
export function readAnswer(invocation: Invocation): Answer {
  const fields = answerFields(invocation.payload);
  const refused = invocation.functionError === undefined ? refusalOf(invocation.payload) : { said: thrown(fields) };
  const refusal = refused?.said;
  const durationMs = Number(REPORT.exec(invocation.log ?? '')?.[1] ?? invocation.durationMs);
  const answer: Answer = {
    accepted: refusal === undefined,
    said: refusal === undefined ? '' : short(refusal),
    conflict: refused !== undefined && CONFLICT.test(`${refused.said} ${refused.code ?? ''}`),
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

const thrown = (fields: AnswerFields): string =>
  [fields['errorType'], fields['errorMessage']].filter(part => part !== undefined).join(': ') || 'a function error';

const short = (text: string): string => oneLine(text, MAX_SAID);
