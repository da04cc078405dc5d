import type * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { DocumentPlace } from '../../core/results/error-view';
import type { SqlOutcome, SqlSink } from '../../core/sql/contract';

/** Where the statements came from, so that a result leads back to its text and an error to its place. */
export interface ResultSource {
  /** Undefined where no document is behind the run (the explorer's "select top rows"). */
  document?: vscode.Uri;
  /** Title of the panel: a file's name, or what was asked. */
  title: string;
  profile: ConnectionProfile;
}

export interface ResultStatement {
  sql: string;
  /** Offset of the statement in the document, UTF-16 units; undefined where there is none. */
  offset?: number;
  /** The same place as a person names it. */
  begins?: DocumentPlace;
  /** Only reads, so that the panel may offer to run it again for all its rows; default false. */
  repeatable?: boolean;
}

/** What the user asked the panel to run again. */
export interface RunAgainRequest {
  /** As of the run, or what is left of it after a restart of the window. */
  source: { document?: vscode.Uri; title: string; profileId: string };
  statements: ResultStatement[];
  /** Without row limit. */
  all: boolean;
}

/** Takes one statement's result. Exactly one of `succeed` and `fail` ends it. */
export interface ResultRecorder {
  sink: SqlSink;
  succeed(outcome: SqlOutcome): void;
  /** A CodedError; `CANCELLED` is shown as such. The rows that came before it stay. */
  fail(error: unknown): void;
}

/** One run of one or more statements, shown in one panel. */
export interface ResultRun {
  /** The user pressed Cancel in the panel, or closed it. */
  readonly signal: AbortSignal;
  /** Starts the next statement's result, now or since a moment before it is shown; statements not yet started are `pending`. */
  start(index: number, sinceMs?: number): ResultRecorder;
  /** No further statement is started; those never started are shown as not run. */
  finish(): void;
}

/** The results panels. A run of the same source takes the place of its former results, unless the user pinned them. */
export interface Results {
  /** Opens or reveals the panel without taking the focus from the editor. */
  begin(source: ResultSource, statements: ResultStatement[]): ResultRun;
  /** Who runs statements again when the panel asks for it (the SQL editor); without one the panel does not offer it. */
  setRunner(run: (request: RunAgainRequest) => void | Promise<void>): void;
}
