import { CodedError } from '../../base/errors';

const SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };

/** Seconds of `500ms`, `10s`, `2m`, `1h`, or of a plain number. Rejects with `STRESS_PLAN_INVALID`. */
export function parseSeconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|min|m|h)?$/i.exec(text.trim());
  if (!match) throw unreadable('duration', text, 'a number with ms, s, m or h, such as 10s');
  return Number(match[1]) * (SECONDS[(match[2] ?? 's').toLowerCase()] ?? 1);
}

/** A part of a plan that cannot be read. */
export function unreadable(what: string, text: string, allowed: string): CodedError {
  return new CodedError('STRESS_PLAN_INVALID', `the ${what} "${text}" cannot be read`, {
    nextStep: `Give ${allowed}.`,
  });
}
