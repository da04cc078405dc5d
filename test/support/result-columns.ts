import type { SqlColumn, SqlValue } from '../../src/core/sql/contract';

const OIDS: Readonly<Record<string, number>> = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int4: 23,
  text: 25,
  float8: 701,
  varchar: 1043,
  date: 1082,
  timestamptz: 1184,
  interval: 1186,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
};

/** A column of a built-in type. */
export const column = (name: string, typeName: string): SqlColumn => ({
  name,
  typeName,
  typeOid: OIDS[typeName] ?? 25,
});

/** What a bank's transactions look like: one column of each type that is shown in a way of its own. */
export const BANK_COLUMNS: SqlColumn[] = [
  column('id', 'int8'),
  column('transaction_id', 'uuid'),
  column('amount', 'numeric'),
  column('booked_at', 'timestamptz'),
  column('settled', 'bool'),
  column('note', 'text'),
  column('details', 'jsonb'),
  column('receipt', 'bytea'),
];

/** Row `index` of a made-up bank: the same values every time, NULLs and empty strings among them. */
export function bankRow(index: number): SqlValue[] {
  const hash = Math.imul(index + 1, 2654435761) >>> 0;
  const hex = hash.toString(16).padStart(8, '0');
  return [
    String(index + 1),
    `${hex}-${hex.slice(0, 4)}-4${hex.slice(1, 4)}-a${hex.slice(4, 7)}-${hex}${hex.slice(0, 4)}`,
    index % 11 === 0 ? null : ((hash % 2_000_000) / 100 - 10_000).toFixed(2),
    `2026-${String((hash % 12) + 1).padStart(2, '0')}-${String((hash % 28) + 1).padStart(2, '0')} 12:34:56.${hash % 1_000_000}+00`,
    index % 3 === 0 ? 't' : 'f',
    index % 7 === 0 ? '' : index % 5 === 0 ? null : `payment ${hash % 1_000} to Zoë`,
    `{"payer": ${hash % 1000}, "payee": ${index % 1000}, "tags": ["a", "b"]}`,
    `\\x${hex}${hex}`,
  ];
}

/** Rows `from` to `to`, without `to`. */
export const bankRows = (from: number, to: number): SqlValue[][] =>
  Array.from({ length: to - from }, (_, index) => bankRow(from + index));
