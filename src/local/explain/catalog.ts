import type { CatalogQuery } from '../ports';
import { nodesOf, type PostgresNode } from './postgres-plan';

/** An index as the plan needs it. Expression keys have no column name and are left out of `key`. */
export interface IndexShape {
  name: string;
  primary: boolean;
  /** Plain key columns in order; null for an expression. */
  key: (string | null)[];
  include: string[];
}

/** A table as the plan needs it. */
export interface TableShape {
  schema: string;
  name: string;
  /** -1 when the table was never analysed. */
  rowEstimate: number;
  /** In attribute order. `type` is PostgreSQL's name of it, of a domain that of the type beneath. */
  columns: { name: string; type: string; widthBytes: number }[];
  indexes: IndexShape[];
}

/** Tables by `schema.name`, JSON-encoded so that dots in names do no harm. */
export type Catalog = ReadonlyMap<string, TableShape>;

const KEY = (schema: string, name: string): string => JSON.stringify([schema, name]);

// One round trip for all tables of a plan. Average widths come from ANALYZE's statistics where the role may read them.
const SHAPES = `
  SELECT n.nspname, c.relname, c.reltuples::bigint::text,
    (SELECT json_agg(json_build_object('name', a.attname, 'type', t.typname,
        'widthBytes', coalesce(s.avg_width, nullif(a.attlen, -1), 32)) ORDER BY a.attnum)
       FROM pg_catalog.pg_attribute a
       JOIN pg_catalog.pg_type t ON t.oid = sys.base_type_oid(a.atttypid)
       LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text,
    (SELECT json_agg(json_build_object('name', ic.relname, 'primary', i.indisprimary,
        'key', (SELECT json_agg(ka.attname ORDER BY k.ord)
                  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
                  LEFT JOIN pg_catalog.pg_attribute ka ON ka.attrelid = c.oid AND ka.attnum = k.attnum AND k.attnum > 0
                 WHERE k.ord <= i.indnkeyatts),
        'include', (SELECT coalesce(json_agg(ka.attname ORDER BY k.ord), '[]'::json)
                  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
                  JOIN pg_catalog.pg_attribute ka ON ka.attrelid = c.oid AND ka.attnum = k.attnum
                 WHERE k.ord > i.indnkeyatts)))
       FROM pg_catalog.pg_index i
       JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
      WHERE i.indrelid = c.oid)::text
  FROM json_array_elements($1::json) AS wanted
  JOIN pg_catalog.pg_namespace n ON n.nspname = wanted->>0
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted->>1
  WHERE c.relkind IN ('r', 'p')`;

/** Looks up the tables that `plan` scans or writes. Tables of the system catalogues are left out: DSQL keeps them as PostgreSQL does. */
export async function lookUpTables(plan: PostgresNode, query: CatalogQuery): Promise<Catalog> {
  const wanted = new Map<string, [string, string]>();
  for (const node of nodesOf(plan)) {
    const [schema, name] = [node.Schema, node['Relation Name']];
    if (!schema || !name || schema === 'pg_catalog' || schema === 'information_schema') continue;
    wanted.set(KEY(schema, name), [schema, name]);
  }
  const found = new Map<string, TableShape>();
  if (wanted.size === 0) return found;
  for (const [schema, name, rows, columns, indexes] of await query(SHAPES, [JSON.stringify([...wanted.values()])])) {
    if (schema == null || name == null) continue;
    found.set(KEY(schema, name), {
      schema,
      name,
      rowEstimate: Number(rows ?? -1),
      columns: JSON.parse(columns ?? '[]') as TableShape['columns'],
      indexes: JSON.parse(indexes ?? '[]') as IndexShape[],
    });
  }
  return found;
}

/** The table a plan node is about, if it was looked up. */
export function tableOf(catalog: Catalog, node: PostgresNode): TableShape | undefined {
  return node.Schema && node['Relation Name'] ? catalog.get(KEY(node.Schema, node['Relation Name'])) : undefined;
}

/** Columns that can be read from an index without going to the table: key, INCLUDE, and the primary key that locates the row. */
export function coveredColumns(table: TableShape, index: IndexShape): Set<string> {
  if (index.primary) return new Set(table.columns.map(c => c.name));
  const primary = table.indexes.find(i => i.primary);
  return new Set([...index.key, ...index.include, ...(primary?.key ?? [])].filter(c => c !== null));
}

/** Average bytes of an entry with these columns. */
export function entryBytes(table: TableShape, columns: ReadonlySet<string>): number {
  return table.columns.reduce((sum, c) => (columns.has(c.name) ? sum + c.widthBytes : sum), 0);
}
