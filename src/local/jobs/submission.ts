import { indexName } from '../../core/indexes/index-name';
import type { SpecialStatement } from '../../core/dialect/contract';
import { originalOffset, replaced } from '../../core/dialect/replacements';
import { KEYABLE } from '../../core/dialect/type-names';
import { ENGINE } from '../engine-schema';
import { randomId } from '../identity/base32';
import { JobRefused, type CatalogQuery, type ServerError } from '../ports';
import { indexReplacements, quoteIdentifier, rewriteIndexStatement } from './index-statement';

/** What a job will do, kept with it so that it can be taken up again after a restart. */
export type JobRequest =
  | { type: 'index'; tableOid: number; schema: string; table: string; index: string; sql: string; searchPath: string }
  /**
   * `constraint`: its number, absent in jobs of former versions. `asker`: who validates a CHECK, whose functions run with that role's
   * rights. Absent for a foreign key, which calls none.
   */
  | {
      type: 'validate';
      tableOid: number;
      constraint?: number;
      sql: string;
      searchPath: string;
      asker?: { session: string; role: string };
    }
  | { type: 'analyze'; tableOid: number }
  | { type: 'drop' }
  /** IF NOT EXISTS found the index: there is nothing to do. */
  | { type: 'nothing'; indexOid: number; details: string };

export type IndexRequest = Extract<JobRequest, { type: 'index' }>;

/** A checked statement. */
export interface PreparedJob {
  jobId: string;
  request: JobRequest;
  notice?: ServerError;
}

type Submitted = Extract<SpecialStatement, { type: 'create-index-async' | 'validate-constraint-async' }>;
type SubmittedIndex = Extract<Submitted, { type: 'create-index-async' }>;

/** A question. `told`: what a refusal of it says of the client's statement; without it places in it say nothing to clients. */
type Ask = (sql: string, params?: string[], told?: (answer: ServerError) => ServerError) => ReturnType<CatalogQuery>;

/** Indexes per table, the primary key and those being built included (dsql-facts 4). */
const MAX_INDEXES = 24;
const TRIAL_TABLE = 'dsqltrial';

/** IF EXISTS found no table: there is no job. */
interface NoJob {
  request?: undefined;
  notice: ServerError;
}

/** Checks an asynchronous statement in the client's transaction. Nothing of the check stays. Rejects with `JobRefused`. */
export async function prepareJob(special: Submitted, query: CatalogQuery): Promise<PreparedJob | NoJob> {
  const ask: Ask = (sql, params, told) =>
    query(sql, params).catch((error: unknown) => Promise.reject(asRefusal(error, told)));
  const table = await findTable(special, ask);
  if (!table) return { notice: skipped(special.table) };
  return special.type === 'create-index-async'
    ? prepareIndex(special, table, ask)
    : prepareValidation(special, table, ask);
}

interface Table {
  oid: number;
  schema: string;
  name: string;
  indexes: number;
  searchPath: string;
}

/** @returns undefined where there is none, and need not be */
async function findTable(special: Submitted, ask: Ask): Promise<Table | undefined> {
  const written = special.schema
    ? `${quoteIdentifier(special.schema)}.${quoteIdentifier(special.table)}`
    : quoteIdentifier(special.table);
  const mayBeMissing = special.type === 'validate-constraint-async' && special.ifExists;
  const rows = await ask(
    `SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.pg_has_role(c.relowner, 'USAGE'),
            (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) + ${ENGINE}.waiting_indexes(c.oid),
            (SELECT string_agg(pg_catalog.quote_ident(s), ', ') FROM unnest(pg_catalog.current_schemas(false)) s)
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = ${mayBeMissing ? 'pg_catalog.to_regclass($1)' : '$1::text::regclass'}`,
    [written],
  );
  const display = special.schema ? `${special.schema}.${special.table}` : special.table;
  if (!rows[0]) {
    if (mayBeMissing) return undefined;
    throw refuse('42P01', `relation "${display}" does not exist`);
  }
  const [oid, schema, name, kind, owned, indexes, searchPath] = rows[0] as string[];
  const [noun, nouns] = KINDS[kind!] ?? ['table', 'tables'];
  if (owned !== 't') throw refuse('42501', `must be owner of ${noun} ${special.table}`);
  if (kind !== 'r') {
    const refused =
      special.type === 'create-index-async'
        ? `cannot create index on relation "${special.table}"`
        : `ALTER action VALIDATE CONSTRAINT cannot be performed on relation "${special.table}"`;
    throw refuse('42809', refused, `This operation is not supported for ${nouns}.`);
  }
  return { oid: Number(oid), schema: schema!, name: name!, indexes: Number(indexes), searchPath: searchPath ?? '' };
}

