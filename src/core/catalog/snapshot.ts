/** What completion needs of a whole catalogue, read in four questions. */
import { columnNames } from './queries';
import type { CatalogQuery } from './reader';
import { rowsOf, type CatalogRow } from './rows';
import { parseTextArray } from './text-array';

export interface SnapshotColumn {
  name: string;
  type: string;
  notNull: boolean;
  primaryKey: boolean;
  comment?: string;
}

/** From these columns to those of another table, in the same order. */
export interface SnapshotForeignKey {
  columns: string[];
  schema: string;
  table: string;
  targetColumns: string[];
}

export interface SnapshotRelation {
  schema: string;
  name: string;
  kind: 'table' | 'view';
  columns: SnapshotColumn[];
  foreignKeys: SnapshotForeignKey[];
  comment?: string;
}

export interface SnapshotRoutine {
  schema: string;
  name: string;
  kind: 'function' | 'procedure';
  parameters: string;
  result: string;
  comment?: string;
}

/** The names that completion offers, read at once; where routines cannot be read there are none. */
export interface CatalogSnapshot {
  /** Schemas whose objects need no prefix, first wins; without pg_catalog. */
  searchPath: string[];
  schemas: string[];
  relations: SnapshotRelation[];
  /** The user's own and those of `sys`; PostgreSQL's are in core/completion. */
  routines: SnapshotRoutine[];
}

/** Stands in until the catalogue was read, and where it cannot be. */
export const EMPTY_SNAPSHOT: CatalogSnapshot = { searchPath: ['public'], schemas: [], relations: [], routines: [] };

const USER_SCHEMAS = `n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`;

const SNAPSHOT_QUERIES = {
  schemas: `SELECT n.nspname AS name, (n.nspname = ANY (current_schemas(false))) AS visible,
  array_position(current_schemas(false), n.nspname)::text AS place
FROM pg_catalog.pg_namespace n WHERE ${USER_SCHEMAS} ORDER BY n.nspname`,
  columns: `SELECT n.nspname AS schema, c.relname AS relation, c.relkind AS kind, a.attname AS name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS notnull,
  pg_catalog.col_description(c.oid, a.attnum) AS comment,
  CASE WHEN coalesce(a.attnum, 1) = 1 THEN pg_catalog.obj_description(c.oid, 'pg_class') END AS relation_comment
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'v') AND ${USER_SCHEMAS}
ORDER BY n.nspname, c.relname, a.attnum`,
  keys: `SELECT n.nspname AS schema, c.relname AS relation, con.contype AS kind, ${columnNames('con.conkey', 'con.conrelid')} AS columns,
  fn.nspname AS target_schema, f.relname AS target, ${columnNames('con.confkey', 'con.confrelid')} AS target_columns
FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid = con.confrelid AND con.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE con.contype IN ('p', 'f') AND ${USER_SCHEMAS}`,
  routines: `SELECT n.nspname AS schema, p.proname AS name, p.prokind AS kind, pg_catalog.pg_get_function_arguments(p.oid) AS parameters,
  pg_catalog.pg_get_function_result(p.oid) AS result, pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE ${USER_SCHEMAS} ORDER BY n.nspname, p.proname`,
} as const;

/** Reads the snapshot of a cluster. A failing question for functions takes nothing else along; the others reject. */
export async function readSnapshot(query: CatalogQuery): Promise<CatalogSnapshot> {
  const ask = async (sql: string): Promise<CatalogRow[]> => rowsOf(await query(sql, []));
  const [schemas, columns, keys, routines] = await Promise.all([
    ask(SNAPSHOT_QUERIES.schemas),
    ask(SNAPSHOT_QUERIES.columns),
    ask(SNAPSHOT_QUERIES.keys),
    ask(SNAPSHOT_QUERIES.routines).catch((): CatalogRow[] => []),
  ]);
  return {
    searchPath: schemas
      .filter(({ visible }) => visible === 't')
      .sort((a, b) => Number(a.place) - Number(b.place))
      .map(({ name }) => name ?? ''),
    schemas: schemas.map(({ name }) => name ?? ''),
    relations: relationsOf(columns, keys),
    routines: routines.map(row => ({
      schema: row.schema ?? '',
      name: row.name ?? '',
      kind: row.kind === 'p' ? 'procedure' : 'function',
      parameters: row.parameters ?? '',
      result: row.result ?? '',
      ...(row.comment != null && { comment: row.comment }),
    })),
  };
}

function relationsOf(columns: CatalogRow[], keys: CatalogRow[]): SnapshotRelation[] {
  const relations = new Map<string, SnapshotRelation>();
  const keyOf = (row: CatalogRow): string => `${row.schema}\0${row.relation}`;
  for (const row of columns) {
    let relation = relations.get(keyOf(row));
    if (!relation) {
      relation = {
        schema: row.schema ?? '',
        name: row.relation ?? '',
        kind: row.kind === 'v' ? 'view' : 'table',
        columns: [],
        foreignKeys: [],
        ...(row.relation_comment != null && { comment: row.relation_comment }),
      };
      relations.set(keyOf(row), relation);
    }
    if (row.name == null) continue;
    relation.columns.push({
      name: row.name,
      type: row.type ?? '',
      notNull: row.notnull === 't',
      primaryKey: false,
      ...(row.comment != null && { comment: row.comment }),
    });
  }
  for (const row of keys) {
    const relation = relations.get(keyOf(row));
    const names = parseTextArray(row.columns);
    if (row.kind === 'p') {
      for (const column of relation?.columns ?? []) column.primaryKey ||= names.includes(column.name);
    } else {
      relation?.foreignKeys.push({
        columns: names,
        schema: row.target_schema ?? '',
        table: row.target ?? '',
        targetColumns: parseTextArray(row.target_columns),
      });
    }
  }
  return [...relations.values()];
}
