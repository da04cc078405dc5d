import { CodedError } from '../../base/errors';
import { CELL_PREVIEW_LENGTH, type CellWindow } from '../../protocol/results-view';
import type { ReadWindow } from '../../protocol/row-store';

/** Cells that one request may ask for: a tall screen of narrow columns, many times over. */
const MAX_ROWS = 2_000;
const MAX_COLUMNS = 256;

/** A member of a request's params that must be a whole number from 0; what a webview sends is checked, whatever its types promise. */
export function count(params: unknown, name: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) throw badRequest(name);
  return value;
}

/** A member that must be text. */
export function text(params: unknown, name: string, maxLength: number): string {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'string' || value.length > maxLength) throw badRequest(name);
  return value;
}

/** A member that must be true or false. */
export function flag(params: unknown, name: string): boolean {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'boolean') throw badRequest(name);
  return value;
}

/** The window that a view asked for. */
export const readWindow = (params: CellWindow): ReadWindow => ({
  firstRow: count(params, 'firstRow'),
  rowCount: count(params, 'rowCount', MAX_ROWS),
  firstColumn: count(params, 'firstColumn', MAX_COLUMNS),
  columnCount: count(params, 'columnCount', MAX_COLUMNS),
  maxLength: CELL_PREVIEW_LENGTH,
});

export function badRequest(what: string): CodedError {
  return new CodedError('BAD_REQUEST', `The results view sent no valid "${what}".`, {
    nextStep: 'Close the panel and run the statement again.',
  });
}
