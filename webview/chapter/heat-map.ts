import type { HeatMapView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatCount, formatShare } from '../shared/format';
import { scrollFrame } from '../shared/scroll-frame';

/** Shades beside empty; the style sheet has a rule for each. */
const SHADES = 6;

/** Counts as a table whose cells are shaded by their share of the hottest; the numbers stand in the cells, so nothing is told by colour alone. */
export function heatMap(map: HeatMapView): HTMLElement {
  const most = Math.max(0, ...map.values.flat());
  const named = map.rows.some(row => row !== '');
  const head = h(
    'tr',
    {},
    named && h('th', { scope: 'col' }, map.rowName),
    ...map.columns.map(column => h('th', { scope: 'col', class: 'number' }, column)),
  );
  const body = map.rows.map((row, r) =>
    h(
      'tr',
      {},
      named && h('th', { scope: 'row' }, row),
      ...map.columns.map((_, c) => cell(map.values[r]?.[c] ?? 0, most)),
    ),
  );
  return h(
    'figure',
    { class: 'heat-map' },
    h('figcaption', {}, h('strong', {}, map.title), ` ${summary(map)}`),
    h(
      'div',
      scrollFrame('table-frame', `${map.title}: ${map.valueName}`),
      h(
        'table',
        {},
        h('caption', { class: 'visually-hidden' }, `${map.valueName} by ${map.rowName} and ${map.columnName}`),
        h('thead', {}, head),
        h('tbody', {}, ...body),
      ),
    ),
    h('p', { class: 'meta' }, `Columns: ${map.columnName}. Cells: ${map.valueName}.`),
  );
}

function cell(value: number, most: number): HTMLElement {
  const shade = most > 0 ? Math.ceil((value / most) * SHADES) : 0;
  return h('td', { class: `heat heat-${shade}` }, value === 0 ? '·' : formatCount(value));
}

/** `accounts 1–100`; a label that says what it is, such as `moment 3` or `key range 2`, stands alone. */
function named(name: string, label: string): string {
  const kind = name.split(' ').at(-1)!;
  return label.toLowerCase().startsWith(kind.toLowerCase()) ? label : `${name} ${label}`;
}

/** The hottest cell and its share, in a sentence. */
function summary({ rows, columns, values, rowName, columnName, valueName }: HeatMapView): string {
  const total = values.flat().reduce((sum, value) => sum + value, 0);
  if (total === 0) return `No ${valueName}.`;
  const most = Math.max(...values.flat());
  const r = values.findIndex(row => row.includes(most));
  const c = values[r]!.indexOf(most);
  const inRow = values[r]!.reduce((sum, value) => sum + value, 0);
  const where = [rows[r] !== '' && named(rowName, rows[r]!), named(columnName, columns[c]!)].filter(Boolean).join(', ');
  return `Hottest: ${where} with ${formatCount(most)} ${valueName}, ${formatShare(most, inRow)} of its row.`;
}
