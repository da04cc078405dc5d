/** Writing SQL: literals and names that mean what they say whatever is in them. */
import type { RangeVar } from 'libpg-query';

/** A string literal. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** A quoted identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A table as a call of to_regclass: NULL when it is missing. */
export const regclass = (table: RangeVar | undefined): string =>
  `to_regclass(${literal([table?.schemaname, table?.relname].flatMap(name => (name === undefined ? [] : identifier(name))).join('.'))})`;
