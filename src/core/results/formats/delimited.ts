import { isNumeric } from '../value-kind';
import type { FormatColumn, FormatOptions, TableFormat } from './table';

/** What a spreadsheet takes for a formula or a command (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * CSV by RFC 4180, or TSV as spreadsheets paste it: quoted when a value holds the delimiter, a quote or a line end. As in PostgreSQL's
 * COPY … CSV, NULL is nothing at all and the empty string is `""`.
 */
export function delimitedFormat(options: FormatOptions, delimiter: string, lineEnd: string): TableFormat {
  const { columns, headers, guardFormulas } = options;
  const special = new RegExp(`["\\r\\n${delimiter}]`);
  const field = (value: string | null, column: FormatColumn | undefined): string => {
    if (value === null) return '';
    const guarded = guardFormulas && FORMULA.test(value) && !(column && isNumeric(column.kind)) ? `'${value}` : value;
    return guarded === '' || special.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
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
