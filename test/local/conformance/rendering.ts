/** Renders values of the text protocol as the recording does: as Go prints what the pgx driver makes of them. */

const BOOL = 16;
const UUID = 2950;
const TIMESTAMPTZ = 1184;
const RECORD = 2249;
/** bool[], int2[], int4[], text[], varchar[], int8[] */
const ARRAYS = new Set([1000, 1005, 1007, 1009, 1015, 1016]);

/** One value; `oid` is its type in the row description. */
export function render(value: string | null, oid: number): string {
  if (value === null) return 'NULL';
  if (oid === BOOL) return value === 't' ? 'true' : 'false';
  if (oid === UUID) return `[${[...Buffer.from(value.replaceAll('-', ''), 'hex')].join(' ')}]`;
  if (oid === TIMESTAMPTZ) return value.replace(' ', 'T').replace(/[+]00(?::00)?$/, 'Z');
  if (oid === RECORD) return `[${value.slice(1, -1).split(',').map(unquote).join(' ')}]`;
  if (ARRAYS.has(oid)) return `[${value.slice(1, -1).split(',').map(unquote).join(' ')}]`;
  return value;
}

const unquote = (item: string): string => (item.startsWith('"') ? item.slice(1, -1) : item);
