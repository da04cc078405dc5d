import type { CellPlace } from './selection';

export interface KeyPress {
  key: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
}

/** What a key means in the grid. */
export type GridIntent =
  | { type: 'move'; to: CellPlace; extend: boolean }
  | { type: 'select-all' }
  | { type: 'select-row' }
  | { type: 'select-column' }
  | { type: 'copy' }
  | { type: 'open' }
  | { type: 'sort'; add: boolean }
  | { type: 'clear' };

export interface GridExtent {
  rowCount: number;
  columnCount: number;
  pageRows: number;
}

/** The intent of a key press by the ARIA grid pattern; undefined for keys that are not the grid's. */
export function gridIntent(press: KeyPress, active: CellPlace, extent: GridExtent): GridIntent | undefined {
  const { key, ctrl, shift, alt } = press;
  if (alt) return undefined;
  const letter = key.toLowerCase();
  if (ctrl && letter === 'a') return { type: 'select-all' };
  if (ctrl && letter === 'c') return { type: 'copy' };
  if (key === ' ' && shift) return { type: 'select-row' };
  if (key === ' ' && ctrl) return { type: 'select-column' };
  if (key === 'Enter' && ctrl) return { type: 'sort', add: shift };
  if (key === 'Enter' || key === 'F2' || (key === ' ' && !ctrl)) return { type: 'open' };
  if (key === 'Escape') return { type: 'clear' };
  const to = destination(key, ctrl, active, extent);
  return to && { type: 'move', to, extend: shift };
}

function destination(
  key: string,
  ctrl: boolean,
  { row, column }: CellPlace,
  extent: GridExtent,
): CellPlace | undefined {
  const lastRow = extent.rowCount - 1;
  const lastColumn = extent.columnCount - 1;
  switch (key) {
    case 'ArrowUp':
      return { row: ctrl ? 0 : Math.max(0, row - 1), column };
    case 'ArrowDown':
      return { row: ctrl ? lastRow : Math.min(lastRow, row + 1), column };
    case 'ArrowLeft':
      return { row, column: ctrl ? 0 : Math.max(0, column - 1) };
    case 'ArrowRight':
      return { row, column: ctrl ? lastColumn : Math.min(lastColumn, column + 1) };
    case 'PageUp':
      return { row: Math.max(0, row - extent.pageRows), column };
    case 'PageDown':
      return { row: Math.min(lastRow, row + extent.pageRows), column };
    case 'Home':
      return { row: ctrl ? 0 : row, column: 0 };
    case 'End':
      return { row: ctrl ? lastRow : row, column: lastColumn };
    default:
      return undefined;
  }
}
