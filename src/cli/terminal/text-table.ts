import { printable } from './style';

const MAX_CELL = 60;

/** A table as `psql` draws it: heading, rule, rows; NULL as `NULL`. Numbers stand to the right, values longer than `longest` are cut. */
export function textTable(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  longest = MAX_CELL,
): string[] {
  const inLine = (text: string): string => printable(text).replace(/\s+/g, ' ');
  const cells = rows.map(row => row.map(cell => cut(inLine(cell ?? 'NULL'), longest)));
  const names = columns.map(inLine);
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map(row => row[i]?.length ?? 0)));
  const numeric = columns.map(
    (_, i) => rows.length > 0 && rows.every(row => /^-?[\d.,]+( ?(ms|%|s))?$/.test(row[i] ?? '')),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join(' │ ')
      .trimEnd();
  return [line(names), widths.map(width => '─'.repeat(width)).join('─┼─'), ...cells.map(line)];
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
