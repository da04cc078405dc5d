import { isNumeric } from '../value-kind';
import type { FormatColumn, FormatOptions, TableFormat } from './table';

/** What a spreadsheet takes for a formula or a command (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n]/;

/** A text that no spreadsheet takes for a formula: one that it would gets an apostrophe in front. Not for numbers: `-1` is one. */
export const guardFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** A field by RFC 4180, quoted where it holds what `special` finds; the empty text stays empty. */
export const delimitedField = (text: string, special = /[",\r\n]/): string =>
  special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * CSV by RFC 4180, or TSV as spreadsheets paste it: quoted when a value holds the delimiter, a quote or a line end. As in PostgreSQL's
 * COPY … CSV, NULL is nothing at all and the empty string is `""`.
 */
export function delimitedFormat(options: FormatOptions, delimiter: string, lineEnd: string): TableFormat {
  const { columns, headers, guardFormulas } = options;
  const special = new RegExp(`["\\r\\n${delimiter}]`);
  const field = (value: string | null, column: FormatColumn | undefined): string => {
    if (value === null) return '';
    const guarded = guardFormulas && !(column && isNumeric(column.kind)) ? guardFormula(value) : value;
    return guarded === '' ? '""' : delimitedField(guarded, special);
  };
  const line = (values: readonly (string | null)[], named: boolean): string =>
    values.map((value, index) => field(value, named ? undefined : columns[index])).join(delimiter) + lineEnd;
  return {
    begin: () =>
      headers
        ? line(
            columns.map(({ name }) => name),
            true,
          )
        : '',
    row: values => line(values, false),
    end: () => '',
  };
}
