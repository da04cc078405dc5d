import type { ResultsTarget, StatementView } from '../../protocol/results-view';
import type { DocumentPlace } from './error-view';
import { StatementRecorder, type RecorderContext } from './statement-recorder';
import { StatementResult } from './statement-result';

/** Where a run came from, as far as the panel shows or keeps it. */
export interface RunOrigin {
  title: string;
  target: ResultsTarget;
  profileId: string;
  /** URI of the document. */
  document?: string;
}

/**
 * A statement of a run. `offset`: where it begins in its document, UTF-16 units; `begins`: the same as line and column. `repeatable`: running it again changes nothing, so all rows may be
 * fetched.
 */
export interface RunStatement {
  sql: string;
  offset?: number;
  begins?: DocumentPlace;
  repeatable?: boolean;
}

/** One run in a panel: its statements, their rows, and the signal that cancels it. */
export class ResultsRun {
  readonly results: StatementResult[];
  readonly recorders = new Map<number, StatementRecorder>();
  running = true;
  private readonly controller = new AbortController();
  private closed = false;

  constructor(
    readonly origin: RunOrigin,
    readonly statements: readonly RunStatement[],
    private readonly context: Omit<RecorderContext, 'closed'>,
  ) {
    this.results = statements.map(
      ({ sql, offset, repeatable, begins }, index) =>
        new StatementResult(index, sql, offset, repeatable ?? false, begins),
    );
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get cancelling(): boolean {
    return this.running && this.signal.aborted;
  }

  /** @param sinceMs when it began, where that was before it is shown. */
  start(index: number, sinceMs = this.context.now()): StatementRecorder {
    const result = this.results[index];
    if (!result) throw new RangeError(`no statement ${index}`);
    // a statement that is run again: the rows of its former attempt are given up
    void this.recorders.get(index)?.close();
    const recorder = new StatementRecorder(result, { ...this.context, closed: () => this.closed }, sinceMs);
    this.recorders.set(index, recorder);
    this.context.changed();
    return recorder;
  }

  finish(): void {
    this.running = false;
    for (const result of this.results) result.skip();
    this.context.changed();
  }

  cancel(): void {
    this.controller.abort();
    this.context.changed();
  }

  views(canRunAgain: boolean): StatementView[] {
    const now = this.context.now();
    return this.results.map(result => result.view(now, canRunAgain));
  }

  /** Cancels what runs and gives the rows up. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.controller.abort();
    await Promise.all([...this.recorders.values()].map(recorder => recorder.close()));
  }
}
