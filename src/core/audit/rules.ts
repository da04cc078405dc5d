/** What the audit looks for beyond lint: in programs, and in a live database's catalogue. */
import { guidePage, type GuidePage } from '../lint/documentation';
import type { AuditRule, Effort, Impact } from './contract';

type Texts = Pick<AuditRule, 'title' | 'why' | 'remedy' | 'since' | 'grade' | 'source'>;

const rule = <I extends string>(
  id: I,
  [impact, effort]: readonly [Impact, Effort],
  page: GuidePage,
  texts: Texts,
): AuditRule & { id: I } => ({ id, impact, effort, url: guidePage(page), ...texts });

const GUIDE = { since: '2026-09-17', grade: 'D', source: 'User Guide' } as const;
const RECORDED = { since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' } as const;

export const AUDIT_RULES = {
  missing_retry: rule('missing_retry', ['change', 'M'], 'concurrency', {
    ...RECORDED,
    title: 'Transactions without a retry on 40001',
    why: 'A conflict shows at COMMIT, as SQLSTATE 40001 (OC000, OC001): the loser must run the whole transaction again. Nothing in these sources looks for it.',
    remedy:
      'Wrap each transaction in a retry on 40001: the whole transaction, on a connection of its own, with backoff and jitter, and an idempotency key for what must not happen twice.',
  }),
  advisory_locks: rule('advisory_locks', ['blocker', 'M'], 'unsupported', {
    since: '2026-10-10',
    grade: 'C',
    source: 'pistachio; AWS Flyway sample',
    title: 'Advisory locks',
    why: 'There is no server whose memory could hold a lock for all sessions.',
    remedy:
      'Take a row of a lock table with SELECT … FOR UPDATE in the same transaction: the second committer gets 40001.',
  }),
  listen_notify: rule('listen_notify', ['blocker', 'L'], 'unsupported', {
    ...RECORDED,
    title: 'LISTEN / NOTIFY',
    why: 'A session’s connection ends within the hour and belongs to one of many machines: nobody could be told.',
    remedy: 'Use a queue or an event bus beside the database, change data capture (streams), or poll a table by key.',
  }),
  savepoints: rule('savepoints', ['blocker', 'M'], 'concurrency', {
    ...RECORDED,
    title: 'Savepoints and nested transactions',
    why: 'A transaction is checked as a whole at COMMIT: a part of it cannot be taken back.',
    remedy: 'Flatten nested transactions; check before writing, or use ON CONFLICT; retry the whole transaction.',
  }),
  isolation_setting: rule('isolation_setting', ['blocker', 'S'], 'concurrency', {
    ...RECORDED,
    title: 'Isolation levels other than REPEATABLE READ',
    why: 'DSQL has one level; asking for another answers 0A000.',
    remedy: 'Leave the level out. Where SERIALIZABLE was meant, read the rows that matter with FOR UPDATE.',
  }),
  session_setting: rule('session_setting', ['blocker', 'S'], 'sql', {
    ...GUIDE,
    title: 'Session parameters that cannot be set',
    why: 'Few parameters may be set; statement_timeout and its like refuse the connection when a driver sends them at start.',
    remedy: 'Take the option out of the driver’s configuration; keep timeouts in the client.',
  }),
  cursors: rule('cursors', ['blocker', 'M'], 'sql', {
    since: '2026-08-07',
    grade: 'G',
    source: 'dsql-lint flags DECLARE; not recorded',
    title: 'SQL cursors',
    why: 'DECLARE and FETCH are not among the supported statements, and a transaction lives five minutes at most.',
    remedy: 'Page by key: WHERE id > $1 ORDER BY id LIMIT 1000.',
  }),
  copy: rule('copy', ['change', 'S'], 'sql', {
    ...GUIDE,
    source: 'User Guide, loading data: client-side \\copy; dsql-lint flags COPY from a file',
    title: 'COPY',
    why: 'COPY from a server’s file does not exist, and a transaction takes 3,000 rows.',
    remedy: 'Load in transactions of at most 3,000 rows, or with the Aurora DSQL loader.',
  }),
  large_batch: rule('large_batch', ['change', 'M'], 'quotas', {
    ...RECORDED,
    title: 'Batches of more than 3,000 rows',
    why: 'A transaction may change at most 3,000 rows and 10 MiB; the statement that crosses the limit answers 54000.',
    remedy: 'Write in transactions of at most 3,000 rows, side by side where order does not matter.',
  }),
  for_update: rule('for_update', ['note', 'S'], 'concurrency', {
    ...GUIDE,
    title: 'SELECT … FOR UPDATE',
    why: 'It does not wait any more: what used to queue up behind a lock now fails at COMMIT with 40001.',
    remedy:
      'Keep it where it guards against write skew, and make sure that the transaction is retried. SKIP LOCKED skips nothing.',
  }),
  skip_locked: rule('skip_locked', ['change', 'L'], 'concurrency', {
    since: '2026-08-18',
    grade: 'C',
    source: 'ministack, measured 2026-08-18',
    title: 'Queues by FOR UPDATE SKIP LOCKED',
    why: 'Nothing is ever locked, so nothing is skipped: all workers take the same rows and all but one fail at COMMIT.',
    remedy:
      'Give each worker its own share of the keys, claim rows by an UPDATE with a random offset, or use a queue service.',
  }),
  orm_setting: rule('orm_setting', ['change', 'S'], 'unsupported', {
    since: '2026-09-18',
    grade: 'D',
    source: 'AWS’s ORM adapters and dsql-lint',
    title: 'ORM settings that break',
    why: 'The setting makes the ORM send what DSQL refuses.',
    remedy: 'Use AWS’s adapter of the ORM where there is one, and turn the setting off.',
  }),
  password_auth: rule('password_auth', ['change', 'S'], 'sql', {
    ...GUIDE,
    title: 'Connections by password',
    why: 'The password is an IAM token that is valid for minutes, TLS is mandatory, and connections end within 60 minutes.',
    remedy:
      'Use AWS’s connector for the language, or make a token for each new connection; recycle connections before an hour.',
  }),
  routine_plpgsql: rule('routine_plpgsql', ['blocker', 'L'], 'unsupported', {
    ...RECORDED,
    title: 'Routines in other languages than SQL',
    why: 'Functions are written in SQL; there are no procedures and no blocks.',
    remedy: 'Rewrite simple ones in LANGUAGE sql; move loops, exceptions and dynamic SQL into the application.',
  }),
  trigger: rule('trigger', ['blocker', 'L'], 'unsupported', {
    ...RECORDED,
    title: 'Triggers',
    why: 'DSQL runs no code of yours beside your statements.',
    remedy:
      'Do the work in the transaction that writes; use generated columns and defaults; feed followers by streams.',
  }),
  extension: rule('extension', ['blocker', 'M'], 'unsupported', {
    ...RECORDED,
    title: 'Extensions',
    why: 'DSQL has no extensions.',
    remedy:
      'gen_random_uuid() is built in (uuid-ossp, pgcrypto); search, geography and vectors belong into services of their own.',
  }),
  user_type: rule('user_type', ['blocker', 'M'], 'types', {
    ...RECORDED,
    title: 'Enum, composite and range types',
    why: 'DSQL has no types of one’s own except domains.',
    remedy:
      'Enums become domains over text with a CHECK; composites become columns or jsonb; ranges become two columns.',
  }),
  column_type: rule('column_type', ['blocker', 'M'], 'types', {
    ...RECORDED,
    title: 'Columns of types DSQL does not store',
    why: 'The type can be used in queries at most.',
    remedy: 'Arrays and documents become jsonb, addresses text, money numeric(19,2).',
  }),
  bare_numeric_column: rule('bare_numeric_column', ['change', 'S'], 'types', {
    ...GUIDE,
    title: 'numeric without precision',
    why: 'It is numeric(18,6) in DSQL: more digits are rounded or refused.',
    remedy: 'Declare the precision your values need.',
  }),
  partitioned_table: rule('partitioned_table', ['blocker', 'M'], 'unsupported', {
    since: '2026-09-23',
    grade: 'C',
    source: 'pistachio; spike protocol 2026-09',
    title: 'Partitioned tables',
    why: 'Storage is partitioned by primary key anyway, by itself.',
    remedy: 'One table with the key you search by; delete old rows in batches instead of dropping partitions.',
  }),
  inherited_table: rule('inherited_table', ['blocker', 'M'], 'unsupported', {
    ...GUIDE,
    title: 'Inherited tables',
    why: 'DSQL has no inheritance.',
    remedy: 'One table with a column that tells the kinds apart, or separate tables.',
  }),
  unlogged_table: rule('unlogged_table', ['blocker', 'S'], 'unsupported', {
    ...RECORDED,
    title: 'Unlogged tables',
    why: 'Every table is durable and replicated.',
    remedy: 'Create them as ordinary tables, or keep what may be lost in a cache.',
  }),
  temporary_table: rule('temporary_table', ['blocker', 'M'], 'unsupported', {
    ...RECORDED,
    title: 'Temporary tables',
    why: 'A session’s next connection may lie on another machine.',
    remedy: 'Use common table expressions, or an ordinary table with a key for the session.',
  }),
  materialized_view: rule('materialized_view', ['blocker', 'M'], 'unsupported', {
    ...RECORDED,
    title: 'Materialized views',
    why: 'DSQL does not have them.',
    remedy: 'An ordinary view, or a table that the application or a scheduled job keeps, in batches.',
  }),
  rewrite_rule: rule('rewrite_rule', ['blocker', 'M'], 'unsupported', {
    ...GUIDE,
    title: 'Rewrite rules',
    why: 'CREATE RULE is not among the supported statements.',
    remedy: 'Write to the table itself, or through a function in SQL.',
  }),
  row_security: rule('row_security', ['blocker', 'L'], 'unsupported', {
    since: '2026-10-10',
    grade: 'C',
    source: 'pistachio; spike protocol 2026-09',
    title: 'Row level security',
    why: 'DSQL has no policies.',
    remedy: 'Filter by tenant in the application or in views, and grant on those; or a cluster for each tenant.',
  }),
  foreign_key: rule('foreign_key', ['note', 'S'], 'createTable', {
    since: '2026-08-26',
    grade: 'D',
    source: 'User Guide release notes',
    title: 'Foreign keys',
    why: 'They exist since August 2026. On existing tables they are added NOT VALID and validated by a job; cascaded rows count to the transaction’s 3,000.',
    remedy:
      'Create them with the tables. Index the referring column; avoid CASCADE where a row has thousands of followers.',
  }),
  cascade: rule('cascade', ['change', 'M'], 'quotas', {
    since: '2026-08-26',
    grade: 'D',
    source: 'User Guide, foreign keys; AWS DSQL skill 2026-10-01',
    title: 'Foreign keys that cascade',
    why: 'The rows they change count to the transaction’s 3,000.',
    remedy: 'Use NO ACTION or RESTRICT and delete the referring rows first, in batches.',
  }),
  sequence_key: rule('sequence_key', ['change', 'M'], 'sql', {
    ...RECORDED,
    title: 'Keys from sequences',
    why: 'Sequences and identity columns want CACHE 1 or at least 65536 and bigint; steadily growing keys make one end of the key range hot.',
    remedy: 'Prefer uuid DEFAULT gen_random_uuid() for new rows; else bigint GENERATED … AS IDENTITY (CACHE 65536).',
  }),
  sequence_cache: rule('sequence_cache', ['blocker', 'S'], 'sql', {
    ...RECORDED,
    title: 'Sequences with another CACHE',
    why: 'CACHE must be 1 or at least 65536, and the type bigint.',
    remedy: 'CREATE SEQUENCE … CACHE 65536.',
  }),
  missing_key: rule('missing_key', ['change', 'M'], 'createTable', {
    ...GUIDE,
    title: 'Tables without a primary key',
    why: 'DSQL stores a table in the order of its key, and a key cannot be added later.',
    remedy: 'Choose a key before the move.',
  }),
  key_type: rule('key_type', ['blocker', 'M'], 'types', {
    since: '2026-10-03',
    grade: 'C',
    source: 'AWS DSQL skill; dsqlbase',
    title: 'Index keys of types that cannot be keys',
    why: 'bytea, interval, timetz, json and jsonb cannot be in a key.',
    remedy: 'Index an expression on them, or another column.',
  }),
  index_kind: rule('index_kind', ['blocker', 'M'], 'index', {
    since: '2026-10-01',
    grade: 'C',
    source: 'ministack 2026-10; AWS DSQL skill',
    title: 'Indexes that are no plain B-trees',
    why: 'GIN, GiST, BRIN, hash, operator classes, sort order and exclusion constraints do not exist.',
    remedy:
      'B-tree indexes by ASYNC: on expressions for documents, on both bounds for ranges; search belongs elsewhere.',
  }),
  index_count: rule('index_count', ['blocker', 'M'], 'quotas', {
    ...GUIDE,
    title: 'More than 24 indexes on a table, or 8 columns in one',
    why: 'It is a limit of the service; every index also adds to the bytes a write costs.',
    remedy: 'Drop what is not used; put further columns into INCLUDE.',
  }),
  wide_table: rule('wide_table', ['change', 'M'], 'quotas', {
    ...GUIDE,
    title: 'Wide tables and large rows',
    why: 'A table has at most 255 columns, a value 1 MiB, a row 2 MiB, a transaction 10 MiB.',
    remedy: 'Split the table, or keep documents and files in Amazon S3 and their keys here.',
  }),
  large_table: rule('large_table', ['note', 'M'], 'quotas', {
    ...GUIDE,
    title: 'Large tables',
    why: 'Moving and later changing them goes in transactions of 3,000 rows; counting and updating all rows at once does not work.',
    remedy: 'Load with the Aurora DSQL loader; make maintenance jobs go by key in batches.',
  }),
  collation: rule('collation', ['change', 'M'], 'createTable', {
    since: '2026-10-10',
    grade: 'C',
    source: 'pistachio; ministack 2026-10',
    title: 'Collations',
    why: 'The database’s collation is C, and COLLATE is refused on columns: ORDER BY sorts by bytes, upper case before lower case.',
    remedy: 'Sort in the application, or store a column to sort by.',
  }),
  encoding: rule('encoding', ['blocker', 'M'], 'createTable', {
    ...GUIDE,
    title: 'Database encoding',
    why: 'DSQL’s databases are UTF8.',
    remedy: 'Convert on the way: pg_dump --encoding=UTF8.',
  }),
  several_schemas: rule('several_schemas', ['blocker', 'M'], 'quotas', {
    ...GUIDE,
    title: 'More than ten schemas, or a thousand tables',
    why: 'It is a limit of the service.',
    remedy: 'A cluster for each group of schemas; tenants become a column of the key.',
  }),
  several_databases: rule('several_databases', ['change', 'M'], 'unsupported', {
    ...GUIDE,
    title: 'Other databases on the same server',
    why: 'A cluster has one database, postgres.',
    remedy: 'A cluster for each database, or a schema for each in one cluster.',
  }),
  large_objects: rule('large_objects', ['blocker', 'L'], 'unsupported', {
    ...GUIDE,
    title: 'Large objects',
    why: 'lo_ functions and pg_largeobject do not exist.',
    remedy: 'Keep them in Amazon S3, or as bytea up to 1 MiB.',
  }),
  server_statement: rule('server_statement', ['blocker', 'M'], 'unsupported', {
    ...GUIDE,
    source: 'the dialect’s rules on the statements of pg_stat_statements',
    title: 'Statements run by clients that DSQL refuses',
    why: 'pg_stat_statements has seen them in this database.',
    remedy: 'Find them in the programs: audit their sources, too.',
  }),
} as const satisfies Record<string, AuditRule>;

export type AuditRuleId = keyof typeof AUDIT_RULES;
