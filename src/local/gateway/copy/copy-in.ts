/**
 * COPY … FROM STDIN. PostgreSQL copies the data as they come, and finds in its order what is wrong with them. To the transaction that is one
 * INSERT of the rows, so that all that holds for INSERT holds for them: the limits, conflicts at COMMIT, how it runs again.
 */
import type { Classified } from '../../../core/dialect/contract';
import type { CopyFromClient } from '../../../core/dialect/copy';
import { identifier, literal } from '../../../core/dialect/sql-text';
import { Batch } from '../batch';
import { BatchError, batchErrorOf } from '../batch-error';
import { runText } from '../catalog-query';
import { clientEncoding } from '../client-encoding';
import type { ClientState } from '../client-state';
import type { GatewayContext } from '../context';
import * as errors from '../errors';
import type { ServerError } from '../../ports';
import { judge } from '../judge';
import { askAside, type Borrower } from '../lending';
import { isReadOnly } from '../serve-settings';
import type { Runnable } from '../runnable';
import { addCopy } from '../run-steps';
import { Step } from '../step';
import { query, readText, type Decode } from '../wire/client-messages';
import { commandComplete, copyInResponse, fieldOf, tagCount, withPosition } from '../wire/server-messages';
import { HEADER_BYTES, ProtocolViolation } from '../wire/frames';
import { binaryRows } from './binary-format';
import { CopyDataError } from './field';
import { copyRows, DEFAULT, type CopyColumn, type CopyRow, type CopyValue } from './rows';

/** Only rows may come now. */
export const unexpectedInCopy = (frame: Buffer): ProtocolViolation =>
  new ProtocolViolation(`unexpected message type 0x${frame[0]!.toString(16)} during COPY from stdin`);

const dataError = (sqlstate: string, message: string, detail?: string): BatchError =>
  new BatchError({ severity: 'ERROR', sqlstate, message, ...(detail !== undefined && { detail }) });

/** A column, with the number of its type; of a domain, that of the type beneath. */
type Column = CopyColumn & { type: number };

/** A client that is sending rows. */
export class CopyIn {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  /** Goes on with the Query it came in, once its rows are there. @returns the next COPY that waits for rows */
  rest: (() => Promise<CopyIn | undefined>) | undefined;
  /** See `Batch.holdsTag`. */
  heldTag: Buffer | undefined;

  private constructor(
    private readonly context: GatewayContext,
    private readonly client: ClientState,
    private readonly copy: CopyFromClient,
    /** The client's statement. */
    private readonly sql: string,
    private readonly columns: Column[],
    private readonly holdsTag: boolean,
    /** It came in a Query, which ends with it: no Sync follows. */
    readonly isOfQuery: boolean,
  ) {}

  /** Asks the client for its rows: all of `batch` that comes before has been sent. @throws BatchError */
  static async start(batch: Batch, c: Classified, isOfQuery: boolean): Promise<CopyIn> {
    const { context, client } = batch;
    const copy = c.copyFrom!;
    batch.admit(c);
    if (isReadOnly(client)) throw new BatchError(errors.readOnlyTransaction('COPY FROM'));
    const { schema, columns } = await targetOf(batch, copy);
    client.out.push(copyInResponse(columns.length, copy.format === 'binary'));
    return new CopyIn(context, client, { ...copy, schema }, c.sql, columns, batch.holdsTag, isOfQuery);
  }

  /** Takes a CopyData message. What is more than a transaction can hold is counted, not kept. */
  add(frame: Buffer): void {
    const room = this.context.limits.bytesPerTransaction - this.bytes;
    if (room > 0) this.chunks.push(Buffer.from(frame.subarray(HEADER_BYTES, HEADER_BYTES + room)));
    this.bytes += frame.length - HEADER_BYTES;
  }

  /** The client gave up. */
  fail(frame: Buffer): void {
    const { error } = this.givenUp(frame);
    this.answerError(new Batch(this.context, this.client), new BatchError({ ...error, ...this.place() }));
  }

  private givenUp(frame: Buffer): BatchError {
    try {
      return dataError('57014', `COPY from stdin failed: ${readText(frame, this.client.settings.encoding.data)}`);
    } catch (malformed) {
      return batchErrorOf(malformed);
    }
  }

  /** The line of the data that PostgreSQL would be waiting for. */
  private place(): Pick<ServerError, 'context'> {
    if (this.copy.format === 'binary') return {};
    const text = Buffer.concat(this.chunks).toString('latin1');
    const line = Math.max(...['\n', '\r'].map(newline => text.split(newline).length));
    return { context: `COPY ${this.copy.table}, line ${line}` };
  }

