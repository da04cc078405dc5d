import { CodedError } from '../../base/errors';
import type { SqlColumn, SqlRunOptions, SqlSession, SqlSink, SqlValue } from '../sql/contract';
import type { LineAnswer } from './contract';

/** Rows kept of one answer. */
const MAX_LINE_ROWS = 100;

class Collector implements SqlSink {
  columnNames: string[] = [];
  received: SqlValue[][] = [];
  all = 0;

  columns(columns: SqlColumn[]): void {
    this.columnNames = columns.map(({ name }) => name);
    this.received = [];
    this.all = 0;
  }

  rows(rows: SqlValue[][]): void {
    this.all += rows.length;
    this.received.push(...rows.slice(0, MAX_LINE_ROWS - this.received.length));
  }
}

/**
 * Runs a statement and says what it was answered; what the server refuses is an answer too. One that is not answered in time gives its
 * connection up and says so: on DSQL no statement waits for another transaction.
 * @throws CodedError what is no answer of the server: no connection, a read-only profile, `CANCELLED` by `signal`.
 */
export async function ask(
  session: SqlSession,
  sql: string,
  options: { signal: AbortSignal; timeoutMs: number; retry?: SqlRunOptions['retry'] },
): Promise<LineAnswer> {
  const { signal, timeoutMs, retry } = options;
  const sink = new Collector();
  const started = performance.now();
  const late = AbortSignal.timeout(timeoutMs);
  const run = { signal: AbortSignal.any([signal, late]), maxRows: MAX_LINE_ROWS + 1, ...(retry && { retry }) };
  try {
    const { tag, durationMs } = await session.run(sql, sink, run);
    const { columnNames: columns, received: rows, all } = sink;
    return { tag, columns, rows, truncated: all > rows.length, durationMs };
  } catch (error) {
    const refused = { tag: '', columns: [], rows: [], truncated: false, durationMs: performance.now() - started };
    if (signal.aborted || !(error instanceof CodedError)) throw error;
    if (error.code === 'CANCELLED' && late.aborted)
      return { ...refused, error: { message: `no answer within ${timeoutMs / 1000} s; its connection was given up` } };
    if (error.code !== 'DATABASE' && error.code !== 'CONNECTION_LOST' && error.code !== 'OUTCOME_UNKNOWN') throw error;
    return { ...refused, error: answerError(error) };
  }
}

function answerError(error: CodedError): NonNullable<LineAnswer['error']> {
  const text = (name: string): string | undefined => {
    const value = error.details?.[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [sqlstate, hint, detail] = [text('sqlstate'), text('hint'), text('detail')];
  return { message: error.message, ...(sqlstate && { sqlstate }), ...(hint && { hint }), ...(detail && { detail }) };
}
