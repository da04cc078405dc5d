/**
 * Refusals that the text alone cannot decide: each is a question to the catalogue, asked in the session's own transaction before the
 * statement runs. A row in the answer means DSQL refuses.
 */
import type { AlterTableStmt, IndexStmt, Node, RangeVar } from 'libpg-query';
import type { Precondition, Refusal } from './contract';
import { lateralPreconditions } from './lateral';
import { typePreconditions } from './row-types';
import { all, as, namesOf } from './tree';
import { identifier, literal, regclass } from './sql-text';
import { UNKEYABLE } from './type-names';

/** The refusal of a precondition whose question `row` answered. */
export function refusalOf({ refusal }: Precondition, row: readonly (string | null)[]): Refusal {
  const fill = (text: string): string =>
    text.replace(/\{(\d+)\}/g, (_, column: string) => row[Number(column) - 1] ?? '');
  return {
    ...refusal,
    message: fill(refusal.message),
    ...(refusal.detail !== undefined && { detail: fill(refusal.detail) }),
  };
}

/** The questions a statement raises; empty for nearly all. */
export function preconditionsOf(node: Node): Precondition[] {
  return [...typePreconditions(node), ...otherPreconditions(node)];
}

/** CREATE INDEX that may run at once: only on a table without rows, else the service wants ASYNC as ever. */
export const emptyTable = (table: RangeVar | undefined, refusal: Refusal): Precondition => ({
  sql: `SELECT 1 FROM ONLY ${[table?.schemaname, table?.relname].flatMap(name => (name === undefined ? [] : identifier(name))).join('.')} LIMIT 1`,
  refusal,
});

function otherPreconditions(node: Node): Precondition[] {
  const alter = as(node, 'AlterTableStmt');
  if (alter?.objtype === 'OBJECT_TABLE') return alterTable(alter);
  const index = as(node, 'IndexStmt');
  if (index) {
    const names = all(index.indexParams, 'IndexElem').flatMap(key => key.name ?? []);
    return [indexCount(index), ...keys(index.relation, names)];
  }
  if ('SelectStmt' in node || 'InsertStmt' in node || 'CreateTableAsStmt' in node) return lateralPreconditions(node);
  if ('ViewStmt' in node) return [...lateralPreconditions(node), ...objectCount(node)];
  return [...objectCount(node), ...statistics(node)];
}

/** A table that the role may change. Of another's PostgreSQL says so when it looks up the name, before it looks at anything in it. */
const ownTable = (table: RangeVar | undefined): string =>
  `(SELECT own.oid FROM pg_class own WHERE own.oid = ${regclass(table)} AND pg_has_role(own.relowner, 'USAGE'))`;

