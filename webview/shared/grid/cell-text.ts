import type { ColumnView, ValueKind } from '../../../src/protocol/results-view';
import type { Cell } from './cell-cache';

/** How a cell looks: its text, and the classes that say what it is. */
export interface CellLook {
  text: string;
  className: string;
}

const NUMERIC: ReadonlySet<ValueKind> = new Set(['integer', 'number']);
const MONOSPACED: ReadonlySet<ValueKind> = new Set([
  'uuid',
  'bytea',
  'json',
  'timestamp',
  'timestamptz',
  'date',
  'time',
  'interval',
]);

/** Classes that every cell of a column has. */
function columnClass({ kind }: ColumnView): string {
  return `${NUMERIC.has(kind) ? ' number' : ''}${MONOSPACED.has(kind) ? ' mono' : ''}`;
}

/** A value on one line; undefined is a cell that has not come yet. */
export function cellLook(cell: Cell | undefined, column: ColumnView): CellLook {
  if (!cell) return { text: '', className: 'cell waiting' };
  const base = `cell${columnClass(column)}`;
  if (cell.value === null) return { text: 'NULL', className: `${base} null` };
  const length = cell.length ?? cell.value.length;
  if (column.kind === 'boolean') return { text: booleanText(cell.value), className: `${base} boolean` };
  if (column.kind === 'bytea') return { text: byteaText(cell.value, length), className: base };
  return { text: oneLine(cell.value) + (cell.length === undefined ? '' : '…'), className: base };
}

const booleanText = (value: string): string => (value === 't' ? 'true' : value === 'f' ? 'false' : value);

/** Hex as it came, with its size in front. */
function byteaText(value: string, length: number): string {
  const bytes = value.startsWith('\\x') ? (length - 2) / 2 : length;
  return `${sizeText(bytes)}  ${value.slice(0, 66)}${length > 66 ? '…' : ''}`;
}

/** `12 B`, `3.4 kB`, `1.2 MB` */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Line ends and tabs as signs; the other control characters as their pictures, so that nothing is hidden. */
export function oneLine(value: string): string {
  return value.replace(/\r\n|[\r\n\t\p{Cc}]/gu, sign);
}

function sign(control: string): string {
  if (control === '\t') return '⇥';
  if (control === '\r\n' || control === '\n' || control === '\r') return '↵';
  const code = control.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '�';
}
