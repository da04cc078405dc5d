/** Params of webviews, checked by the host whatever a view's types promise. Each throws CodedError `BAD_REQUEST` for what is not of its form. */
import { CodedError } from '../../base/errors';
import type { NamedPlanText } from '../../protocol/chapter-view';

function badRequest(what: string): CodedError {
  return new CodedError('BAD_REQUEST', `The view sent ${what}.`, {
    nextStep: 'Close the panel and open it again.',
  });
}

/** The string member `name` of a request's params, at most `maxLength` characters long. */
export function textParam(params: unknown, name: string, maxLength = 200): string {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'string' || value.length === 0 || value.length > maxLength)
    throw badRequest(`no valid "${name}"`);
  return value;
}

/** The plan `name` of a request's params: its title and its text. */
export function namedPlanParam(params: unknown, name: string): NamedPlanText {
  const plan = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  return { title: textParam(plan, 'title'), text: textParam(plan, 'text', MAX_COPY_LENGTH) };
}

/** The member `name` of a request's params, true or false. */
export function flagParam(params: unknown, name: string): boolean {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'boolean') throw badRequest(`no valid "${name}"`);
  return value;
}

/** The member `name` of a request's params, a place in a list. */
export function placeParam(params: unknown, name: string): number {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw badRequest(`no valid "${name}"`);
  return value;
}

/** The longest text that the view may put on the clipboard, in characters. */
export const MAX_COPY_LENGTH = 5_000_000;
