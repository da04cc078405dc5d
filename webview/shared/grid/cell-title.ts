import type { ColumnView } from '../../../src/protocol/results-view';
import type { Cell } from './cell-cache';
import { momentTitle } from './moment-text';

/** Text shown under the pointer: local time and age of a moment, more of a long text; undefined when the cell shows all there is. */
export function cellTitle(cell: Cell, column: ColumnView): string | undefined {
  if (cell.value === null) return undefined;
  if (column.kind === 'timestamptz') return `${cell.value}\n${momentTitle(cell.value) ?? ''}`.trim();
  if (cell.value === '') return 'Empty string';
  const rest = cell.length === undefined ? '' : `…\n${cell.length.toLocaleString('en-US')} characters; Enter shows all`;
  return cell.value.length > 20 || rest ? cell.value + rest : undefined;
}