const KINDS: Record<string, [string, string]> = {
  v: ['view', 'views'],
  S: ['sequence', 'sequences'],
  i: ['index', 'indexes'],
};

async function prepareIndex(special: SubmittedIndex, table: Table, ask: Ask): Promise<PreparedJob> {
  const jobId = randomId();
  // what is wrong with the keys PostgreSQL tells before a name that is taken
  const columns = await tryOnEmptyCopy(special, table, ask);
  if (special.indexName !== undefined) {
    const existing = await relationNamed(table.schema, special.indexName, ask);
    if (existing !== undefined) {
      if (!special.ifNotExists) throw refuse('42P07', `relation "${special.indexName}" already exists`);
      const details = `relation "${special.indexName}" already exists, skipping`;
      const notice: ServerError = { severity: 'NOTICE', sqlstate: '42P07', message: details };
      return { jobId, request: { type: 'nothing', indexOid: existing, details }, notice };
    }
  }
  if (table.indexes >= MAX_INDEXES) throw refuse('54000', `more than ${MAX_INDEXES} indexes per table are not allowed`);
  const index = special.indexName ?? (await freeName(table, columns, ask));
  const sql = rewriteIndexStatement(special.concurrentSql, {
    index: quoteIdentifier(index),
    table: `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`,
  });
  const { schema, searchPath } = table;
  return { jobId, request: { type: 'index', tableOid: table.oid, schema, table: table.name, index, sql, searchPath } };
}

/**
 * Builds the index, without its name, on an empty copy of the table and rolls that back: PostgreSQL itself finds what is wrong with the
 * statement, and no lock on the table outlasts the check. @returns the names that PostgreSQL gives the columns of the index.
 */
async function tryOnEmptyCopy(special: SubmittedIndex, table: Table, ask: Ask): Promise<string[]> {
  const schema = quoteIdentifier(table.schema);
  const copy = `${schema}.${TRIAL_TABLE}`;
  await ask('SAVEPOINT dsql_trial');
  await ask(`CREATE TABLE ${copy} (LIKE ${schema}.${quoteIdentifier(table.name)})`);
  const replacements = indexReplacements(special.plainSql, { index: '', table: copy });
  const trial = replaced(special.plainSql, replacements);
  await ask(trial, undefined, answer =>
    toldOfTable(answer, table, place => placeWritten(special, originalOffset(utf16(trial, place), replacements))),
  );
  const rows = await ask(
    `SELECT c.attname, (SELECT pg_catalog.format_type(a.atttypid, NULL) FROM pg_catalog.pg_attribute a
       WHERE a.attrelid = i.indexrelid AND a.attnum <= i.indnkeyatts AND a.atttypid <> ALL ($2::text[]::regtype[])
         AND EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid AND t.typtype <> 'd') ORDER BY a.attnum LIMIT 1)
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute c ON c.attrelid = i.indexrelid
     WHERE i.indrelid = pg_catalog.to_regclass($1) ORDER BY c.attnum`,
    [copy, `{${KEYABLE.join(',')}}`],
  );
  await ask('ROLLBACK TO SAVEPOINT dsql_trial');
  await ask('RELEASE SAVEPOINT dsql_trial');
  // of an expression only the trial tells the type
  const unkeyable = rows[0]?.[1];
  if (unkeyable != null) throw refuse('0A000', `datatype ${unkeyable} is not supported in a key`);
  return rows.map(([name]) => name ?? '');
}

