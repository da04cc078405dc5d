import type { HeatMapView } from '../../protocol/chapter-view';
import { count } from './figures';
import { printable } from './style';
import { textTable } from './text-table';

/** Shades, from nothing to the hottest cell. */
const SHADES = [' ', '░', '▒', '▓', '█'];

/** A heat map as a table: a shade and the count in each cell; long maps of one row stand upright. */
export function heatMapLines(map: HeatMapView): string[] {
  const most = Math.max(0, ...map.values.flat());
  const cell = (value: number): string => {
    if (value === 0) return '·';
    return `${SHADES[Math.max(1, Math.ceil((value / most) * (SHADES.length - 1)))]!} ${count(value)}`;
  };
  const title = `${printable(map.title)} (${map.valueName} by ${map.columnName})`;
  if (map.rows.length <= 2) {
    const rows = map.columns.map((column, c) => [column, ...map.rows.map((_, r) => cell(map.values[r]?.[c] ?? 0))]);
    const heads = map.rows.map(row => (row === '' ? map.valueName : row));
    return [title, ...textTable([map.columnName, ...heads], rows)];
  }
  const rows = map.rows.map((row, r) => [row, ...map.columns.map((_, c) => cell(map.values[r]?.[c] ?? 0))]);
  return [title, ...textTable([map.rowName, ...map.columns], rows)];
}
