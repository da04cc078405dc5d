/** Why DSQL refuses what it refuses, and where to read on: by area, with single rules of their own. */
import type { Area } from '../dialect/rule';

const GUIDE = 'https://docs.aws.amazon.com/aurora-dsql/latest/userguide/';

const PAGES = {
  unsupported: `${GUIDE}working-with-postgresql-compatibility-unsupported-features.html`,
  types: `${GUIDE}working-with-postgresql-compatibility-supported-data-types.html`,
  alterTable: `${GUIDE}alter-table-syntax-support.html`,
  createTable: `${GUIDE}create-table-syntax-support.html`,
  index: `${GUIDE}working-with-create-index-async.html`,
  ddl: `${GUIDE}working-with-ddl.html`,
  concurrency: `${GUIDE}working-with-concurrency-control.html`,
  quotas: `${GUIDE}CHAP_quotas.html`,
  sql: `${GUIDE}working-with-postgresql-compatibility-supported-sql-features.html`,
} as const;

export type GuidePage = keyof typeof PAGES;

/** The address of a page of the User Guide. */
export const guidePage = (page: GuidePage): string => PAGES[page];

const AREAS: Record<Area, { why: string; page: GuidePage }> = {
  statements: { why: 'DSQL is a distributed database without this feature of PostgreSQL.', page: 'unsupported' },
  types: { why: 'DSQL stores only types it can order and ship between its own nodes.', page: 'types' },
  columns: {
    why: 'A column changes in the catalogue only; rows are never rewritten within a statement.',
    page: 'alterTable',
  },
  constraints: {
    why: 'What would have to look at every row is done beside the traffic by a job, never within a statement.',
    page: 'createTable',
  },
  'alter-table': {
    why: 'ALTER TABLE changes the catalogue only; rows are never rewritten or examined within the statement.',
    page: 'alterTable',
  },
  objects: { why: 'DSQL has no objects of this kind, or they belong to the service.', page: 'unsupported' },
  indexes: {
    why: 'Indexes are ordered B-trees in DSQL’s own storage, built by a job beside the traffic.',
    page: 'index',
  },
  sequences: {
    why: 'Every number drawn from a sequence is agreed on across the cluster, so the size of the batches has to be a choice.',
    page: 'sql',
  },
  functions: {
    why: 'Functions are written in SQL; those that need sessions, files or locks do not exist.',
    page: 'unsupported',
  },
  locking: {
    why: 'Nothing waits for locks in DSQL: FOR UPDATE and FOR KEY SHARE mark rows that are checked at COMMIT.',
    page: 'concurrency',
  },
  transactions: {
    why: 'A transaction is checked as a whole at COMMIT, always under snapshot isolation (REPEATABLE READ).',
    page: 'concurrency',
  },
  parameters: {
    why: 'A session may set few parameters; what would need one server’s own state does not exist.',
    page: 'sql',
  },
  queries: { why: 'The query processor reads through DSQL’s own storage and does not have this clause.', page: 'sql' },
};

const RULES: Readonly<Record<string, { why: string; page?: GuidePage }>> = {
  serial_type: {
    why: 'SERIAL is PostgreSQL’s macro for an integer and a sequence of its own; DSQL wants the sequence’s cache size to be a choice.',
    page: 'types',
  },
  add_column_constraint: {
    why: 'A default, NOT NULL or a check on a new column would have to touch every row there is.',
  },
  temp_table: { why: 'A session’s next connection may lie on another machine, so no table belongs to a session.' },
  partition_by: { why: 'Storage is partitioned by primary key anyway, by itself.' },
  savepoint: {
    why: 'Conflicts are found at COMMIT, for the transaction as a whole: a part of it cannot be taken back.',
  },
  isolation_level: { why: 'DSQL has one isolation level, REPEATABLE READ (strong snapshot isolation).' },
  set_isolation_level: { why: 'DSQL has one isolation level, REPEATABLE READ (strong snapshot isolation).' },
  advisory_lock: { why: 'There is no server whose memory could hold a lock for all sessions.' },
  create_type: { why: 'DSQL has no types of one’s own except domains.' },
  create_trigger: { why: 'DSQL runs no code of yours beside your statements.' },
  vacuum: { why: 'DSQL’s storage has nothing to vacuum.' },
  collate: { why: 'Storage orders text by its bytes: the collation is C, everywhere.', page: 'createTable' },
  drop_index_concurrently: { why: 'Dropping an index blocks nobody.', page: 'index' },
  too_many_columns: { why: 'It is a limit of the service.', page: 'quotas' },
  too_many_keyed_columns: { why: 'It is a limit of the service.', page: 'quotas' },
  too_many_indexes: { why: 'It is a limit of the service.', page: 'quotas' },
  too_many_key_columns: { why: 'It is a limit of the service.', page: 'quotas' },
  index_too_many_keys: { why: 'It is a limit of the service.', page: 'quotas' },
  view_too_large: { why: 'It is a limit of the service.', page: 'quotas' },
  declared_size: { why: 'It is a limit of the service.', page: 'quotas' },
  key_size: { why: 'A key has a budget of about 2,000 bytes.', page: 'quotas' },
  numeric_precision: { why: 'It is a limit of the service.', page: 'quotas' },
};

/** One sentence why, and a page to read on. */
export function documentationOf(ruleId: string, area: Area): { why: string; url: string } {
  const own = RULES[ruleId];
  return { why: own?.why ?? AREAS[area].why, url: guidePage(own?.page ?? AREAS[area].page) };
}
