import { CodedError } from '../../base/errors';
import {
  CELL_PREVIEW_LENGTH,
  type Arrangement,
  type CellRange,
  type CellWindow,
  type CopyFormat,
  type FilterOperator,
  type FindQuery,
} from '../../protocol/results-view';
import type { ReadWindow } from '../../protocol/row-store';

/** Rows that one request may ask for: a tall screen, many times over. */
const MAX_ROWS = 2_000;
/** What a SELECT may list at most in PostgreSQL (`MaxTupleAttributeNumber`): more than a table may have. */
const MAX_COLUMNS = 1_664;

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

function badRequest(what: string): CodedError {
  return new CodedError('BAD_REQUEST', `The results view sent no valid "${what}".`, {
    nextStep: 'Close the panel and run the statement again.',
  });
}

const OPERATORS: ReadonlySet<string> = new Set<FilterOperator>([
  'contains',
  'not-contains',
  'equals',
  'not-equals',
  'less',
  'at-most',
  'greater',
  'at-least',
  'null',
  'not-null',
]);
const FORMATS: ReadonlySet<string> = new Set<CopyFormat>(['tsv', 'csv', 'json', 'insert', 'markdown']);
const MAX_FILTER_LENGTH = 10_000;
const MAX_RANGES = 1_000;

const list = (params: unknown, name: string, most: number): unknown[] => {
  const value = typeof params === 'object' && params !== null ? (params as Record<string, unknown>)[name] : undefined;
  if (!Array.isArray(value) || value.length > most) throw badRequest(name);
  return value;
};

/** Sorts and filters of the columns there are. */
export function arrangementOf(params: unknown, columnCount: number): Arrangement {
  const value = (params as { arrangement?: unknown }).arrangement;
  return {
    sorts: list(value, 'sorts', MAX_COLUMNS).map(sort => ({
      column: count(sort, 'column', columnCount - 1),
      descending: flag(sort, 'descending'),
    })),
    filters: list(value, 'filters', MAX_COLUMNS).map(filter => {
      const operator = text(filter, 'operator', 20);
      if (!OPERATORS.has(operator)) throw badRequest('operator');
      return {
        column: count(filter, 'column', columnCount - 1),
        operator: operator as FilterOperator,
        value: text(filter, 'value', MAX_FILTER_LENGTH),
      };
    }),
  };
}

/** What to find. */
export const findQuery = (params: { query: FindQuery }): FindQuery => ({
  text: text(params.query, 'text', MAX_FILTER_LENGTH),
  matchCase: flag(params.query, 'matchCase'),
});

/** The format and the ranges to copy. */
export function copyOf(params: unknown): { ranges: CellRange[]; format: CopyFormat; headers: boolean } {
  const format = text(params, 'format', 20);
  if (!FORMATS.has(format)) throw badRequest('format');
  return {
    ranges: list(params, 'ranges', MAX_RANGES).map(range => ({
      firstRow: count(range, 'firstRow'),
      lastRow: count(range, 'lastRow'),
      firstColumn: count(range, 'firstColumn', MAX_COLUMNS),
      lastColumn: count(range, 'lastColumn', MAX_COLUMNS),
    })),
    format: format as CopyFormat,
    headers: flag(params, 'headers'),
  };
}
