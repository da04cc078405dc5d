import { UNKEYABLE } from '../dialect/type-names';

/** Names that `format_type` displays for types that DSQL takes in no key. */
const DISPLAYED: Record<string, string> = { 'time with time zone': 'timetz' };

/** Whether DSQL takes a column of this type, as PostgreSQL displays it, into the key of an index. */
export function isIndexable(type: string): boolean {
  const plain = type.replace(/\(\d+(?:,\s*-?\d+)?\)/, '').replace(/\s+/g, ' ');
  if (plain.endsWith('[]')) return false;
  return !UNKEYABLE.has(DISPLAYED[plain] ?? plain) && !plain.startsWith('interval');
}
