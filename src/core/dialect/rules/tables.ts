import type { Constraint, CreateStmt, RangeVar } from 'libpg-query';
import { all } from '../tree';
import { ruleMaker } from '../rule';

const rule = ruleMaker({ area: 'statements', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

const CLAUSE_SOURCE = 'not in the User Guide’s CREATE TABLE; text by analogy with PARTITION BY';

/** The primary key's index covers every column, so its limit comes first. */
const COLUMN_LIMIT = {
  grade: 'C',
  source: 'AWS DSQL skill 2026-10-01: 256 accepted, 257 refused; the User Guide says 255',
  remedy: 'Split the table, or keep rarely read attributes in one jsonb column.',
} as const;

/** By word or by schema: `CREATE TABLE pg_temp.t` is as temporary as `CREATE TEMP TABLE t`. */
const isTemporary = (relation: RangeVar | undefined): boolean =>
  relation?.relpersistence === 't' || /^pg_temp(_\d+)?$/.test(relation?.schemaname ?? '');

const columnsOf = (table: CreateStmt): number => all(table.tableElts, 'ColumnDef').length;
const constraintsOf = (table: CreateStmt): Constraint[] => [
  ...all(table.tableElts, 'Constraint'),
  ...all(table.tableElts, 'ColumnDef').flatMap(column => all(column.constraints, 'Constraint')),
];

/** Clauses of CREATE TABLE (and of views and sequences, where they share them) and the sizes of a table. */
export const tableRules = [
  rule(
    'CreateStmt',
    {
      id: 'temp_table',
      message: 'TEMPORARY or TEMP table not supported for CREATE TABLE',
      remedy: 'Use an ordinary table with a key for the session, or a common table expression.',
    },
    table => isTemporary(table.relation),
  ),
  rule(
    'CreateStmt',
    {
      id: 'unlogged_table',
      message: 'UNLOGGED table not supported for CREATE TABLE',
      remedy: 'Leave UNLOGGED out: every table is durable and replicated.',
    },
    table => table.relation?.relpersistence === 'u',
  ),
  rule(
    'CreateStmt',
    {
      id: 'partition_of',
      message: 'PARTITION OF clause not supported for CREATE TABLE',
      grade: 'C',
      source: 'pistachio; spike protocol 2026-09',
      remedy: 'Use one table: DSQL distributes it by its key.',
    },
    table => table.partbound !== undefined,
  ),
  rule(
    'CreateStmt',
    {
      id: 'partition_by',
      message: 'PARTITION BY clause not supported for CREATE TABLE',
      grade: 'C',
      source: 'pistachio; spike protocol 2026-09',
      remedy: 'Use one table: DSQL distributes it by its key.',
    },
    table => table.partspec !== undefined,
  ),
  rule(
    'CreateStmt',
    {
      id: 'inherits',
      message: 'INHERITS clause not supported for CREATE TABLE',
      grade: 'G',
      source: CLAUSE_SOURCE,
      remedy: 'Use a column that tells the kinds apart, or separate tables with LIKE.',
    },
    table => (table.inhRelations?.length ?? 0) > 0,
  ),
  rule(
    'CreateStmt',
    {
      id: 'table_of_type',
      message: 'OF clause not supported for CREATE TABLE',
      grade: 'G',
      source: CLAUSE_SOURCE,
      remedy: 'List the columns.',
    },
    table => table.ofTypename !== undefined,
  ),
  rule(
    'CreateStmt',
    {
      id: 'table_access_method',
      message: 'USING clause not supported for CREATE TABLE',
      grade: 'G',
      source: CLAUSE_SOURCE,
      remedy: 'Leave USING out: DSQL has one kind of storage.',
    },
    table => table.accessMethod !== undefined,
  ),
  rule(
    'CreateStmt',
    {
      id: 'table_storage_parameters',
      message: 'WITH clause not supported for CREATE TABLE',
      grade: 'G',
      source: CLAUSE_SOURCE,
      remedy: 'Leave the storage parameters out.',
    },
    table => (table.options?.length ?? 0) > 0,
  ),
  rule(
    'CreateStmt',
    {
      id: 'table_tablespace',
      message: 'TABLESPACE clause not supported for CREATE TABLE',
      grade: 'G',
      source: CLAUSE_SOURCE,
      remedy: 'Leave TABLESPACE out.',
    },
    table => table.tablespacename !== undefined,
  ),
  rule(
    'CreateStmt',
    {
      id: 'too_many_keyed_columns',
      sqlstate: '54011',
      message: 'cannot use more than 256 columns in an index',
      ...COLUMN_LIMIT,
    },
    table => columnsOf(table) > 256 && constraintsOf(table).some(({ contype }) => contype === 'CONSTR_PRIMARY'),
  ),
  rule(
    'CreateStmt',
    {
      id: 'too_many_columns',
      sqlstate: '54011',
      message: 'tables can have at most 255 columns',
      ...COLUMN_LIMIT,
    },
    table => columnsOf(table) > 256,
  ),
  rule(
    'CreateStmt',
    {
      id: 'too_many_indexes',
      sqlstate: '54000',
      message: 'more than 24 indexes per table are not allowed',
      grade: 'D',
      source: 'User Guide quotas 2026-09',
      remedy: 'Keep at most 24 indexes on a table; the primary key and UNIQUE constraints count.',
    },
    table =>
      constraintsOf(table).filter(({ contype }) => contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE').length >
      24,
  ),
  rule(
    'ViewStmt',
    {
      id: 'view_too_large',
      sqlstate: '54000',
      message: 'view definition too large',
      grade: 'C',
      source:
        'AWS DSQL skill 2026-10-01: 512 KiB of an internal form, which the most compact text (a list of literals) reaches with as much; conditions reach it with 131 KiB; the User Guide says 2 MiB',
      remedy: 'Put long lists of values into a table and join it.',
    },
    (_, { length }) => length > 512 * 1024,
  ),
  rule(
    'ViewStmt',
    {
      id: 'temp_view',
      message: 'TEMPORARY or TEMP view not supported for CREATE VIEW',
      grade: 'G',
      source: 'by analogy with tables',
      remedy: 'Create an ordinary view, or use a common table expression.',
    },
    view => isTemporary(view.view),
  ),
  rule(
    'CreateSeqStmt',
    {
      id: 'temp_sequence',
      message: '{kind} sequence not supported for CREATE SEQUENCE',
      grade: 'G',
      source: 'by analogy with tables',
      remedy: 'Create an ordinary sequence.',
    },
    sequence => {
      const temporary = isTemporary(sequence.sequence);
      return (
        (temporary || sequence.sequence?.relpersistence === 'u') && {
          values: { kind: temporary ? 'TEMPORARY or TEMP' : 'UNLOGGED' },
        }
      );
    },
  ),
];