  private answerError(batch: Batch, error: BatchError): void {
    batch.answerError(error);
    if (this.isOfQuery) this.client.failedIn = this.client.tx;
  }

  /** All rows are there: inserts them. @returns false after an error */
  async finish(): Promise<boolean> {
    const { context, client } = this;
    const batch = new Batch(context, client);
    batch.holdsTag = this.holdsTag;
    if (client.tx) client.tx.busy = true;
    const data = Buffer.concat(this.chunks);
    const { rows, fault, limit } = this.rows(data);
    const refused = limit ?? fault;
    try {
      // nothing stays of what comes before a fault, though PostgreSQL takes it
      if (refused && !client.tx) batch.open('implicit', false);
      await (rows.length > 0 ? this.insert(batch, rows, data) : this.readAlone(batch, data));
      if (refused) throw refused;
      if (rows.length === 0) batch.emit(commandComplete('COPY 0'));
      this.heldTag = batch.heldTag;
      return true;
    } catch (failure) {
      const error = batchErrorOf(failure);
      batch.fail();
      this.answerError(batch, limit && isBehind(error, rows) ? limit : withoutPosition(error));
      return false;
    }
  }

  /** The rows up to a fault of the data, of which PostgreSQL may have more to say, or up to a limit. */
  private rows(data: Buffer): { rows: CopyRow[]; fault?: BatchError; limit?: BatchError } {
    const { limits } = this.context;
    const rows: CopyRow[] = [];
    let fault: BatchError | undefined;
    try {
      for (const row of this.read(data)) {
        if (rows.length === limits.rowsPerTransaction) return { rows, limit: new BatchError(errors.rowLimit) };
        rows.push(row);
      }
    } catch (failure) {
      fault = failure instanceof CopyDataError ? new BatchError(failure.error) : batchErrorOf(failure);
    }
    if (this.bytes <= limits.bytesPerTransaction) return { rows, ...(fault && { fault }) };
    // the cut may be what is wrong; met at COMMIT on the service, so after the limit of rows
    return {
      rows: rows.slice(0, -1),
      limit: new BatchError(errors.sizeLimit(limits.bytesPerTransaction, this.bytes)),
    };
  }

  private *read(data: Buffer): Generator<CopyRow> {
    const { copy, columns } = this;
    const decode = copy.isUtf8 ? clientEncoding('UTF8').data : this.client.settings.encoding.data;
    if (copy.format === 'binary') {
      const types = columns.map(({ type }) => type);
      let line = 0;
      for (const values of binaryRows(data, types, decode)) yield { values, line: ++line };
      return;
    }
    const sound = soundLines(data, decode);
    yield* copyRows(sound.text, copy, columns);
    if (sound.error) throw sound.error;
  }

  /** Runs the statement. @throws BatchError */
  private async insert(batch: Batch, rows: readonly CopyRow[], data: Buffer): Promise<void> {
    const { context, client, copy } = this;
    const target = [copy.schema, copy.table].flatMap(part => (part === undefined ? [] : identifier(part))).join('.');
    const names = this.columns.map(({ name }) => identifier(name)).join(', ');
    // like COPY: a column GENERATED ALWAYS AS IDENTITY takes what it is given
    const text = `INSERT INTO ${target} (${names}) OVERRIDING SYSTEM VALUE VALUES ${rows.map(({ values }) => tuple(values)).join(', ')}`;
    const sql = client.settings.encoding.forPostgres(text);
    const classified = context.dialect.classify(sql);
    judge(context, client, classified);
    const copied = { sql: this.sql, data };
    const retag = (tag: string): string | undefined => batch.retagged(`COPY ${tagCount(tag)}`);
    const runnable: Runnable = { classified, sql, frame: query(sql), copied, maxRows: 0, retag };
    for (let op = 0; op === 0;) {
      await batch.run(runnable, 0);
      op = batch.resumeAt ?? 1;
      batch.resumeAt = undefined;
      if (op === 1 && (await batch.flush())) op = batch.resumeAt!;
    }
  }

  /** Data without a row: PostgreSQL says what it finds in them. @throws BatchError */
  private async readAlone(batch: Batch, data: Buffer): Promise<void> {
    do {
      const { flight, backend } = await batch.segment();
      addCopy(flight, backend, { sql: this.sql, data }, new Step('execute', false, 0));
    } while (await batch.flush());
  }
}

