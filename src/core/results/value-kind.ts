import type { ColumnView, ValueKind } from '../../protocol/results-view';

/** PostgreSQL's built-in types by OID (pg_type.dat), as far as they are not shown as plain text. */
const KINDS: Readonly<Record<number, ValueKind>> = {
  16: 'boolean',
  17: 'bytea',
  20: 'integer',
  21: 'integer',
  23: 'integer',
  26: 'integer',
  114: 'json',
  700: 'number',
  701: 'number',
  1082: 'date',
  1083: 'time',
  1114: 'timestamp',
  1184: 'timestamptz',
  1186: 'interval',
  1266: 'time',
  1700: 'number',
  2950: 'uuid',
  3802: 'json',
};

/** The kind of a type's values; `text` for everything that has no form of its own. */
export const valueKind = (typeOid: number): ValueKind => KINDS[typeOid] ?? 'text';

/** Right-aligned, written without quotes. */
export const isNumeric = (kind: ValueKind): boolean => kind === 'integer' || kind === 'number';

/** A column as the view draws it. */
export const columnView = (column: { name: string; typeName: string; typeOid: number }): ColumnView => ({
  name: column.name,
  typeName: column.typeName,
  kind: valueKind(column.typeOid),
});
