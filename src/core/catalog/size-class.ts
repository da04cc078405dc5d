import { TRANSACTION_ROW_LIMIT } from '../dialect/row-limit';

/** How large a table is, in the steps that matter on DSQL: one beyond `small` cannot be updated or emptied in one statement. */
export type SizeClass = 'unknown' | 'empty' | 'small' | 'medium' | 'large' | 'huge';

/** @param rows as the last ANALYZE estimated them; undefined when there was none. */
export function sizeClass(rows: number | undefined): SizeClass {
  if (rows === undefined) return 'unknown';
  if (rows === 0) return 'empty';
  if (rows <= TRANSACTION_ROW_LIMIT) return 'small';
  if (rows <= 100_000) return 'medium';
  return rows <= 10_000_000 ? 'large' : 'huge';
}

/** `950`, `12 k`, `3.4 M`: two figures are all that an estimate bears. */
export function roundedCount(rows: number): string {
  if (rows < 1_000) return String(Math.round(rows));
  const [divisor, unit] = rows < 999_500 ? [1e3, 'k'] : rows < 999_500_000 ? [1e6, 'M'] : [1e9, 'G'];
  const scaled = rows / divisor;
  return `${scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/, '') : Math.round(scaled)} ${unit}`;
}
