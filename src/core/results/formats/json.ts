import type { ValueKind } from '../../../protocol/results-view';
import { compareDecimals, fitsDouble } from '../values/decimal';
import type { FormatColumn, FormatOptions, TableFormat } from './table';

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A value in JSON. Numbers that a double holds are numbers, the others strings, so that no reader loses digits; json stays what it is;
 * bytes are PostgreSQL's hex text.
 */
function jsonValue(value: string | null, kind: ValueKind): string {
  if (value === null) return 'null';
  if (kind === 'boolean' && (value === 't' || value === 'f')) return value === 't' ? 'true' : 'false';
  if ((kind === 'integer' || kind === 'number') && JSON_NUMBER.test(value) && isSafeNumber(value)) return value;
  if (kind === 'json' && isJson(value)) return value;
  return JSON.stringify(value);
}

const isSafeNumber = (value: string): boolean =>
  fitsDouble(value) || (Number.isFinite(Number(value)) && compareDecimals(String(Number(value)), value) === 0);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Keys of the objects: the names of the columns, the second `id` as `id_2`. */
function uniqueNames(columns: readonly FormatColumn[]): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name}_${count}`;
    taken.add(unique);
    return unique;
  });
}

function objectWriter({ columns }: FormatOptions): (values: readonly (string | null)[]) => string {
  const keys = uniqueNames(columns).map(name => JSON.stringify(name));
  return values =>
    `{${values.map((value, index) => `${keys[index]}:${jsonValue(value, columns[index]?.kind ?? 'text')}`).join(',')}}`;
}

/** An array of objects, one to a line. */
export function jsonFormat(options: FormatOptions): TableFormat {
  const object = objectWriter(options);
  let first = true;
  return {
    begin: () => '[',
    row: values => {
      const comma = first ? '\n' : ',\n';
      first = false;
      return comma + object(values);
    },
    end: () => (first ? ']\n' : '\n]\n'),
  };
}

/** An object to a line. Line ends inside json values are written as blanks between its tokens. */
export function ndjsonFormat(options: FormatOptions): TableFormat {
  const object = objectWriter(options);
  // a raw line end cannot stand inside a JSON string, so every one left is white space
  return { begin: () => '', row: values => `${object(values).replace(/[\r\n]+/g, ' ')}\n`, end: () => '' };
}
