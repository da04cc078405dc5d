import type { ErrorGuide } from '../error-guide';

const RECORDED = 'recorded on a cluster in eu-central-1';

type Row = [id: string, pattern: RegExp, why: string, nextStep: string];

/** Statements DSQL does not take (0A000): the kinds people meet most. What one statement is refused for, the dialect's rules say. */
const ROWS: readonly Row[] = [
  [
    'synchronous_index',
    /CREATE INDEX ASYNC/i,
    'Indexes are built in the background, by a job.',
    'Write CREATE INDEX ASYNC, and wait for the job before you rely on the index.',
  ],
  [
    'setting_parameter',
    /setting configuration parameter/i,
    'DSQL takes a short list of parameters; there are no timeouts on the server.',
    'Leave it out; set timeouts in the client. Isolation is always REPEATABLE READ.',
  ],
  [
    'isolation_level',
    /isolation level/i,
    'REPEATABLE READ (snapshot isolation) is the only level.',
    'Use BEGIN as it is, and SELECT … FOR UPDATE for rows that must not change until COMMIT.',
  ],
  [
    'locking_clause',
    /locking clauses/i,
    'DSQL knows FOR UPDATE and FOR KEY SHARE; both take effect at COMMIT.',
    'Write FOR UPDATE.',
  ],
  [
    'truncate',
    /statement: Truncate/i,
    'There is no TRUNCATE.',
    'Drop the table and create it anew, or DELETE in batches of up to 3,000 rows.',
  ],
  [
    'savepoint',
    /SAVEPOINT|ROLLBACK TO|RELEASE/,
    'There are no savepoints: a transaction is kept or lost as a whole.',
    'Use shorter transactions, and run the whole of one again after an error.',
  ],
  [
    'create_table_as',
    /statement: CreateTableAs/i,
    'There is neither CREATE TABLE AS nor a materialized view.',
    'Create the table, then INSERT … SELECT in batches of up to 3,000 rows.',
  ],
  [
    'temporary_table',
    /TEMPORARY or TEMP|UNLOGGED/i,
    'Sessions share no server: there is no place for temporary tables.',
    'Use a WITH query, or a plain table with a key of the run.',
  ],
  [
    'cache_size',
    /explicit cache size/i,
    'A sequence is spread over the cluster: it must say how many values a session takes at a time.',
    'Add CACHE 65536 for throughput, or CACHE 1 where numbers should be dense; better still, use uuid keys.',
  ],
  [
    'add_column',
    /ADD COLUMN with constraint/i,
    'ADD COLUMN takes a name and a type, so that it need not look at any row.',
    'Add the column bare, then SET DEFAULT, then fill it in batches.',
  ],
  [
    'add_constraint',
    /ADD CONSTRAINT/i,
    'A constraint on an existing table is added without looking at the rows, then validated by a job.',
    'Use ADD CONSTRAINT … NOT VALID and ALTER TABLE ASYNC … VALIDATE CONSTRAINT; for UNIQUE build an index first, then ADD CONSTRAINT … UNIQUE USING INDEX.',
  ],
  [
    'alter_table',
    /unsupported ALTER TABLE/i,
    'DSQL does not rewrite a table in place.',
    'Add a new column, fill it in batches, then drop and rename; or create a new table and move the rows.',
  ],
  [
    'data_type',
    /datatype .+ not supported/i,
    'The type cannot be stored, or not be part of a key.',
    'Use a supported type: jsonb or a child table for arrays, text with CHECK for enums, uuid or bigint for keys.',
  ],
  [
    'procedural_code',
    /TRIGGER|PROCEDURE|language plpgsql|CreateExtension|CreatePolicy/i,
    'DSQL runs SQL only: no triggers, procedures, PL/pgSQL, extensions or row policies.',
    'Do it in the application, in the same transaction; functions in LANGUAGE SQL work.',
  ],
];

/** Refusals of kind 0A000. */
export const REFUSAL_GUIDES: readonly ErrorGuide[] = [
  ...ROWS.map(([id, pattern, why, nextStep]): ErrorGuide => ({
    id,
    sqlstates: ['0A000'],
    pattern,
    why,
    nextStep,
    retry: 'no',
    grade: 'R',
    asOf: '2026-09-18',
    source: RECORDED,
  })),
  {
    id: 'not_supported',
    sqlstates: ['0A000'],
    why: 'DSQL speaks a part of PostgreSQL; it gains features every month.',
    nextStep: 'Look at the User Guide’s list of supported SQL, or at the remedy the editor shows for this statement.',
    retry: 'no',
    grade: 'D',
    asOf: '2026-09-17',
    source: 'User Guide, SQL feature compatibility',
  },
];
