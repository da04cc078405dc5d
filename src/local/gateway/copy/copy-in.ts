/**
 * COPY … FROM STDIN. The rows a client sends are inserted by one INSERT, so that all that holds for INSERT holds for them: the limits,
 * conflicts at COMMIT, foreign keys, defaults.
 */
import type { Classified } from '../../../core/dialect/contract';
import type { CopyFromClient } from '../../../core/dialect/copy';
import { identifier, literal } from '../../../core/dialect/sql-text';
import { Batch } from '../batch';
import { BatchError, batchErrorOf } from '../batch-error';
import { runText } from '../catalog-query';
import type { ClientState } from '../client-state';
import type { GatewayContext } from '../context';
import * as errors from '../errors';
import { characters } from '../error-position';
import { judge } from '../judge';
import { askAside, type Borrower } from '../lending';
import { isReadOnly } from '../serve-settings';
import { statementOf, type Runnable } from '../runnable';
import type { SharedStatement } from '../statements';
import { query, readText, type Decode } from '../wire/client-messages';
import { commandComplete, copyInResponse, tagCount, withContext, withPosition } from '../wire/server-messages';
import { HEADER_BYTES, ProtocolViolation } from '../wire/frames';
import { binaryRows } from './binary-format';
import { CopyDataError, inLine, shown } from './field';
import { copyRows, DEFAULT, type CopyColumn, type CopyRow, type CopyValue } from './rows';

/** Only rows may come now. */
export const unexpectedInCopy = (frame: Buffer): ProtocolViolation =>
  new ProtocolViolation(`unexpected message type 0x${frame[0]!.toString(16)} during COPY from stdin`);

const dataError = (sqlstate: string, message: string, detail?: string): BatchError =>
  new BatchError({ severity: 'ERROR', sqlstate, message, ...(detail !== undefined && { detail }) });

/** A column, with the number of its type; of a domain, that of the type beneath. */
type Column = CopyColumn & { type: number };

/** What PostgreSQL finds wrong with a row as it is made; references are looked at behind the last one. */
const OF_ROW = /^2[23](?!503)/;
/** Its length or its range, which are its column's. */
const OF_VALUE = /^2200[13]$/;

/** A client that is sending rows. */
export class CopyIn {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  /** Goes on with the Query it came in, once its rows are there. @returns the next COPY that waits for rows */
  rest: (() => Promise<CopyIn | undefined>) | undefined;

  private constructor(
    private readonly context: GatewayContext,
    private readonly client: ClientState,
    private readonly copy: CopyFromClient,
    private readonly columns: Column[],
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
    return new CopyIn(context, client, { ...copy, schema }, columns, isOfQuery);
  }

  /** Takes a CopyData message. What is more than a transaction can hold is counted, not kept. */
  add(frame: Buffer): void {
    const room = this.context.limits.bytesPerTransaction - this.bytes;
    if (room > 0) this.chunks.push(Buffer.from(frame.subarray(HEADER_BYTES, HEADER_BYTES + room)));
    this.bytes += frame.length - HEADER_BYTES;
  }

  /** The client gave up. */
  fail(frame: Buffer): void {
    const failure = dataError(
      '57014',
      `COPY from stdin failed: ${readText(frame, this.client.settings.encoding.data)}`,
    );
    new Batch(this.context, this.client).answerError(failure);
  }

  /** All rows are there: inserts them. @returns false after an error */
  async finish(): Promise<boolean> {
    const { context, client } = this;
    const batch = new Batch(context, client);
    if (client.tx) client.tx.busy = true;
    const { rows, fault } = this.rows();
    try {
      if (rows.length === 0) {
        if (fault) throw fault;
        batch.emit(commandComplete('COPY 0'));
        return true;
      }
      const runnable = this.insertion(rows);
      judge(context, client, runnable.classified);
      if (fault) {
        await readValues(batch, statementOf(runnable));
        throw fault;
      }
      await insert(batch, runnable);
      return true;
    } catch (failure) {
      const error = batchErrorOf(failure);
      batch.fail();
      batch.answerError(error.error.position === undefined ? await this.placed(error, rows) : this.told(error, rows));
      return false;
    }
  }

