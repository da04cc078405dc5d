/** The rows of COPY data, read as PostgreSQL 16 reads its text and CSV formats. */
import type { CopyFromClient } from '../../../core/dialect/copy';
import { csvLines } from './csv-format';
import { badData, inLine, linesOf, type CopyField } from './field';
import { textLines } from './text-format';

/** Stands for the default of a column. */
export const DEFAULT = Symbol('DEFAULT');
/** A value for a column: text for its type's input, NULL, or its default. */
export type CopyValue = string | null | typeof DEFAULT;

/**
 * Reads rows one by one: stop when there are enough.
 * @param columns names of the columns the rows are for
 * @throws CopyDataError
 */
export function* copyRows(data: string, copy: CopyFromClient, columns: readonly string[]): Generator<CopyValue[]> {
  const lines = copy.format === 'csv' ? csvLines(data, copy) : textLines(data, copy);
  const has = (list: string[] | 'all', column: string): boolean => list === 'all' || list.includes(column);
  let first = true;
  let line = 0;
  for (const fields of lines) {
    line += linesOf(
      copy.format,
      fields.map(({ value }) => value),
    );
    const bad = (message: string) => badData(message, inLine(copy.table, line));
    if (first && copy.header !== 'none') {
      if (copy.header === 'match') matchHeader(fields, columns);
      first = false;
      continue;
    }
    first = false;
    if (fields.length > columns.length) throw bad('extra data after last expected column');
    const missing = columns[fields.length];
    if (missing !== undefined) throw bad(`missing data for column "${missing}"`);
    yield fields.map(({ value, plain }, at) => {
      const column = columns[at]!;
      if (plain === undefined)
        return copy.format === 'csv' && value === copy.nullText && has(copy.forceNull, column) ? null : value;
      if (plain === copy.nullText && !has(copy.forceNotNull, column)) return null;
      return plain === copy.defaultText ? DEFAULT : value;
    });
  }
}

function matchHeader(fields: CopyField[], columns: readonly string[]): void {
  if (fields.length !== columns.length)
    throw badData(`wrong number of fields in header line: got ${fields.length}, expected ${columns.length}`);
  fields.forEach(({ value }, at) => {
    if (value !== columns[at])
      throw badData(`column name mismatch in header line field ${at + 1}: got "${value}", expected "${columns[at]}"`);
  });
}
