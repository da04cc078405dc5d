import { CodedError } from '../../base/errors';
import type { IndexInfo, JobInfo, RelationInfo, TableInfo } from '../../core/catalog/model';
import type { CatalogReader } from '../../core/catalog/reader';
import { indexTableView } from '../../core/indexes/overview';
import type { IndexTableView, TableName } from '../../protocol/indexes-view';

/** More tables are only named: who wants their indexes chooses one. */
const MAX_TABLES = 100;

/** What the catalogue said at the last look. */
export interface IndexCatalog {
  tables: RelationInfo[];
  indexes: IndexInfo[];
  jobs: JobInfo[];
  /** Names of all relations and indexes, by schema. */
  taken: Map<string, Set<string>>;
}

/** All tables of all schemas but the service's own, all indexes and jobs: as many questions as there are schemas, and three. */
export async function readIndexCatalog(reader: CatalogReader): Promise<IndexCatalog> {
  const schemas = (await reader.schemas()).filter(({ system }) => !system);
  const [relations, indexes, jobs] = await Promise.all([
    Promise.all(schemas.map(({ name }) => reader.relations(name))),
    reader.allIndexes(),
    reader.jobs(),
  ]);
  const taken = new Map<string, Set<string>>();
  for (const { schema, name } of [...relations.flat(), ...indexes])
    taken.set(schema, (taken.get(schema) ?? new Set()).add(name));
  return { tables: relations.flat().filter(({ kind }) => kind === 'table'), indexes, jobs, taken };
}

/** The tables to be shown with their indexes, and the names of those that are left out. */
export function tablesOf(
  { tables, indexes, jobs }: IndexCatalog,
  scope: TableName | undefined,
): { tables: IndexTableView[]; more: TableName[] } {
  const wanted = scope ? tables.filter(({ schema, name }) => schema === scope.schema && name === scope.table) : tables;
  const byTable = new Map<string, IndexInfo[]>();
  for (const index of indexes) {
    const key = `${index.schema}\0${index.table}`;
    byTable.set(key, [...(byTable.get(key) ?? []), index]);
  }
  return {
    tables: wanted
      .slice(0, MAX_TABLES)
      .map(table => indexTableView(table, byTable.get(`${table.schema}\0${table.name}`) ?? [], jobs)),
    more: wanted.slice(MAX_TABLES).map(({ schema, name }) => ({ schema, table: name })),
  };
}

/** The table with its columns; undefined when it is not there any more. */
export async function readTable(
  reader: CatalogReader,
  { tables }: IndexCatalog,
  { schema, table }: TableName,
): Promise<TableInfo | undefined> {
  const found = tables.find(each => each.schema === schema && each.name === table);
  if (!found) return undefined;
  try {
    return await reader.table(found.oid);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'CATALOG_OBJECT_GONE') return undefined;
    throw error;
  }
}
