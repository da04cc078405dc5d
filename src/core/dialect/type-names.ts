/** PostgreSQL's built-in types as DSQL treats them. */
import type { AlterTableStmt, ColumnDef, CreateStmt, TypeName } from 'libpg-query';
import { identifier, literal } from './sql-text';
import { all, namesOf } from './tree';

/**
 * Types a column may have, by PostgreSQL's internal name: the User Guide's of September 2026. A PostgREST conformance project says that a live
 * cluster took columns of name and oid on 2026-08-28; no recording shows it, so they are refused as all that the guide does not list.
 */
export const STORABLE: ReadonlySet<string> = new Set([
  ...['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'bpchar', 'varchar', 'text'],
  ...['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'bool', 'bytea', 'uuid', 'json', 'jsonb'],
]);

/** Storable, but not in a key: neither in an index nor in a PRIMARY KEY or UNIQUE constraint. */
export const UNKEYABLE: ReadonlySet<string> = new Set(['timetz', 'interval', 'bytea', 'json', 'jsonb']);

/** The types of a key, which are all that an expression in one may have. */
export const KEYABLE: readonly string[] = [...STORABLE].filter(name => !UNKEYABLE.has(name));

/** PostgreSQL's other types that a column cannot have in DSQL. Names not listed are the user's own: domains, or missing. */
const UNSTORABLE = new Set([
  ...[
    'char',
    'money',
    'bit',
    'varbit',
    'xml',
    'inet',
    'cidr',
    'macaddr',
    'macaddr8',
    'point',
    'line',
    'lseg',
    'box',
    'path',
  ],
  ...['polygon', 'circle', 'tsvector', 'tsquery', 'gtsvector', 'pg_lsn', 'txid_snapshot', 'pg_snapshot', 'jsonpath'],
  ...['int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange', 'int4multirange', 'int8multirange'],
  ...['nummultirange', 'tsmultirange', 'tstzmultirange', 'datemultirange'],
  ...['oid', 'regclass', 'regcollation', 'regconfig'],
  ...[
    'regdictionary',
    'regnamespace',
    'regoper',
    'regoperator',
    'regproc',
    'regprocedure',
    'regrole',
    'regtype',
    'tid',
  ],
  ...['xid', 'xid8', 'cid', 'name', 'oidvector', 'int2vector', 'refcursor', 'aclitem', 'pg_node_tree', 'pg_ndistinct'],
  ...['pg_dependencies', 'pg_mcv_list', 'pg_brin_bloom_summary', 'pg_brin_minmax_multi_summary', 'pg_ddl_command'],
]);

/** PostgreSQL's macro types, which DSQL does not have. */
const SERIAL = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial']);

/** Geometric types: not even as values. */
export const GEOMETRIC: ReadonlySet<string> = new Set(['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle']);

const DISPLAY: Record<string, string> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'character',
  varchar: 'character varying',
  varbit: 'bit varying',
  time: 'time without time zone',
  timetz: 'time with time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
};

/** A type as written in a column, cast or domain. */
export interface WrittenType {
  /** Last part of the name: PostgreSQL's internal name for built-in types (`int4`). */
  name: string;
  /** As PostgreSQL displays it, without modifiers: `integer[]`. */
  display: string;
  array: boolean;
  /** One of PostgreSQL's own types, as far as the text tells. */
  builtIn: boolean;
  serial: boolean;
  /** Constant modifiers: `[18, 6]` of `numeric(18,6)`. */
  modifiers: number[];
}

const isKnown = (name: string): boolean => STORABLE.has(name) || UNSTORABLE.has(name);

/** Reads a TypeName node. */
export function writtenType(type: TypeName | undefined): WrittenType {
  const names = namesOf(type?.names);
  const written = names.at(-1) ?? '';
  const schema = names.length > 1 ? names.at(-2) : undefined;
  // PostgreSQL's own name of an array type is that of its elements after an underscore
  const underscored = written.startsWith('_') && isKnown(written.slice(1));
  const name = underscored ? written.slice(1) : written;
  const builtIn = (schema === undefined || schema === 'pg_catalog') && isKnown(name);
  const array = underscored || (type?.arrayBounds?.length ?? 0) > 0;
  const quotedChar = name === 'char' ? '"char"' : undefined;
  const display = builtIn ? (DISPLAY[name] ?? quotedChar ?? name) : name;
  return {
    name,
    display: array ? `${display}[]` : display,
    array,
    builtIn,
    serial: names.length === 1 && SERIAL.has(name),
    modifiers: all(type?.typmods, 'A_Const').flatMap(modifier => (modifier.ival ? (modifier.ival.ival ?? 0) : [])),
  };
}

/** A question that has a row where all of the types, or the types of arrays' elements, exist. None for PostgreSQL's own. */
export function existence(...types: (TypeName | undefined)[]): { onlyIf?: string } {
  const names = types.filter(type => !writtenType(type).builtIn).map(type => namesOf(type?.names).map(identifier));
  if (names.length === 0) return {};
  const found = names.map(name => `to_regtype(${literal(name.join('.'))}) IS NOT NULL`);
  return { onlyIf: `SELECT 1 WHERE ${found.join(' AND ')}` };
}

/** The same for a column's type and those of the columns that the statement defines before it: PostgreSQL looks them up in this order. */
export function existenceUpTo(column: ColumnDef, table: CreateStmt | AlterTableStmt): { onlyIf?: string } {
  const defined =
    'cmds' in table
      ? all(table.cmds, 'AlterTableCmd').flatMap(({ def }) => def ?? [])
      : (table as CreateStmt).tableElts;
  const columns = all(defined, 'ColumnDef');
  return existence(...columns.slice(0, columns.indexOf(column) + 1).map(({ typeName }) => typeName));
}

/** Whether a column may have the type, as far as the text tells: the user's own names pass. */
export const isStorable = (type: WrittenType): boolean => !type.array && (!type.builtIn || STORABLE.has(type.name));
