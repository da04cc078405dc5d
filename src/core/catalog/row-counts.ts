/** Rows of tables, counted: what statistics are judged by. */
import type { CatalogFacts, TableFacts } from '../plan/findings/catalog-facts';
import { qualifiedName } from './names';
import type { CatalogQuery } from './reader';

/** The tables that nobody has counted yet. */
export const uncounted = ({ tables }: CatalogFacts): TableFacts[] =>
  tables.filter(({ rowCount }) => rowCount === undefined);

/** `public.accounts`, quoted where it must be. */
export const tableLabel = ({ schema = 'public', name }: TableFacts): string => qualifiedName({ schema, name });

/** Rows that counting reads by the statistics; nothing where a table was never analysed. */
export function rowsToRead(tables: readonly TableFacts[]): number | undefined {
  const known = tables.map(({ reltuples = -1 }) => reltuples);
  return known.some(rows => rows < 0) ? undefined : known.reduce((sum, rows) => sum + rows, 0);
}

/** Counts the tables one after the other; each count reads a whole table. Rejects when the cluster refuses one. */
export async function countRows(
  facts: CatalogFacts,
  query: CatalogQuery,
  counting: (table: string) => void,
  signal?: AbortSignal,
): Promise<CatalogFacts> {
  const tables: TableFacts[] = [];
  for (const table of facts.tables) {
    if (table.rowCount !== undefined) {
      tables.push(table);
      continue;
    }
    counting(tableLabel(table));
    const { rows } = await query(`SELECT count(*) FROM ${tableLabel(table)}`, [], signal);
    tables.push({ ...table, rowCount: Number(rows[0]?.[0]) });
  }
  return { tables };
}
