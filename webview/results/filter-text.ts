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

/**
 * What stands in a column's filter field: an operator and a value, which may be quoted as in SQL, or text to be contained;
 * undefined when it is empty.
 */
export function parseFilter(column: number, text: string): ResultFilter | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^null$/i.test(trimmed)) return { column, operator: 'null', value: '' };
  if (/^(!|not )\s*null$/i.test(trimmed)) return { column, operator: 'not-null', value: '' };
  const found = OPERATORS.find(([sign]) => trimmed.startsWith(sign));
  if (!found) return { column, operator: 'contains', value: text };
  const operand = trimmed.slice(found[0].length).trim();
  const literal = /^'((?:[^']|'')*)'$/.exec(operand)?.[1];
  const value = literal?.replaceAll("''", "'") ?? operand;
  // nothing to compare with yet, unless the empty string is meant
  if (literal === undefined && value === '' && found[1] !== 'equals' && found[1] !== 'not-equals') return undefined;
  return { column, operator: found[1], value };
}

/** The text that `parseFilter` reads as equal to this value, or unequal to it (`out`). */
export function filterText(value: string | null, out: boolean): string {
  if (value === null) return out ? '!null' : 'null';
  const isPlain = value !== '' && value.trim() === value && !value.startsWith("'");
  return `${out ? '!=' : '='} ${isPlain ? value : `'${value.replaceAll("'", "''")}'`}`;
}
