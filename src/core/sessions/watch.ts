import type { RowChange } from './contract';

type Row = readonly (string | null)[];

/**
 * What happened between two looks at the watched rows. Rows are the same by their first column, which a watch query therefore begins
 * with a key; without one, a changed row counts as deleted and inserted.
 */
export function changesBetween(before: readonly Row[], after: readonly Row[]): RowChange[] {
  if (!hasKey(before) || !hasKey(after)) return changesOfBags(before, after);
  const old = new Map(before.map(row => [row[0], row]));
  const now = new Map(after.map(row => [row[0], row]));
  const changes: RowChange[] = [];
  for (const [key, row] of old) {
    const next = now.get(key);
    if (!next) changes.push({ kind: 'deleted', before: [...row] });
    else if (!same(row, next)) changes.push({ kind: 'updated', before: [...row], after: [...next] });
  }
  for (const [key, row] of now) if (!old.has(key)) changes.push({ kind: 'inserted', after: [...row] });
  return changes;
}

const same = (a: Row, b: Row): boolean => JSON.stringify(a) === JSON.stringify(b);
const hasKey = (rows: readonly Row[]): boolean =>
  rows.every(row => row.length > 1) && new Set(rows.map(([key]) => key)).size === rows.length;

function changesOfBags(before: readonly Row[], after: readonly Row[]): RowChange[] {
  const count = new Map<string, { row: Row; more: number }>();
  const add = (row: Row, more: number): void => {
    const key = JSON.stringify(row);
    const entry = count.get(key) ?? { row, more: 0 };
    entry.more += more;
    count.set(key, entry);
  };
  for (const row of before) add(row, -1);
  for (const row of after) add(row, 1);
  return [...count.values()].flatMap(({ row, more }) =>
    Array.from({ length: Math.abs(more) }, (): RowChange =>
      more < 0 ? { kind: 'deleted', before: [...row] } : { kind: 'inserted', after: [...row] },
    ),
  );
}
