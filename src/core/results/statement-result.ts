import type { Arrangement, ErrorView, MessageView, StatementStatus, StatementView } from '../../protocol/results-view';
import type { SqlColumn, SqlNotice, SqlOutcome } from '../sql/contract';
import type { DocumentPlace } from './error-view';
import { columnView } from './value-kind';

/** The longest statement text that travels with every snapshot. */
const SQL_PREVIEW = 4_000;
/** Messages kept of one statement. */
const MAX_MESSAGES = 200;

/** What is known of one statement's run, without its rows. Changes only by the events of its recorder. */
export class StatementResult {
  status: StatementStatus = 'pending';
  columns: SqlColumn[] = [];
  rowsFetched = 0;
  version = 0;
  retries = 0;
  error?: ErrorView;
  arrangement: Arrangement = { sorts: [], filters: [] };
  /** Rows that pass the filters; undefined without filters. */
  private passing?: number;
  private outcome?: SqlOutcome;
  private readonly messages: MessageView[] = [];
  private messagesDropped = 0;
  private startedAtMs = 0;
  private endedAtMs?: number;

  constructor(
    readonly index: number,
    readonly sql: string,
    readonly offset: number | undefined,
    private readonly repeatable: boolean,
    /** Where it begins in its document. */
    readonly begins?: DocumentPlace,
  ) {}

  /** Also called when a statement is run again after its failure: what it came to before is forgotten. */
  start(nowMs: number): void {
    this.status = 'running';
    this.startedAtMs = nowMs;
    this.endedAtMs = this.outcome = this.error = undefined;
    if (this.columns.length > 0) this.begin([]);
  }

  /** A new attempt: rows of the one before are void. */
  begin(columns: SqlColumn[]): void {
    this.columns = columns;
    this.rowsFetched = 0;
    this.arranged({ sorts: [], filters: [] }, undefined);
  }

  /** The rows are shown in another order, or others of them. */
  arranged(arrangement: Arrangement, passing: number | undefined): void {
    this.arrangement = arrangement;
    this.passing = passing;
    this.version++;
  }

  notice(notice: SqlNotice): void {
    const { severity, message, sqlstate, detail, hint } = notice;
    this.say({
      severity: /^(NOTICE|INFO|LOG|DEBUG)/i.test(severity) ? 'info' : 'warning',
      text: message,
      sqlstate,
      ...(detail !== undefined && { detail }),
      ...(hint !== undefined && { hint }),
    });
  }

  say(message: MessageView): void {
    if (this.messages.length < MAX_MESSAGES) this.messages.push(message);
    else this.messagesDropped++;
  }

  succeed(outcome: SqlOutcome, nowMs: number): void {
    this.outcome = outcome;
    this.retries = outcome.retries;
    this.end('done', nowMs);
  }

  fail(error: ErrorView | undefined, nowMs: number): void {
    this.error = error;
    this.end(error ? 'failed' : 'cancelled', nowMs);
  }

  skip(): void {
    if (this.status === 'pending') this.status = 'not-run';
  }

  private end(status: StatementStatus, nowMs: number): void {
    this.status = status;
    this.endedAtMs = nowMs;
  }

  /** `again`: whether anybody is there to run statements again. */
  view(nowMs: number, again: boolean): StatementView {
    const { outcome, messagesDropped } = this;
    const running = this.status === 'running';
    const durationMs =
      outcome?.durationMs ?? (this.endedAtMs === undefined ? undefined : this.endedAtMs - this.startedAtMs);
    const dropped: MessageView[] =
      messagesDropped > 0 ? [{ severity: 'info', text: `${messagesDropped} further messages are not kept.` }] : [];
    return {
      index: this.index,
      sql: this.sql.slice(0, SQL_PREVIEW),
      sqlCut: this.sql.length > SQL_PREVIEW,
      ...(this.offset !== undefined && { offset: this.offset }),
      status: this.status,
      columns: this.columns.map(columnView),
      rowsFetched: this.rowsFetched,
      rowCount: this.passing ?? this.rowsFetched,
      version: this.version,
      arrangement: this.arrangement,
      ...(outcome && { tag: outcome.tag }),
      ...(durationMs !== undefined && { durationMs }),
      ...(running && { elapsedMs: nowMs - this.startedAtMs }),
      retries: this.retries,
      limited: outcome?.limited ?? false,
      canFetchAll: again && this.repeatable && outcome?.limited === true,
      messages: [...this.messages, ...dropped],
      ...(this.error && { error: this.error }),
    };
  }
}
