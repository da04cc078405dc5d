/**
 * DSQL's limit on the data a transaction modifies, held at COMMIT. PostgreSQL does not count it, and counting every row would cost every
 * transaction; so the gateway looks only where it may matter, and then counts exactly:
 *
 * 1. A transaction is looked at when it has modified many rows, was sent much, or calls functions that make much of little.
 * 2. One question tells how much write-ahead log there was since it began, by all sessions: never less than its own share. An INSERT of which the
 *    text does not say that its rows are few brings the answer along.
 * 3. Only if that, or what it was sent, is beyond the limit (or it made values itself, which may be stored compressed), the rows it has
 *    written are measured, in the tables the client may read.
 *
 * What is not seen: values that double by `||`, and unchanged large values of updated rows, which PostgreSQL does not store again.
 */
import type { Classified } from '../../core/dialect/contract';
import type { Transaction } from '../adjudicator/transaction';
import type { ServerError } from '../ports';
import type { Backend } from './backend';
import { serverUnavailable, sizeLimit } from './errors';
import { Flight } from './flight';
import type { Limits } from './limits';
import { bind, execute, parse } from './wire/client-messages';

/** From this many rows on the log is looked at: five are within the limit, however wide they are (2 MiB each), unless they were generated. */
const MANY_ROWS = 6;
/** Part of the limit from which on what was sent makes the gateway look. */
const MUCH = 1 / 4;
/** Functions that make large values of small ones. */
const GENERATORS = new Set(
  'repeat lpad rpad string_agg array_agg array_fill array_to_string json_agg jsonb_agg'.split(' '),
);

const WRITTEN_TABLES = `SELECT relid::regclass::text FROM pg_catalog.pg_stat_xact_user_tables
  WHERE n_tup_ins + n_tup_upd > 0 AND has_table_privilege(relid, 'SELECT')`;
/** Rows that no snapshot but this transaction's own can see. */
const OWN_ROWS = 'NOT pg_visible_in_snapshot(xmin::text::xid8, pg_current_snapshot())';

/** Adds a writing statement to its transaction's account. */
export function account(limits: Limits, tx: Transaction, c: Classified, sentBytes: number): void {
  tx.logBefore ??= positions.get(limits) ?? 0;
  tx.sentBytes += sentBytes;
  if (generatesValues(c)) tx.generates = true;
}

/** A position that the write-ahead log of a gateway's PostgreSQL has passed. */
const positions = new WeakMap<Limits, number>();

/** Bytes of log up to a position as PostgreSQL writes it, `1A/2B3C4D`; its two halves are hexadecimal. */
function logPosition([row]: (string | null)[][]): number | undefined {
  const [high, low] = row?.[0]?.split('/') ?? [];
  return high === undefined || low === undefined ? undefined : parseInt(high, 16) * 2 ** 32 + parseInt(low, 16);
}

/** Asks for the position of the log right behind a statement that may write many rows, so that COMMIT need not. `holdOver`: see `StepOptions`. */
export function addLogPosition(flight: Flight, backend: Backend, tx: Transaction, op: number, holdOver: boolean): void {
  const rows: (string | null)[][] = [];
  const onComplete = (): undefined => void (tx.logAfter = logPosition(rows));
  backend.addQuestion(flight, '_log', rows, { onComplete, op, holdOver });
}

/** Whether it may write so many rows that its transaction is worth a look. */
export const mayInsertMany = ({ tag, maxRows }: Classified): boolean =>
  tag === 'INSERT' && (maxRows === undefined || maxRows >= MANY_ROWS);

/** It calls a function that makes large values of small ones. */
export function generatesValues({ functions }: Classified): boolean {
  return functions !== undefined && functions.some(name => GENERATORS.has(name));
}

/** Whether a transaction is worth a look. */
export function mayBeLarge(tx: Transaction, limits: Limits): boolean {
  return tx.rows >= MANY_ROWS || tx.sentBytes >= limits.bytesPerTransaction * MUCH || tx.generates;
}

/** The refusal of a COMMIT of `tx`, which must be open on its backend; undefined when it is within the limit. */
export async function sizeRefusal(limits: Limits, tx: Transaction, backend: Backend): Promise<ServerError | undefined> {
  const limit = limits.bytesPerTransaction;
  const position = tx.logAfter ?? (await askPosition(backend));
  if (position === undefined) return unanswered(backend);
  positions.set(limits, position);
  if (position - (tx.logBefore ?? 0) <= limit && tx.sentBytes <= limit && !tx.generates) return undefined;
  const bytes = await measure(backend);
  if (bytes === undefined) return unanswered(backend);
  return bytes > limit ? sizeLimit(limit, bytes) : undefined;
}

/** A question failed, so the transaction has too, in a way its client does not know of. */
function unanswered(backend: Backend): ServerError {
  if (!backend.lost) backend.close();
  return serverUnavailable;
}

/** Bytes of the rows written; undefined when PostgreSQL does not say. */
async function measure(backend: Backend): Promise<number | undefined> {
  const tables = await ask(backend, WRITTEN_TABLES);
  if (!tables) return undefined;
  let bytes = 0;
  for (const [table] of tables) {
    const rows = await ask(backend, `SELECT sum(octet_length(t::text)) FROM ${table} t WHERE ${OWN_ROWS}`);
    if (!rows) return undefined;
    bytes += Number(rows[0]?.[0] ?? 0);
  }
  return bytes;
}

async function askPosition(backend: Backend): Promise<number | undefined> {
  const rows: (string | null)[][] = [];
  const flight = new Flight(undefined);
  backend.addQuestion(flight, '_log', rows);
  await backend.fly(flight, 'flush');
  return flight.failure ? undefined : logPosition(rows);
}

/** Asks within the open transaction, of a statement outside a block too: nothing is committed by it. */
async function ask(backend: Backend, sql: string): Promise<(string | null)[][] | undefined> {
  const rows: (string | null)[][] = [];
  const flight = new Flight(undefined);
  backend.dropUnnamed();
  flight.add(parse('', sql), { kind: 'parse', forward: false });
  flight.add(bind('', ''), { kind: 'bind', forward: false });
  flight.add(execute(), { kind: 'execute', forward: false, collect: rows });
  await backend.fly(flight, 'flush');
  return flight.failure ? undefined : rows;
}