const OWN = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'sys')`;
const isNew = (relation: RangeVar): string => `${regclass(relation)} IS NULL`;
const count = (kind: string, limit: number, condition: string): string =>
  `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = ${kind} AND ${OWN} AND ${condition} HAVING count(*) >= ${limit}`;
const limit = (ruleId: string, message: string, sql: string): Precondition => ({
  sql,
  refusal: { ruleId, sqlstate: '54000', message },
});

/**
 * Limits on how many objects of a kind there may be (User Guide quotas, 2026-09). What is there counts already: OR REPLACE and IF NOT
 * EXISTS of it add nothing, and without them PostgreSQL says that it is there.
 */
function objectCount(node: Node): Precondition[] {
  const table = as(node, 'CreateStmt')?.relation;
  if (table) {
    const message = 'creating more than 1000 tables not allowed';
    return [limit('too_many_tables', message, count(`'r'`, 1000, isNew(table)))];
  }
  const view = as(node, 'ViewStmt')?.view;
  if (view) {
    const message = 'creating more than 5000 views not allowed';
    return [limit('too_many_views', message, count(`'v'`, 5000, isNew(view)))];
  }
  const sequence = as(node, 'CreateSeqStmt')?.sequence;
  if (sequence) {
    const message = 'creating more than 5000 sequences is not allowed';
    return [limit('too_many_sequences', message, count(`'S'`, 5000, isNew(sequence)))];
  }
  const schema = as(node, 'CreateSchemaStmt');
  if (!schema) return [];
  const name = schema.schemaname ?? schema.authrole?.rolename ?? '';
  const schemas = `SELECT 1 FROM pg_namespace n WHERE ${OWN} AND n.nspname <> 'public' AND to_regnamespace(${literal(identifier(name))}) IS NULL HAVING count(*) >= 10`;
  return [limit('too_many_schemas', 'more than 10 schemas not allowed', schemas)];
}

function alterTable(alter: AlterTableStmt): Precondition[] {
  const table = ownTable(alter.relation);
  return all(alter.cmds, 'AlterTableCmd').flatMap(({ subtype, name, def }): Precondition[] => {
    if (subtype === 'AT_DropColumn') {
      return [
        {
          sql: `SELECT a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'p' AND c.conrelid = ${table} AND a.attname = ${literal(name ?? '')}`,
          refusal: { ruleId: 'drop_key_column', sqlstate: '0A000', message: 'cannot drop primary key column {1}' },
        },
      ];
    }
    if (subtype === 'AT_DropConstraint') {
      return [
        {
          sql: `SELECT 1 FROM pg_constraint c WHERE c.contype = 'p' AND c.conrelid = ${table} AND c.conname = ${literal(name ?? '')}`,
          refusal: {
            ruleId: 'drop_primary_key',
            sqlstate: '0A000',
            message: 'unsupported ALTER TABLE DROP CONSTRAINT statement',
          },
        },
      ];
    }
    if (subtype === 'AT_AddIdentity') {
      return [
        {
          sql: `SELECT format_type(a.atttypid, NULL) FROM pg_attribute a WHERE a.attrelid = ${table} AND a.attname = ${literal(name ?? '')} AND a.atttypid <> 'int8'::regtype`,
          refusal: {
            ruleId: 'identity_type',
            sqlstate: '0A000',
            message: 'datatype {1} not supported, identity column type must be bigint',
          },
        },
      ];
    }
    return subtype === 'AT_AddColumn' ? [columnCount(table, as(def, 'ColumnDef')?.colname ?? '')] : [];
  });
}

const columnCount = (table: string, name: string): Precondition => ({
  sql: `SELECT 1 FROM pg_attribute a WHERE a.attrelid = ${table} AND a.attnum > 0 AND NOT a.attisdropped HAVING count(*) >= 256 AND NOT bool_or(a.attname = ${literal(name)})`,
  refusal: { ruleId: 'too_many_columns', sqlstate: '54011', message: 'tables can have at most 255 columns' },
});

const indexCount = ({ relation, idxname = '' }: IndexStmt): Precondition =>
  limit(
    'too_many_indexes',
    'more than 24 indexes per table are not allowed',
    `SELECT 1 FROM pg_index i WHERE i.indrelid = ${ownTable(relation)} AND NOT EXISTS (SELECT FROM pg_class t JOIN pg_class o USING (relnamespace) WHERE t.oid = i.indrelid AND o.relname = ${literal(idxname)}) HAVING count(*) >= 24`,
  );

/** Types and declared sizes of the key columns of an index. */
function keys(table: RangeVar | undefined, names: string[]): Precondition[] {
  if (names.length === 0) return [];
  const columns = `FROM pg_attribute a WHERE a.attrelid = ${ownTable(table)} AND a.attname IN (${names.map(literal).join(', ')})`;
  const types = [...UNKEYABLE].map(name => `'${name}'::regtype`).join(', ');
  return [
    {
      sql: `SELECT format_type(a.atttypid, NULL) ${columns} AND a.atttypid IN (${types}) ORDER BY a.attnum`,
      refusal: { ruleId: 'key_type', sqlstate: '0A000', message: 'datatype {1} is not supported in a key' },
    },
    {
      sql: `SELECT 1 ${columns} AND a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) HAVING sum(a.atttypmod - 4) > 2000`,
      refusal: { ruleId: 'key_size', sqlstate: '54000', message: 'key size greater than 2000 bytes not supported' },
    },
  ];
}

function statistics(node: Node): Precondition[] {
  const create = as(node, 'CreateStatsStmt');
  const table = create && as(create.relations?.[0], 'RangeVar');
  if (!table) return [];
  const name = namesOf(create.defnames).at(-1) ?? '';
  return [
    limit(
      'too_many_statistics',
      'more than 5 extended statistics per table are not allowed',
      `SELECT 1 FROM pg_statistic_ext s WHERE s.stxrelid = ${ownTable(table)} HAVING count(*) >= 5 AND NOT bool_or(s.stxname = ${literal(name)})`,
    ),
  ];
}
