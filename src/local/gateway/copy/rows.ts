/** The rows of COPY data, read as PostgreSQL 16 reads its text and CSV formats. */
import type { CopyFromClient } from '../../../core/dialect/copy';
import { csvLines } from './csv-format';
import { badData, linesOf, type CopyField } from './field';
import { textLines } from './text-format';

/** Stands for the default of a column. */
export const DEFAULT = Symbol('DEFAULT');
/** A value for a column: text for its type's input, NULL, or its default. */
export type CopyValue = string | null | typeof DEFAULT;

/** A row of the data. */
export interface CopyRow {
  values: CopyValue[];
  /** Where it ends in the data, from 1; of binary data its number. */
  line: number;
}

/** A column that rows bring values for. */
export interface CopyColumn {
  name: string;
  hasDefault: boolean;
}

/**
 * Reads rows one by one: stop when there are enough.
 * @throws CopyDataError
 */
export function* copyRows(data: string, copy: CopyFromClient, columns: readonly CopyColumn[]): Generator<CopyRow> {
  let line = 0;
  for (const { fields, isOpen = false } of copy.format === 'csv' ? csvLines(data, copy) : textLines(data, copy)) {
    const isHeader = line === 0 && copy.header !== 'none';
    line += linesOf(copy.format, fields);
    if (isHeader && copy.header === 'skip') continue;
    if (isOpen) throw badData('unterminated CSV quoted field');
    const wrong = isHeader ? wrongHeader(fields, copy, columns) : wrongCount(fields, columns);
    if (wrong !== undefined) throw badData(wrong);
    if (isHeader) continue;
    const values = fields.map((field, at) => valueOf(field, columns[at]!.name, copy));
    const without = columns.find(({ hasDefault }, at) => values[at] === DEFAULT && !hasDefault);
    if (without)
      throw badData('unexpected default marker in COPY data', {
        detail: `Column "${without.name}" has no default value.`,
      });
    yield { values, line };
  }
}

function valueOf({ value, plain }: CopyField, column: string, copy: CopyFromClient): CopyValue {
  if (plain === undefined)
    return copy.format === 'csv' && value === copy.nullText && copy.forceNull.includes(column) ? null : value;
  if (plain === copy.nullText && !copy.forceNotNull.includes(column)) return null;
  return plain === copy.defaultText ? DEFAULT : value;
}

function wrongCount(fields: readonly CopyField[], columns: readonly CopyColumn[]): string | undefined {
  if (fields.length > columns.length) return 'extra data after last expected column';
  const missing = columns[fields.length];
  return missing === undefined ? undefined : `missing data for column "${missing.name}"`;
}

function wrongHeader(
  fields: readonly CopyField[],
  { nullText }: CopyFromClient,
  columns: readonly CopyColumn[],
): string | undefined {
  if (fields.length !== columns.length)
    return `wrong number of fields in header line: got ${fields.length}, expected ${columns.length}`;
  const at = fields.findIndex(({ value, plain }, each) => plain === nullText || value !== columns[each]!.name);
  const wrong = fields[at];
  if (!wrong) return undefined;
  const got = wrong.plain === nullText ? `null value ("${nullText}")` : `"${wrong.value}"`;
  return `column name mismatch in header line field ${at + 1}: got ${got}, expected "${columns[at]!.name}"`;
}
