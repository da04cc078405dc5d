import type { QueryResult } from '../../core/sql/database-port';
import { displayWidth } from './display-width';
import type { Screen } from './progress-line';
import { printable } from './style';
import { textTable } from './text-table';

/**
 * What a statement has answered: its rows as a table and their number, else its tag. A plan stands as it came. Long values are cut where a
 * terminal is too narrow for them, and never for a file or another program.
 */
export function answerText(
  { columns, rows, tag }: Pick<QueryResult, 'columns' | 'rows' | 'tag'>,
  screen: Pick<Screen, 'isTTY' | 'columns'>,
): string {
  if (columns.length === 0) return `${tag}\n`;
  if (columns.length === 1 && columns[0] === 'QUERY PLAN')
    return rows.map(([line]) => `${printable(line ?? '')}\n`).join('');
  const whole = textTable(columns, rows, Infinity);
  const fits = !screen.isTTY || whole.every(line => displayWidth(line) <= screen.columns);
  const lines = fits ? whole : textTable(columns, rows);
  return `${[...lines, `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`].join('\n')}\n`;
}
