import type { FilterOperator, ResultFilter } from '../../src/protocol/results-view';

const OPERATORS: readonly [string, FilterOperator][] = [
  ['!=', 'not-equals'],
  ['<>', 'not-equals'],
  ['<=', 'at-most'],
  ['>=', 'at-least'],
  ['=', 'equals'],
  ['<', 'less'],
  ['>', 'greater'],
  ['!', 'not-contains'],
];

/** What stands in a column's filter field: an operator and a value, or text to be contained; undefined when it is empty. */
export function parseFilter(column: number, text: string): ResultFilter | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^null$/i.test(trimmed)) return { column, operator: 'null', value: '' };
  if (/^(!|not )\s*null$/i.test(trimmed)) return { column, operator: 'not-null', value: '' };
  const found = OPERATORS.find(([sign]) => trimmed.startsWith(sign));
  if (!found) return { column, operator: 'contains', value: text };
  const value = trimmed.slice(found[0].length).trim();
  // nothing to compare with yet, unless the empty string is meant
  if (value === '' && found[1] !== 'equals' && found[1] !== 'not-equals') return undefined;
  return { column, operator: found[1], value };
}
