/**
 * Refusals that the text alone cannot decide: each is a question to the catalogue, asked in the session's own transaction before the
 * statement runs. A row in the answer means DSQL refuses.
 */
import type { AlterTableStmt, Node, RangeVar } from 'libpg-query';
import type { Precondition, Refusal } from './contract';
import { lateralPreconditions } from './lateral';
import { rowTypePreconditions } from './row-types';
import { all, as } from './tree';
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
  return [...rowTypePreconditions(node), ...otherPreconditions(node)];
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
    return [indexCount(index.relation), ...keys(index.relation, names)];
  }
  if ('SelectStmt' in node || 'InsertStmt' in node || 'CreateTableAsStmt' in node) return lateralPreconditions(node);
  const view = as(node, 'ViewStmt');
  if (view) return [...lateralPreconditions(node), viewCount(view.view)];
  const create = CREATED[Object.keys(node)[0] ?? ''];
  return create ? [{ sql: create.sql, refusal: { sqlstate: '54000', ...create.refusal } }] : statistics(node);
}

/** A table that the role may change. Of another's PostgreSQL says so when it looks up the name, before it looks at anything in it. */
const ownTable = (table: RangeVar | undefined): string =>
  `(SELECT own.oid FROM pg_class own WHERE own.oid = ${regclass(table)} AND pg_has_role(own.relowner, 'USAGE'))`;

const OWN = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'sys')`;
const count = (kinds: string, limit: number): string =>
  `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (${kinds}) AND ${OWN} HAVING count(*) >= ${limit}`;

/** Limits on how many objects of a kind there may be (User Guide quotas, 2026-09). */
const CREATED: Record<string, { sql: string; refusal: { ruleId: string; message: string } } | undefined> = {
  CreateStmt: {
    sql: count(`'r'`, 1000),
    refusal: { ruleId: 'too_many_tables', message: 'creating more than 1000 tables not allowed' },
  },
  CreateSeqStmt: {
    sql: count(`'S'`, 5000),
    refusal: { ruleId: 'too_many_sequences', message: 'creating more than 5000 sequences is not allowed' },
  },
  CreateSchemaStmt: {
    sql: `SELECT 1 FROM pg_namespace n WHERE ${OWN} AND n.nspname <> 'public' HAVING count(*) >= 10`,
    refusal: { ruleId: 'too_many_schemas', message: 'more than 10 schemas not allowed' },
  },
};

/** A view that is replaced counts already. */
const viewCount = (view: RangeVar | undefined): Precondition => ({
  sql: count(`'v'`, 5000).replace(' HAVING ', ` AND ${regclass(view)} IS NULL HAVING `),
  refusal: { ruleId: 'too_many_views', sqlstate: '54000', message: 'creating more than 5000 views not allowed' },
});

function alterTable(alter: AlterTableStmt): Precondition[] {
  const table = ownTable(alter.relation);
  return all(alter.cmds, 'AlterTableCmd').flatMap(({ subtype, name }): Precondition[] => {
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
    return subtype === 'AT_AddColumn' ? columnCount(table) : [];
  });
}

const columnCount = (table: string): Precondition[] => [
  {
    sql: `SELECT 1 FROM pg_attribute a WHERE a.attrelid = ${table} AND a.attnum > 0 AND NOT a.attisdropped HAVING count(*) >= 256`,
    refusal: { ruleId: 'too_many_columns', sqlstate: '54011', message: 'tables can have at most 255 columns' },
  },
];

const indexCount = (table: RangeVar | undefined): Precondition => ({
  sql: `SELECT 1 FROM pg_index i WHERE i.indrelid = ${ownTable(table)} HAVING count(*) >= 24`,
  refusal: { ruleId: 'too_many_indexes', sqlstate: '54000', message: 'more than 24 indexes per table are not allowed' },
});

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
  return table
    ? [
        {
          sql: `SELECT 1 FROM pg_statistic_ext s WHERE s.stxrelid = ${ownTable(table)} HAVING count(*) >= 5`,
          refusal: {
            ruleId: 'too_many_statistics',
            sqlstate: '54000',
            message: 'more than 5 extended statistics per table are not allowed',
          },
        },
      ]
    : [];
}
