import type { CatalogFacts, TableFacts } from '../plan/findings/catalog-facts';
import type { TableInfo } from './model';
import { CatalogReader, type CatalogQuery } from './reader';

/** A relation as a plan names it; without VERBOSE there is no schema. */
export interface PlanRelation {
  schema?: string;
  name: string;
}

/** More tables than any reasonable plan names are not asked for. */
const MAX_TABLES = 20;

/**
 * What the catalogue knows of the tables that a plan names: statistics, columns, indexes with their validity. Names without a schema are
 * looked for in `schemas`, first found first; what is not found is left out. Rejects when the cluster does not answer.
 */
export async function readPlanFacts(
  query: CatalogQuery,
  relations: readonly PlanRelation[],
  schemas: readonly string[] = ['public'],
): Promise<CatalogFacts> {
  const reader = new CatalogReader(query);
  const asked = [...new Set([...schemas, ...relations.flatMap(({ schema }) => schema ?? [])])];
  const known = new Map<string, { oid: string; kind: string }>();
  for (const schema of asked)
    for (const { oid, name, kind } of await reader.relations(schema)) known.set(`${schema}.${name}`, { oid, kind });
  const oids = new Set<string>();
  for (const { schema, name } of relations) {
    const found = (schema === undefined ? schemas : [schema]).flatMap(each => known.get(`${each}.${name}`) ?? [])[0];
    if (found?.kind === 'table') oids.add(found.oid);
  }
  const tables = await Promise.all([...oids].slice(0, MAX_TABLES).map(oid => reader.table(oid)));
  return { tables: tables.map(tableFacts) };
}

function tableFacts({ schema, name, estimatedRows, columns, indexes }: TableInfo): TableFacts {
  return {
    schema,
    name,
    reltuples: estimatedRows ?? -1,
    columns: columns.map(column => column.name),
    indexes: indexes.map(index => ({
      name: index.name,
      key: index.keys,
      include: index.includes,
      unique: index.unique,
      primary: index.primary,
      valid: index.valid,
      ...(index.predicate !== undefined && { predicate: index.predicate }),
    })),
  };
}