  /** The rows up to a fault of the data, the last of them as far as PostgreSQL reads the line that has it. */
  private rows(): { rows: CopyRow[]; fault: BatchError | undefined } {
    const { limits } = this.context;
    const size = this.bytes > limits.bytesPerTransaction && errors.sizeLimit(limits.bytesPerTransaction, this.bytes);
    const rows: CopyRow[] = [];
    let fault: BatchError | undefined;
    try {
      for (const row of this.read(Buffer.concat(this.chunks))) {
        if (rows.length === limits.rowsPerTransaction) return { rows, fault: new BatchError(errors.rowLimit) };
        rows.push(row);
      }
    } catch (failure) {
      if (failure instanceof BatchError) fault = failure;
      else if (failure instanceof TypeError) fault = dataError('22021', 'invalid byte sequence for encoding "UTF8"');
      else if (failure instanceof CopyDataError) {
        fault = new BatchError(failure.error);
        const { before } = failure;
        if (before) rows.push({ ...before, values: this.columns.map((_, at) => before.values[at] ?? null) });
      } else throw failure;
    }
    if (!size) return { rows, fault };
    // the cut may be what is wrong; met at COMMIT on the service, so after the limit of rows
    return { rows: rows.slice(0, -1), fault: new BatchError(size) };
  }

  private *read(bytes: Buffer): Generator<CopyRow> {
    if (this.copy.format === 'binary') {
      let line = 0;
      const types = this.columns.map(({ type }) => type);
      for (const values of binaryRows(bytes, types)) yield { values, line: ++line };
      return;
    }
    const { data } = this.client.settings.encoding;
    const sound = soundLines(bytes, data);
    yield* copyRows(sound.text, this.copy, this.columns);
    if (sound.error) throw withPlace(sound.error, inLine(this.copy.table, sound.lines + 1));
  }

  private textOf(rows: readonly CopyRow[]): string {
    const { schema, table } = this.copy;
    const target = [schema, table].flatMap(part => (part === undefined ? [] : identifier(part))).join('.');
    const tuples = rows.map(({ values }) => tuple(values));
    // like COPY: a column GENERATED ALWAYS AS IDENTITY takes what it is given
    return `INSERT INTO ${target} (${this.columns.map(({ name }) => identifier(name)).join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${tuples.join(', ')}`;
  }

  private insertion(rows: readonly CopyRow[]): Runnable {
    const sql = this.client.settings.encoding.forPostgres(this.textOf(rows));
    const classified = this.context.dialect.classify(sql);
    return { classified, sql, frame: query(sql), maxRows: 0, retag: tag => `COPY ${tagCount(tag)}` };
  }

  /** Of what is wrong with a row itself PostgreSQL tells no place: it is in the last one of the shortest insertion that fails so. */
  private async placed(failure: BatchError, rows: readonly CopyRow[]): Promise<BatchError> {
    const { client } = this;
    if (failure.error.context !== undefined || !OF_ROW.test(failure.error.sqlstate)) return failure;
    const { tx, settingsBefore, localBefore, locals } = client;
    client.tx = undefined; // it has failed: the rows are tried apart
    try {
      if (!(await this.failsSo(rows, failure))) return failure;
      let passing = 0;
      let failing = rows.length;
      while (failing - passing > 1) {
        const middle = (passing + failing) >> 1;
        if (await this.failsSo(rows.slice(0, middle), failure)) failing = middle;
        else passing = middle;
      }
      return withPlace(failure, await this.placeIn(rows[failing - 1]!, failure));
    } finally {
      Object.assign(client, { tx, settingsBefore, localBefore, locals });
    }
  }

  private async placeIn(row: CopyRow, failure: BatchError): Promise<string> {
    const { sqlstate } = failure.error;
    if (OF_VALUE.test(sqlstate))
      for (const [at, value] of row.values.entries()) {
        const alone = { ...row, values: row.values.map((each, column) => (column === at ? each : null)) };
        if (typeof value === 'string' && (await this.failsSo([alone], failure))) return this.placeOf(row, at);
      }
    const place = inLine(this.copy.table, row.line);
    // PostgreSQL looks at keys when it has read on
    return row.text === undefined || sqlstate === '23505' ? place : `${place}: ${shown(row.text)}`;
  }

