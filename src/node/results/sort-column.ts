import type { ValueKind } from '../../protocol/results-view';
import { compareKeys, valueOrder } from '../../core/results/values/order';
import type { Pace } from './pacer';
import type { RowPages } from './row-pages';

/** Code units of one column's values that are kept for comparing; beyond it they are read from the file again. */
const TEXT_BUDGET = 192 * 1024 * 1024;

/** Surrogates and what UTF-16 puts behind them. */
const HIGH = /[\ud800-\uffff]/;

const VALUE = 0;
const NULL = 1;

/** What sorting by one column needs of every row: a number, and the text where the number does not tell. */
export interface SortColumn {
  /** Of two stored rows, ascending, NULLs last. */
  compare(a: number, b: number): number;
}

/** Reads a column once. Rows are numbers of stored rows. */
export async function readSortColumn(
  pages: RowPages,
  column: number,
  kind: ValueKind,
  pace: Pace,
): Promise<SortColumn> {
  const order = valueOrder(kind);
  const { rowCount, pageCount } = pages;
  const keys = new Float64Array(rowCount);
  const seconds = order.secondKey && new Float64Array(rowCount);
  const nulls = new Uint8Array(rowCount);
  const texts: (string | undefined)[] = new Array<string | undefined>(rowCount);
  const inexact = new Uint8Array(rowCount);
  let kept = 0;
  let plain = order.byText === true;
  for (let index = 0; index < pageCount; index++) {
    const first = pages.firstRow(index);
    const page = pages.scanPage(index);
    const values = page.column(column);
    plain &&= !values.wide || !HIGH.test(values.text);
    const last = Math.min(page.rowCount, rowCount - first);
    for (let row = 0; row < last; row++) {
      const value = values.value(row);
      if (value === null) {
        nulls[first + row] = NULL;
        continue;
      }
      keys[first + row] = order.key(value);
      if (seconds && order.secondKey) seconds[first + row] = order.secondKey(value);
      if (order.exact(value)) continue;
      inexact[first + row] = 1;
      kept += value.length;
      if (kept <= TEXT_BUDGET) texts[first + row] = value;
    }
    await pace.pace((index + 1) / pageCount);
  }
  const text = (row: number): string => texts[row] ?? pages.value(row, column) ?? '';
  const compareTexts = plain ? compareUnits : order.compare;
  return {
    compare: (a, b) => {
      const byNull = (nulls[a] ?? VALUE) - (nulls[b] ?? VALUE);
      if (byNull !== 0 || nulls[a] === NULL) return byNull;
      const byKey = compareKeys(keys[a] as number, keys[b] as number);
      if (byKey !== 0) return byKey;
      const bySecond = seconds ? (seconds[a] as number) - (seconds[b] as number) : 0;
      if (bySecond !== 0 || (inexact[a] === 0 && inexact[b] === 0)) return bySecond;
      return compareTexts(text(a), text(b));
    },
  };
}

const compareUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
