/** The rows of COPY data, read as PostgreSQL 16 reads its text and CSV formats. */
import type { CopyFromClient } from '../../../core/dialect/copy';
import { csvLines } from './csv-format';
import { badData, CopyDataError, inLine, linesOf, shown, type CopyField } from './field';
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
  let line = 0;
  try {
    for (const { fields, text } of copy.format === 'csv' ? csvLines(data, copy) : textLines(data, copy)) {
      const isHeader = line === 0 && copy.header !== 'none';
      line += linesOf(
        copy.format,
        fields.map(({ value }) => value),
      );
      const wrong = isHeader ? wrongHeader(fields, copy, columns) : wrongCount(fields, columns);
      const values =
        isHeader || fields.length > columns.length ? [] : fields.map((field, at) => valueOf(field, columns[at]!, copy));
      if (wrong !== undefined) throw badData(wrong, { context: `${inLine(copy.table, line)}: ${shown(text)}` }, values);
      if (!isHeader) yield values;
    }
  } catch (error) {
    if (!(error instanceof CopyDataError) || error.error.context !== undefined) throw error;
    throw new CopyDataError({ ...error.error, context: inLine(copy.table, line + 1) });
  }
}

function valueOf({ value, plain }: CopyField, column: string, copy: CopyFromClient): CopyValue {
  if (plain === undefined)
    return copy.format === 'csv' && value === copy.nullText && copy.forceNull.includes(column) ? null : value;
  if (plain === copy.nullText && !copy.forceNotNull.includes(column)) return null;
  return plain === copy.defaultText ? DEFAULT : value;
}

function wrongCount(fields: readonly CopyField[], columns: readonly string[]): string | undefined {
  if (fields.length > columns.length) return 'extra data after last expected column';
  const missing = columns[fields.length];
  return missing === undefined ? undefined : `missing data for column "${missing}"`;
}

function wrongHeader(
  fields: readonly CopyField[],
  { header, nullText }: CopyFromClient,
  columns: readonly string[],
): string | undefined {
  if (header !== 'match') return undefined;
  if (fields.length !== columns.length)
    return `wrong number of fields in header line: got ${fields.length}, expected ${columns.length}`;
  const at = fields.findIndex(({ value, plain }, each) => plain === nullText || value !== columns[each]);
  const wrong = fields[at];
  if (!wrong) return undefined;
  const got = wrong.plain === nullText ? `null value ("${nullText}")` : `"${wrong.value}"`;
  return `column name mismatch in header line field ${at + 1}: got ${got}, expected "${columns[at]}"`;
}
