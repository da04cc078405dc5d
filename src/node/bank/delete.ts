import type { BankTable } from '../../core/bank/own-tables';
import { TRANSACTION_ROW_LIMIT } from '../../core/dialect/row-limit';
import type { BankPool } from './connect';
import { cancelled } from './errors';
import { inParallel, retried } from './transaction';

type Key = number | string;

/** A stretch of keys: above `after`, up to and including `upTo`; open where absent. */
interface KeySpan {
  after?: Key;
  upTo?: Key;
}

/** What else a delete takes. */
export interface DeleteOptions {
  /** Connections at a time, each with its stretch of the keys. Default 1. */
  workers?: number;
  /** Only rows with a key above this. */
  after?: Key;
  /** Only rows with a key up to this. */
  upTo?: Key;
}

/**
 * Deletes the rows of a table in transactions of at most 3,000 rows, in key order, each going on after the last key of the one before.
 * Rows inserted meanwhile behind that key stay. @returns the number of rows deleted. Rejects with the database's error, or with
 * `CANCELLED`; what was committed stays deleted.
 */
export async function deleteAll(
  pool: BankPool,
  table: BankTable,
  onProgress: (deleted: number) => void = () => undefined,
  signal?: AbortSignal,
  options: DeleteOptions = {},
): Promise<number> {
  const { workers = 1, after, upTo } = options;
  const first: KeySpan = { ...(after !== undefined && { after }), ...(upTo !== undefined && { upTo }) };
  const spans = workers > 1 && upTo === undefined ? await keySpans(pool, table, workers, first) : [first];
  let deleted = 0;
  await inParallel(spans, workers, span =>
    deleteSpan(
      pool,
      table,
      span,
      rows => {
        deleted += rows;
        onProgress(deleted);
      },
      signal,
    ),
  );
  return deleted;
}

async function deleteSpan(
  pool: BankPool,
  table: BankTable,
  span: KeySpan,
  onRows: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let last = span.after; ;) {
    if (signal?.aborted) throw cancelled(`deleting ${table}`);
    const values: Key[] = [];
    const bound = (operator: string, key: Key | undefined): string[] =>
      key === undefined ? [] : [`id ${operator} $${values.push(key)}`];
    const conditions = [...bound('>', last), ...bound('<=', span.upTo)];
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')} ` : '';
    const sql = `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} ${where}ORDER BY id LIMIT ${TRANSACTION_ROW_LIMIT}) RETURNING id`;
    const { rows } = await retried(() => pool.query<{ id: Key }>(sql, values), signal);
    if (rows.length === 0) return;
    onRows(rows.length);
    // RETURNING comes in no order. UUIDs compare as text as they do as bytes; they are lower case.
    last = rows.reduce((max, { id }) => (id > max ? id : max), rows[0]!.id);
    if (rows.length < TRANSACTION_ROW_LIMIT && span.upTo !== undefined) return;
  }
}

/** Cuts the keys into stretches of about the same number of rows, as far as keys are spread evenly: ids between least and greatest, UUIDs by their first digits. */
async function keySpans(pool: BankPool, table: BankTable, parts: number, { after }: KeySpan): Promise<KeySpan[]> {
  const cuts = table === 'transactions' ? uuidCuts(parts) : await idCuts(pool, parts, after);
  const ends = cuts.filter(cut => after === undefined || cut > after);
  return [...ends, undefined].map((end, i) => {
    const begin = i === 0 ? after : ends[i - 1];
    return { ...(begin === undefined ? {} : { after: begin }), ...(end === undefined ? {} : { upTo: end }) };
  });
}

const uuidCuts = (parts: number): string[] =>
  Array.from({ length: parts - 1 }, (_, i) => {
    const digits = Math.floor(((i + 1) * 0x10000) / parts)
      .toString(16)
      .padStart(4, '0');
    return `${digits}0000-0000-0000-0000-000000000000`;
  });

async function idCuts(pool: BankPool, parts: number, after: Key | undefined): Promise<number[]> {
  const sql = `SELECT min(id) AS least, max(id) AS most FROM accounts${after === undefined ? '' : ' WHERE id > $1'}`;
  const { rows } = await retried(() =>
    pool.query<{ least: number | null; most: number | null }>(sql, after === undefined ? [] : [after]),
  );
  const { least, most } = rows[0] ?? {};
  if (least == null || most == null || most - least < parts * TRANSACTION_ROW_LIMIT) return [];
  return Array.from({ length: parts - 1 }, (_, i) => Math.floor(least + ((most - least) * (i + 1)) / parts));
}
