import type { FilterOperator, ResultFilter, ValueKind } from '../../../protocol/results-view';
import { filterValueInvalid } from '../errors';
import { compareKeys, valueOrder } from './order';

/** Whether a value passes. */
export type Predicate = (value: string | null) => boolean;

const COMPARISONS: Partial<Record<FilterOperator, (order: number) => boolean>> = {
  equals: order => order === 0,
  'not-equals': order => order !== 0,
  less: order => order < 0,
  'at-most': order => order <= 0,
  greater: order => order > 0,
  'at-least': order => order >= 0,
};
const ALWAYS_TEXT: ReadonlySet<ValueKind> = new Set(['text', 'json', 'bytea', 'boolean']);

/** A filter as a function. Throws `RESULT_FILTER_VALUE` when the value to compare with is none of the column's type. */
export function filterPredicate(filter: ResultFilter, kind: ValueKind): Predicate {
  const { operator } = filter;
  if (operator === 'null') return value => value === null;
  if (operator === 'not-null') return value => value !== null;
  if (operator === 'contains' || operator === 'not-contains') {
    const needle = filter.value.toLowerCase();
    const wanted = operator === 'contains';
    return value => value !== null && value.toLowerCase().includes(needle) === wanted;
  }
  const passes = COMPARISONS[operator];
  if (!passes) throw filterValueInvalid(operator, kind);
  const operand = operandText(filter.value, kind);
  const order = valueOrder(kind);
  const key = order.key(operand);
  if (Number.isNaN(key) && !ALWAYS_TEXT.has(kind) && operand !== 'NaN') throw filterValueInvalid(filter.value, kind);
  return value => value !== null && passes(compareKeys(order.key(value), key) || order.compare(value, operand));
}

/** What people type for a value, in the server's form. */
function operandText(typed: string, kind: ValueKind): string {
  if (kind === 'text' || kind === 'json') return typed;
  const value = typed.trim();
  if (kind === 'uuid') return uuidText(value);
  if (kind === 'boolean') {
    if (/^(t|true|yes|on|1)$/i.test(value)) return 't';
    if (/^(f|false|no|off|0)$/i.test(value)) return 'f';
  }
  if (kind === 'number' && /^nan$/i.test(value)) return 'NaN';
  // JavaScript and the server read 0x10, but no column shows a number so: it would be equal to nothing
  if ((kind === 'number' || kind === 'integer') && /^0[box]/i.test(value)) return '';
  return value;
}

/** A uuid as the server writes it, of the forms that it reads; empty for what is none. */
function uuidText(typed: string): string {
  const digits = typed
    .toLowerCase()
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : '';
}
