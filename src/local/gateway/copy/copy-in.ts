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
import { unnamedStatement, type SharedStatement } from '../statements';
import { query, readText } from '../wire/client-messages';
import { commandComplete, copyInResponse, tagCount, withContext, withPosition } from '../wire/server-messages';
import { HEADER_BYTES, ProtocolViolation } from '../wire/frames';
import { binaryRows } from './binary-format';
import { CopyDataError, inLine, linesOf, shown } from './field';
import { copyRows, DEFAULT, type CopyValue } from './rows';

/** Only rows may come now. */
export const unexpectedInCopy = (frame: Buffer): ProtocolViolation =>
  new ProtocolViolation(`unexpected message type 0x${frame[0]!.toString(16)} during COPY from stdin`);

const dataError = (sqlstate: string, message: string, detail?: string): BatchError =>
  new BatchError({ severity: 'ERROR', sqlstate, message, ...(detail !== undefined && { detail }) });

/** A column that rows bring values for. */
interface Column {
  name: string;
  /** Number of its type; of a domain, that of the type beneath. */
  type: number;
}

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
    const columns = await columnsOf(batch, copy);
    client.out.push(copyInResponse(columns.length, copy.format === 'binary'));
    return new CopyIn(context, client, copy, columns, isOfQuery);
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
      const sql = client.settings.encoding.forPostgres(this.insertion(rows));
      const classified = context.dialect.classify(sql);
      judge(context, client, classified);
      if (fault) {
        await readValues(batch, unnamedStatement(classified, sql));
        throw fault;
      }
      const runnable = {
        classified,
        sql,
        frame: query(sql),
        maxRows: 0,
        retag: (tag: string) => `COPY ${tagCount(tag)}`,
      };
      for (let op = 0; op === 0;) {
        await batch.run(runnable, 0);
        op = batch.resumeAt ?? 1;
        batch.resumeAt = undefined;
        if (op === 1 && (await batch.flush())) op = batch.resumeAt!;
      }
      return true;
    } catch (failure) {
      batch.answerError(this.told(batchErrorOf(failure), rows));
      return false;
    }
  }

  /** The rows up to a fault of the data, the last of them as far as PostgreSQL reads the line that has it. */
  private rows(): { rows: CopyValue[][]; fault: BatchError | undefined } {
    const { limits } = this.context;
    const size = this.bytes > limits.bytesPerTransaction && errors.sizeLimit(limits.bytesPerTransaction, this.bytes);
    const rows: CopyValue[][] = [];
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
        if (failure.before.length > 0) rows.push(this.columns.map((_, at) => failure.before[at] ?? null));
      } else throw failure;
    }
    if (!size) return { rows, fault };
    // the cut may be what is wrong; met at COMMIT on the service, so after the limit of rows
    return { rows: rows.slice(0, -1), fault: new BatchError(size) };
  }

  private read(bytes: Buffer): Generator<CopyValue[]> {
    if (this.copy.format === 'binary')
      return binaryRows(
        bytes,
        this.columns.map(({ type }) => type),
      );
    const data = this.client.settings.encoding.data(bytes, 0, bytes.length);
    return copyRows(
      data,
      this.copy,
      this.columns.map(({ name }) => name),
    );
  }

  private insertion(rows: CopyValue[][]): string {
    const { schema, table } = this.copy;
    const target = schema === undefined ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;
    // like COPY: a column GENERATED ALWAYS AS IDENTITY takes what it is given
    return `INSERT INTO ${target} (${this.columns.map(({ name }) => identifier(name)).join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${rows.map(tuple).join(', ')}`;
  }

  /** PostgreSQL points into the insertion, of which the client knows nothing: it hears the line and the column of its data. */
  private told(failure: BatchError, rows: CopyValue[][]): BatchError {
    const { position, ...told } = failure.error;
    if (position === undefined) return failure;
    const context = this.placeOf(position, rows);
    const frame = failure.frame && withPosition(failure.frame, undefined);
    if (context === undefined) return new BatchError(told, frame, failure.op);
    return new BatchError({ ...told, context }, frame && withContext(frame, context), failure.op);
  }

  private placeOf(position: number, rows: CopyValue[][]): string | undefined {
    const { table, format, header } = this.copy;
    let line = header === 'none' ? 0 : 1;
    let start = characters(this.insertion([])) + 1;
    for (const row of rows) {
      line += linesOf(format, row);
      const next = start + characters(`${tuple(row)}, `);
      if (position >= next) {
        start = next;
        continue;
      }
      const at = row.findIndex((_, each) => position < start + characters(tuple(row.slice(0, each + 1))));
      const value = row[at];
      if (typeof value !== 'string') return inLine(table, line);
      return `${inLine(table, line)}, column ${this.columns[at]!.name}: ${shown(value)}`;
    }
    return undefined;
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
const tuple = (row: CopyValue[]): string => `(${row.map(sqlOf).join(', ')})`;

/** What may go wrong before a row is sent, and the columns that rows are for. @throws BatchError */
async function columnsOf(borrower: Borrower, copy: CopyFromClient): Promise<Column[]> {
  const name = [copy.schema, copy.table].flatMap(part => (part === undefined ? [] : identifier(part))).join('.');
  const rows = await askAside(borrower, backend =>
    runText(
      backend,
      `SELECT c.relkind, a.attname, a.attgenerated, sys.base_type_oid(a.atttypid) FROM pg_catalog.pg_class c
         LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.oid = $1::text::regclass ORDER BY a.attnum`,
      [name],
    ),
  );
  if (rows.length === 0) throw dataError('42P01', `relation "${name.replaceAll('"', '')}" does not exist`);
  const kind = KINDS[rows[0]![0] ?? ''];
  if (kind !== undefined) throw dataError('42809', `cannot copy to ${kind} "${copy.table}"`);
  const all = new Map(rows.map(([, column, generated]) => [column ?? '', generated ?? '']));
  const types = new Map(rows.map(([, column, , type]) => [column ?? '', Number(type)]));
  const takes = [...all].flatMap(([column, generated]) => (generated === '' ? column : []));
  const names = copy.columns.length > 0 ? written(copy, copy.columns, all) : takes;
  for (const [option, forced] of [
    ['FORCE_NOT_NULL', copy.forceNotNull],
    ['FORCE_NULL', copy.forceNull],
  ] as const) {
    const other = written(copy, forced, all).find(column => !names.includes(column));
    if (other !== undefined) throw dataError('42P10', `${option} column "${other}" not referenced by COPY`);
  }
  return names.map(name => ({ name, type: types.get(name) ?? 0 }));
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
