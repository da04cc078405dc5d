import { cutToWidth, displayWidth } from './display-width';
import { printable } from './style';

const MAX_CELL = 60;

/** A table as `psql` draws it: heading, rule, rows; NULL as `NULL`. Numbers stand to the right, values longer than `longest` are cut. */
export function textTable(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  longest = MAX_CELL,
): string[] {
  const inLine = (text: string): string => printable(text).replace(/\s+/g, ' ');
  const cells = rows.map(row => row.map(cell => cutToWidth(inLine(cell ?? 'NULL'), longest)));
  const names = columns.map(inLine);
  const widths = names.map((name, i) =>
    cells.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? '')), displayWidth(name)),
  );
  const numeric = columns.map(
    (_, i) => rows.length > 0 && rows.every(row => /^-?[\d.,]+( ?(ms|%|s))?$/.test(row[i] ?? '')),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(cell)));
        return numeric[i] ? blanks + cell : cell + blanks;
      })
      .join(' │ ')
      .trimEnd();
  return [line(names), widths.map(width => '─'.repeat(width)).join('─┼─'), ...cells.map(line)];
}
