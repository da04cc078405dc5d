import './result-table.css';
import type { ColumnView } from '../../src/protocol/results-view';
import { h } from './dom';
import { formatCount } from './format';
import { cellTitle } from './grid/cell-title';
import { cellLook, columnClass } from './grid/cell-text';

export interface ResultTableOptions {
  columns: readonly ColumnView[];
  rows: readonly (string | null)[][];
  /** Rows of the whole result; more than are given when it was cut. */
  rowCount: number;
  /** Drawn at most; the rest is for the full view. */
  maxRows?: number;
  /** Jumps to the full results view; no link without it. */
  openFull?: () => void;
}

/** A small result in the flow of a page: real table markup, values as the results view shows them, and a way to that view. */
export function resultTable({ columns, rows, rowCount, maxRows = 50, openFull }: ResultTableOptions): HTMLElement {
  const shown = rows.slice(0, maxRows);
  const count = `${formatCount(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`;
  const cut = shown.length < rowCount ? `, the first ${formatCount(shown.length)} shown` : '';
  const link = openFull && h('button', { class: 'link', type: 'button' }, 'Open in the results view');
  if (openFull) link?.addEventListener('click', openFull);
  return h(
    'figure',
    { class: 'inline-result' },
    h(
      'div',
      { class: 'inline-result-frame', tabindex: 0, role: 'region', 'aria-label': `Result, ${count}` },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...columns.map(headCell))),
        h(
          'tbody',
          {},
          ...shown.map(row => h('tr', {}, ...columns.map((column, at) => bodyCell(row[at] ?? null, column)))),
        ),
      ),
    ),
    h('figcaption', {}, h('span', {}, count + cut), link),
  );
}

const headCell = (column: ColumnView): HTMLElement =>
  h('th', { scope: 'col', class: columnClass(column).trim(), title: column.typeName }, column.name);

function bodyCell(value: string | null, column: ColumnView): HTMLElement {
  const { text, className } = cellLook({ value }, column);
  return h('td', { class: className.replace(/^cell ?/, ''), title: cellTitle({ value }, column) }, text);
}