/** As PostgreSQL chooses names: numbered until free. */
async function freeName({ name, schema }: Table, columns: readonly string[], ask: Ask): Promise<string> {
  for (let number = 0; ; number++) {
    const wanted = indexName(name, columns, number);
    if ((await relationNamed(schema, wanted, ask)) === undefined) return wanted;
  }
}

/** The number of what has a name; 0 for an index that waits for another on its table. */
async function relationNamed(schema: string, name: string, ask: Ask): Promise<number | undefined> {
  const rows = await ask(
    `SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1::name AND c.relname = $2::name
     UNION ALL
     SELECT 0 FROM sys.jobs WHERE object_id = 0 AND status IN ('submitted', 'processing') AND object_name = $1 || '.' || $2`,
    [schema, name],
  );
  return rows[0] ? Number(rows[0][0]) : undefined;
}

async function prepareValidation(
  special: Extract<Submitted, { type: 'validate-constraint-async' }>,
  table: Table,
  ask: Ask,
): Promise<PreparedJob> {
  const rows = await ask(
    'SELECT contype, oid FROM pg_catalog.pg_constraint WHERE conrelid = $1::oid AND conname = $2::name',
    [String(table.oid), special.constraint],
  );
  const named = `constraint "${special.constraint}" of relation "${special.table}"`;
  if (!rows[0]) throw refuse('42704', `${named} does not exist`);
  const [kind, constraint] = rows[0];
  if (!['c', 'f'].includes(kind ?? '')) throw refuse('42809', `${named} is not a foreign key or check constraint`);
  const [[session, role] = []] = await ask('SELECT session_user, current_user');
  return {
    jobId: randomId(),
    request: {
      type: 'validate',
      tableOid: table.oid,
      constraint: Number(constraint),
      sql: `ALTER TABLE ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)} VALIDATE CONSTRAINT ${quoteIdentifier(special.constraint)}`,
      searchPath: table.searchPath,
      ...(kind === 'c' && { asker: { session: session ?? '', role: role ?? '' } }),
    },
  };
}

/** PostgreSQL's words, which name no schema. */
function skipped(table: string): ServerError {
  return { severity: 'NOTICE', sqlstate: '00000', message: `relation "${table}" does not exist, skipping` };
}

function refuse(sqlstate: string, message: string, detail?: string): JobRefused {
  return new JobRefused({ severity: 'ERROR', sqlstate, message, detail });
}

/** What PostgreSQL says of the copy and the text of the trial, told of the table and the client's text. */
function toldOfTable(answer: ServerError, { name }: Table, placed: (position: number) => number): ServerError {
  const { message, hint, position } = answer;
  const named = (text: string): string => text.replaceAll(TRIAL_TABLE, () => name);
  return {
    ...answer,
    message: named(message),
    ...(hint !== undefined && { hint: named(hint) }),
    ...(position !== undefined && { position: placed(position) }),
  };
}

/** The place of an offset in `plainSql` in the statement as the client wrote it, where ASYNC stands before all that an error points at. */
function placeWritten({ plainSql, concurrentSql }: SubmittedIndex, offset: number): number {
  const written = charactersIn(concurrentSql) - 'CONCURRENTLY'.length + 'ASYNC'.length;
  return written - charactersIn(plainSql.slice(offset)) + 1;
}
/** Positions count characters, from 1, not UTF-16 units. */
const charactersIn = (text: string): number => [...text].length;
const utf16 = (text: string, position: number): number => [...text].slice(0, position - 1).join('').length;

/** PostgreSQL's own refusal reaches the client as it is, without what it says of the copy. */
function asRefusal(error: unknown, told?: (answer: ServerError) => ServerError): unknown {
  const answer = (error as { error?: Partial<ServerError> } | undefined)?.error;
  if (typeof answer?.sqlstate !== 'string' || typeof answer.message !== 'string') return error;
  const { sqlstate, message, detail, hint, position } = answer;
  const refusal: ServerError = { severity: 'ERROR', sqlstate, message, detail, hint };
  return new JobRefused(told ? told({ ...refusal, position }) : refusal);
}