  private placeOf({ values, line }: CopyRow, at: number): string {
    const value = values[at];
    const place = inLine(this.copy.table, line);
    return typeof value === 'string' ? `${place}, column ${this.columns[at]!.name}: ${shown(value)}` : place;
  }

  /** Whether the rows cannot be inserted, for the same reason; nothing is kept of them. */
  private async failsSo(rows: readonly CopyRow[], { error }: BatchError): Promise<boolean> {
    const batch = new Batch(this.context, this.client);
    batch.open('implicit', false);
    try {
      await insert(batch, { ...this.insertion(rows), collect: [] });
      return false;
    } catch (failure) {
      const other = batchErrorOf(failure).error;
      return other.sqlstate === error.sqlstate && other.message === error.message && other.detail === error.detail;
    } finally {
      batch.fail();
    }
  }

  /** PostgreSQL points into the insertion, of which the client knows nothing: it hears the line and the column of its data. */
  private told(failure: BatchError, rows: readonly CopyRow[]): BatchError {
    const { position, ...error } = failure.error;
    const frame = failure.frame && withPosition(failure.frame, undefined);
    const context = this.placeAt(position!, rows);
    const told = new BatchError(error, frame, failure.op);
    return context === undefined ? told : withPlace(told, context);
  }

  private placeAt(position: number, rows: readonly CopyRow[]): string | undefined {
    let start = characters(this.textOf([])) + 1;
    for (const row of rows) {
      const { values } = row;
      const next = start + characters(`${tuple(values)}, `);
      if (position < next)
        return this.placeOf(
          row,
          values.findIndex((_, at) => position < start + characters(tuple(values.slice(0, at + 1)))),
        );
      start = next;
    }
    return undefined;
  }
}

const withPlace = ({ error, frame, op }: BatchError, context: string): BatchError =>
  new BatchError({ ...error, context }, frame && withContext(frame, context), op);

/** The text of the data, up to the line of what is none. */
function soundLines(bytes: Buffer, decode: Decode): { text: string; lines: number; error?: BatchError } {
  try {
    return { text: decode(bytes, 0, bytes.length), lines: 0 };
  } catch (failure) {
    const error = batchErrorOf(failure);
    for (let lines = 0, start = 0; ; lines++) {
      const end = bytes.indexOf('\n', start) + 1 || bytes.length;
      try {
        decode(bytes, start, end);
      } catch {
        return { text: decode(bytes, 0, start), lines, error };
      }
      start = end;
    }
  }
}

/** Runs the insertion. @throws BatchError */
async function insert(batch: Batch, runnable: Runnable): Promise<void> {
  for (let op = 0; op === 0;) {
    await batch.run(runnable, 0);
    op = batch.resumeAt ?? 1;
    batch.resumeAt = undefined;
    if (op === 1 && (await batch.flush())) op = batch.resumeAt!;
  }
}

/** PostgreSQL reads the values of a statement when it parses it: what is wrong with them comes before any row. @throws BatchError */
async function readValues(batch: Batch, statement: SharedStatement): Promise<void> {
  do {
    const { flight, backend } = await batch.segment();
    backend.dropUnnamed();
    backend.prepare(flight, statement, batch.context.adjudicator.catalogVersion, false, 0);
  } while (await batch.flush());
}

const sqlOf = (value: CopyValue): string => (value === null ? 'NULL' : value === DEFAULT ? 'DEFAULT' : literal(value));
const tuple = (row: readonly CopyValue[]): string => `(${row.map(sqlOf).join(', ')})`;

/** What may go wrong before a row is sent, the table's schema, and the columns that rows are for. @throws BatchError */
async function targetOf(borrower: Borrower, copy: CopyFromClient): Promise<{ schema: string; columns: Column[] }> {
  const name = [copy.schema, copy.table].flatMap(part => (part === undefined ? [] : identifier(part))).join('.');
  const rows = await askAside(borrower, backend =>
    runText(
      backend,
      `SELECT c.relkind, a.attname, a.attgenerated, sys.base_type_oid(a.atttypid),
              CASE WHEN a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL THEN 1 END, n.nspname
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
