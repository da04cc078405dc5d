/** A field of COPY data, and what is told of data that is badly formed. */
import type { ServerError } from '../../ports';

/** One field as it stands in the data. */
export interface CopyField {
  /** The value, escapes resolved. */
  value: string;
  /** The text as written, for comparison with what stands for NULL; undefined where it cannot be that (CSV: quoted). */
  plain: string | undefined;
}

/** The data is not what the statement says. */
export class CopyDataError extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}

/** @param context the line it is in @returns an error of badly formed data, 22P04. */
export const badData = (message: string, context?: string): CopyDataError =>
  new CopyDataError({ severity: 'ERROR', sqlstate: '22P04', message, ...(context !== undefined && { context }) });

/** A line of the data, as PostgreSQL tells of it. */
export const inLine = (table: string, line: number): string => `COPY ${table}, line ${line}`;

/** Lines that a row takes: those within its quotes count. */
export const linesOf = (format: string, values: readonly unknown[]): number =>
  format === 'csv' ? values.reduce<number>((lines, value) => lines + newlines(value), 1) : 1;

const newlines = (value: unknown): number => (typeof value === 'string' ? value.split('\n').length - 1 : 0);
