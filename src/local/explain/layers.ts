import type { TableShape } from './catalog';
import { columnsOf, joinConjuncts, simpleComparison, splitConjuncts, type SimpleComparison } from './expression';

/** One conjunct of a scan's predicate. */
export interface Conjunct {
  text: string;
  /** Columns of the scanned table it reads. */
  columns: string[];
  /** Set when it compares one column with a constant or parameter. */
  comparison?: SimpleComparison;
  /** Storage can evaluate it. */
  pushable: boolean;
}

/**
 * Takes a predicate apart. Storage evaluates comparisons of a column with a constant or parameter, null tests and boolean columns;
 * LIKE, regular expressions, functions, arithmetic, ROW comparisons, OR, and anything on numeric stay with the query processor.
 * Source: User Guide "Reading Aurora DSQL EXPLAIN plans" (its samples keep `balance > 100` on numeric and LIKE above storage), and the
 * recorded plans in test/fixtures/plans. ANY(array) is not shown anywhere: kept above storage.
 */
export function conjunctsOf(predicate: string | undefined, alias: string | undefined, table: TableShape): Conjunct[] {
  const ofType = (...types: string[]): Set<string> =>
    new Set(table.columns.filter(c => types.includes(c.type)).map(c => c.name));
  const names = { alias, all: new Set(table.columns.map(c => c.name)), texts: ofType('text', 'varchar') };
  const numeric = ofType('numeric');
  return splitConjuncts(predicate).map(text => {
    const comparison = simpleComparison(text, names);
    const nullTest = comparison?.operator === 'is null' || comparison?.operator === 'is not null';
    const pushable = comparison !== undefined && (nullTest || !numeric.has(comparison.column));
    const conjunct: Conjunct = { text, columns: columnsOf(text, alias, names.all), pushable };
    if (comparison) conjunct.comparison = comparison;
    return conjunct;
  });
}

/** The conditions that bound a scan of an index with these key columns: equalities on a prefix, then ranges on the next column. */
export function boundsOf(conjuncts: readonly Conjunct[], key: readonly (string | null)[]): Conjunct[] {
  const bounds: Conjunct[] = [];
  for (const column of key) {
    const here = conjuncts.filter(c => column !== null && c.comparison?.column === column);
    const equal = here.filter(c => c.comparison!.operator === '=');
    if (equal.length) {
      bounds.push(...equal);
      continue;
    }
    bounds.push(...here.filter(c => /^[<>]=?$/.test(c.comparison!.operator)));
    break;
  }
  return bounds;
}

/** The predicate as printed, or undefined for none. */
export function predicate(conjuncts: readonly Conjunct[]): string | undefined {
  return joinConjuncts(conjuncts.map(c => c.text));
}

/** Share of rows a conjunct is taken to keep where PostgreSQL tells only what all of them keep together (its own defaults, coarser). */
function selectivity(conjunct: Conjunct): number {
  switch (conjunct.comparison?.operator) {
    case '=':
    case 'is null':
      return 0.25;
    case '<>':
    case 'is not null':
    case 'true':
    case 'false':
      return 0.9;
    default:
      return 0.5;
  }
}

/**
 * Rows that pass each of several layers, from the rows after the last one back to the rows before the first one. PostgreSQL counts
 * the rows removed by a scan's whole predicate; `before` and `after` are its numbers, the layers between share by selectivity.
 * @returns one number per layer: the rows that leave it. The last equals `after`.
 */
export function rowsAfterLayers(before: number, after: number, layers: readonly (readonly Conjunct[])[]): number[] {
  const weights = layers.map(layer => layer.reduce((sum, c) => sum - Math.log(selectivity(c)), 0));
  const total = weights.reduce((a, b) => a + b, 0);
  if (total === 0) return layers.map(() => after);
  const ratio = after > 0 && before > 0 ? Math.min(1, after / before) : 0;
  let passed = 0;
  return weights.map((weight, i) => {
    passed += weight;
    if (passed >= total || weights.slice(i + 1).every(w => w === 0)) return after;
    if (passed === 0) return before;
    if (ratio === 0) return Math.round(before * Math.exp(-passed));
    return Math.max(after, Math.round(before * ratio ** (passed / total)));
  });
}

/** Rows the layers are taken to have started from when nothing counted them, at most `limit` where that is known. */
export function rowsBefore(after: number, layers: readonly (readonly Conjunct[])[], limit: number): number {
  const kept = layers.flat().reduce((product, c) => product * selectivity(c), 1);
  const guess = Math.round(after / kept);
  return Math.max(after, limit >= 0 ? Math.min(guess, limit) : guess);
}
