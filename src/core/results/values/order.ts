import type { ValueKind } from '../../../protocol/results-view';
import { compareCodePoints, sixBytes } from './code-points';
import { compareDecimals, fitsDouble } from './decimal';
import { intervalUs, momentUs, timeUs } from './moment';

/**
 * How values of a kind are ordered. `key` is a number in the order of the values: of two values with different keys the order is known;
 * `exact` says that equal keys mean equal values; else `compare` decides. NaN (and what is no value of the kind) comes last.
 */
export interface ValueOrder {
  key(text: string): number;
  exact(text: string): boolean;
  /** A second key, for values with the same first one. */
  secondKey?(text: string): number;
  /** The order of two values with the same key. */
  compare(a: string, b: string): number;
  /** `compare` is by code points: the engine's own `<` says the same of texts without characters beyond U+D7FF, and faster. */
  byText?: true;
}

const always = (): boolean => true;
const same = (): number => 0;

/** PostgreSQL's own words for the ends of a number line. */
function infinite(text: string): number | undefined {
  if (text === 'infinity' || text === 'Infinity') return Infinity;
  if (text === '-infinity' || text === '-Infinity') return -Infinity;
  return undefined;
}

const decimal: ValueOrder = {
  key: text => infinite(text) ?? (text.trim() === '' ? NaN : Number(text)),
  exact: fitsDouble,
  compare: (a, b) => {
    // 1e400 and Infinity have the same key
    const ends = Number(infinite(a) !== undefined) - Number(infinite(b) !== undefined);
    return ends === 0 ? compareDecimals(a, b) : a.startsWith('-') ? -ends : ends;
  },
};

const moment: ValueOrder = {
  key: text => infinite(text) ?? Number(momentUs(text) ?? NaN),
  // whole microseconds from the year 1685 up to 2255 fit a double
  exact: text => text.charCodeAt(4) === 45 && text >= '1685' && text < '2255' && !text.endsWith('BC'),
  compare: (a, b) => {
    const left = momentUs(a);
    const right = momentUs(b);
    if (left === undefined || right === undefined) return compareCodePoints(a, b);
    return left < right ? -1 : left > right ? 1 : 0;
  },
};

const text: ValueOrder = {
  key: value => sixBytes(value),
  secondKey: value => sixBytes(value, 6),
  exact: value => value.length <= 12 && /^[\u0001-\u007f]*$/.test(value),
  compare: compareCodePoints,
  byText: true,
};

const uuid: ValueOrder = {
  key: value => parseInt(value.slice(0, 8) + value.slice(9, 13), 16),
  exact: () => false,
  compare: compareCodePoints,
  byText: true,
};

const ORDERS: Readonly<Record<ValueKind, ValueOrder>> = {
  text,
  json: text,
  bytea: text,
  boolean: text,
  uuid,
  integer: decimal,
  number: decimal,
  timestamp: moment,
  timestamptz: moment,
  date: moment,
  time: { key: value => timeUs(value) ?? NaN, exact: always, compare: same },
  interval: { key: value => intervalUs(value) ?? NaN, exact: always, compare: same },
};

/** The order of a kind's values, the same as PostgreSQL's for the kinds that have one there; JSON by its text. */
export const valueOrder = (kind: ValueKind): ValueOrder => ORDERS[kind];

/** Keys in order, NaN last. */
export function compareKeys(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