/** What is wrong lies behind the rows that count. */
function isBehind({ frame }: BatchError, rows: readonly CopyRow[]): boolean {
  const [, line] = /, line (\d+)/.exec((frame && fieldOf(frame, 'W')) ?? '') ?? [];
  return line !== undefined && Number(line) > (rows.at(-1)?.line ?? 0);
}

/** A transaction that has lost inserts the rows by a statement of which the client knows nothing. */
function withoutPosition(failure: BatchError): BatchError {
  const { position, ...error } = failure.error;
  if (position === undefined) return failure;
  return new BatchError(error, failure.frame && withPosition(failure.frame, undefined), failure.op);
}

/** The text of the data, up to the line of what is none. */
function soundLines(bytes: Buffer, decode: Decode): { text: string; error?: BatchError } {
  try {
    return { text: decode(bytes, 0, bytes.length) };
  } catch (failure) {
    const error = batchErrorOf(failure);
    for (let start = 0; ;) {
      const end = bytes.indexOf('\n', start) + 1 || bytes.length;
      try {
        decode(bytes, start, end);
      } catch {
        return { text: decode(bytes, 0, start), error };
      }
      start = end;
    }
  }
}

/** A value with a NUL is refused by PostgreSQL as it copies; here it would end the statement. */
const sqlOf = (value: CopyValue): string =>
  value === null ? 'NULL' : value === DEFAULT ? 'DEFAULT' : literal(value.replaceAll('\0', ''));
const tuple = (row: readonly CopyValue[]): string => `(${row.map(sqlOf).join(', ')})`;

/** What may go wrong before a row is sent, the table's schema, and the columns that rows are for. @throws BatchError */
async function targetOf(borrower: Borrower, copy: CopyFromClient): Promise<{ schema: string; columns: Column[] }> {
  const name = [copy.schema, copy.table].flatMap(part => (part === undefined ? [] : identifier(part))).join('.');
  const rows = await askAside(borrower, backend =>
    runText(
      backend,
      `SELECT c.relkind, a.attname, a.attgenerated, sys.base_type_oid(a.atttypid),
              CASE WHEN a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL THEN 1 END, n.nspname,
              pg_catalog.has_table_privilege(c.oid, 'INSERT') OR pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT')
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
       WHERE c.oid = $1::text::regclass ORDER BY a.attnum`,
      [name],
    ),
  );
  if (rows.length === 0) throw dataError('42P01', `relation "${name.replaceAll('"', '')}" does not exist`);
  const kind = KINDS[rows[0]![0] ?? ''];
  if (kind !== undefined) throw dataError('42809', `cannot copy to ${kind} "${copy.table}"`);
  const all = new Map(rows.map(([, column, generated]) => [column ?? '', generated ?? '']));
  const described = new Map<string, Column>();
  for (const [, name, , type, hasDefault] of rows)
    described.set(name ?? '', { name: name ?? '', type: Number(type), hasDefault: hasDefault !== null });
  const takes = [...all].flatMap(([column, generated]) => (generated === '' ? column : []));
  const names = copy.columns.length > 0 ? written(copy, copy.columns, all) : takes;
  const granted = new Set(rows.flatMap(([, column, , , , , may]) => (may === 't' ? (column ?? '') : [])));
  if (!names.every(name => granted.has(name))) throw dataError('42501', `permission denied for table ${copy.table}`);
  for (const [option, forced] of [
    ['FORCE_NOT_NULL', copy.forceNotNull],
    ['FORCE_NULL', copy.forceNull],
  ] as const) {
    const other = written(copy, forced, all).find(column => !names.includes(column));
    if (other !== undefined) throw dataError('42P10', `${option} column "${other}" not referenced by COPY`);
  }
  return { schema: rows[0]![5] ?? '', columns: names.map(name => described.get(name)!) };
}

const KINDS: Record<string, string> = { v: 'view', S: 'sequence', i: 'index', m: 'materialized view' };

/** Columns that a list of the statement names. @throws BatchError */
function written({ table }: CopyFromClient, columns: string[], all: ReadonlyMap<string, string>): string[] {
  for (const [at, column] of columns.entries()) {
    const generated = all.get(column);
    if (generated === undefined) throw dataError('42703', `column "${column}" of relation "${table}" does not exist`);
    if (generated !== '')
      throw dataError('42P10', `column "${column}" is a generated column`, 'Generated columns cannot be used in COPY.');
    if (columns.indexOf(column) !== at) throw dataError('42701', `column "${column}" specified more than once`);
  }
  return columns;
}
