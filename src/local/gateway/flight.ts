/**
 * One write to a PostgreSQL backend and its answers. A flight is a list of steps; each step is either a message whose answer is awaited,
 * or bytes of the gateway's own that take their place between the answers. Rows pass as byte ranges, untouched.
 */
import type { ServerError } from '../ports';
import { conflictOC000 } from './errors';
import type { Mark, Output } from './output';
import { Step, type StepOptions } from './step';
import type { RowDigest } from './digest';
import { frameBytes, HEADER_BYTES } from './wire/frames';
import {
  commandComplete,
  readColumns,
  readError,
  readRow,
  readTag,
  SERVER,
  withoutOwnContext,
} from './wire/server-messages';

/** How a flight failed: the step, the error, and its frame when PostgreSQL sent it. */
export interface FlightFailure {
  step: Partial<Pick<Step, 'op' | 'classified'>>;
  error: ServerError;
  /** PostgreSQL's own ErrorResponse, with the fields `error` has no room for. */
  frame?: Buffer;
  /** Notices before it that were taken back with what the step had answered: who is told of the failure is told of them. */
  notices?: Buffer[];
  /** The error stands, whatever could be mended. */
  isFinal?: true;
  /** Part of the answer has gone: the statement cannot run again. */
  isTold?: boolean;
}

export class Flight {
  readonly chunks: Buffer[] = [];
  bytes = 0;
  private readonly steps: Step[] = [];
  private at = 0;
  private rangeStart = -1;
  private discarding = false;
  /** The client has got part of the current step's answer. */
  private answered = false;
  /** The same of an answer that was to wait for its end. */
  private told = false;
  private rowDigest: RowDigest | undefined;
  private startMark: Mark | undefined;
  /** Since that mark. */
  private notices: Buffer[] = [];
  failure?: FlightFailure;
  /** The status byte of the last ReadyForQuery. */
  status = '';
  /** Called when COPY begins: the bytes to answer PostgreSQL with. */
  onCopyIn?: () => void;

  /** `out`: where answers for the client go; undefined for the gateway's own flights. */
  constructor(readonly out: Output | undefined) {}

  /** Appends a message and the step that awaits its answer. */
  add(message: Buffer, step: StepOptions): void {
    this.chunks.push(message);
    this.bytes += message.length;
    this.steps.push(Step.of(step));
  }

  /** Appends bytes to send, and the steps that await their answers. */
  addAll(messages: Buffer, steps: readonly Step[]): void {
    this.chunks.push(messages);
    this.bytes += messages.length;
    for (const step of steps) this.steps.push(step);
  }

  /** Appends bytes to send that have no answer of their own. */
  send(message: Buffer): void {
    this.chunks.push(message);
    this.bytes += message.length;
  }

  /** Puts the gateway's own bytes between the answers. */
  emit(bytes: Buffer): void {
    this.steps.push(emitting(bytes));
  }

  get empty(): boolean {
    return this.steps.length === 0;
  }

  /** Emits what precedes the first awaited answer. @returns true when no answer is awaited. */
  begin(): boolean {
    this.enter();
    return this.done;
  }

  get done(): boolean {
    return this.at >= this.steps.length;
  }

  /**
   * Takes answers from the beginning of `buffer`, which are `length` bytes.
   * @returns the offset of the first byte not taken: an incomplete frame, or bytes after the flight's last answer.
   */
  consume(buffer: Buffer, length: number): number {
    let pos = 0;
    while (!this.done && length - pos >= HEADER_BYTES) {
      const end = pos + frameBytes(buffer, pos);
      if (end > length) break;
      if (this.frame(buffer[pos]!, buffer, pos, end)) {
        if (this.rangeStart < 0) this.rangeStart = pos;
      } else this.cutRange(buffer, pos);
      if (this.completed) {
        this.completed = false;
        this.cutRange(buffer, end);
        this.leave();
      }
      pos = end;
    }
    this.cutRange(buffer, pos);
    if (this.out?.overfull) this.letGo(this.out);
    this.out?.spill();
    return pos;
  }

  /** What the statement has answered so far leaves, and cannot be taken back any more. Where it has to be, the statement fails. */
  private letGo(out: Output): void {
    if (out.holdOn) return void this.giveUp(conflictOC000);
    this.startMark = undefined;
    out.held = false;
    this.told = true;
  }

  private completed = false;

  private cutRange(buffer: Buffer, end: number): void {
    if (this.rangeStart >= 0) {
      this.out?.pushRange(buffer, this.rangeStart, end);
      this.rangeStart = -1;
      this.answered = true;
    }
  }

  /** Moves to the next step that awaits an answer, emitting on the way. */
  private enter(): void {
    for (; this.at < this.steps.length; this.at++) {
      const step = this.steps[this.at]!;
      if (step.kind !== 'emit') {
        if (step.hold && this.out && !this.startMark) {
          this.startMark = this.out.mark();
          this.out.held = true;
        }
        this.rowDigest = step.digest;
        return;
      }
      if (!this.discarding) this.out?.push(step.bytes!);
    }
  }

  private leave(): void {
    if (!this.steps[this.at]!.holdOver) {
      if (this.startMark && this.out) this.out.held = false;
      this.startMark = undefined;
      this.told = false;
      if (this.notices.length > 0) this.notices = [];
    }
    this.at++;
    this.answered = false;
    this.enter();
  }

  /**
   * Somebody is going to cancel the client's statement that is running, to have it run again later: what it answers from now on can be taken
   * back. @returns false where part of its answer has gone, or no statement of a client is running
   */
  expectCancel(): boolean {
    const { out, answered } = this;
    const step = this.steps[this.at];
    if (!out || !step || step.op === undefined || step.op < 0 || answered) return false;
    if (!this.startMark) {
      this.startMark = out.mark();
      out.held = true;
    }
    return true;
  }

  /** What still comes for a client is thrown away, and its statement fails. @returns false where none of a client's is running */
  giveUp(error: ServerError): boolean {
    const step = this.steps[this.at];
    if (!this.out || !step || step.op === undefined || this.failure) return false;
    this.failure = { step, error, isFinal: true };
    this.discarding = true;
    return true;
  }

  /** The current step is over once this frame is dealt with. */
  private finish(forward: boolean): boolean {
    this.completed = true;
    return forward;
  }

  private frame(type: number, buffer: Buffer, pos: number, end: number): boolean {
    const step = this.steps[this.at]!;
    const forward = step.forward && !this.discarding;
    switch (type) {
      case SERVER.dataRow:
        this.rowDigest?.add(buffer, pos, end);
        if (step.collect) step.collect.push(readRow(buffer.subarray(pos, end)));
        if (step.keep) step.keep.push(Buffer.from(buffer.subarray(pos, end)));
        return forward && !step.withoutRows;
      case SERVER.bindComplete:
        if (!this.failure) step.onAnswered?.();
        return this.finish(forward);
      case SERVER.parseComplete:
      case SERVER.closeComplete:
        step.onAnswered?.();
        return this.finish(forward);
      case SERVER.noData:
        return this.finish(forward && !step.withoutNoData);
      case SERVER.rowDescription:
        step.onColumns?.(readColumns(buffer.subarray(pos, end)));
        if (step.columns && forward) this.steps.splice(this.at + 1, 0, emitting(step.columns));
        return step.kind === 'describe' ? this.finish(forward && !step.columns) : forward;
      case SERVER.parameterDescription:
        return forward;
      case SERVER.portalSuspended:
        if (this.failure) return this.finish(false);
        return this.finish(!this.refuse(step, step.onSuspended?.(this.rowDigest?.value ?? '')) && forward);
      case SERVER.commandComplete:
      case SERVER.emptyQuery: {
        const keep = this.complete(step, buffer, pos, end) && forward;
        return step.kind === 'query' ? keep && !this.discarding : this.finish(keep && !this.discarding);
      }
      case SERVER.error:
        this.fail(buffer.subarray(pos, end));
        return false;
      case SERVER.ready:
        this.status = String.fromCharCode(buffer[pos + 5]!);
        return this.finish(false);
      case SERVER.copyIn:
      case SERVER.copyBoth:
        this.onCopyIn?.();
        return false;
      case SERVER.copyOut:
      case SERVER.copyData:
      case SERVER.copyDone:
        return forward;
      case SERVER.notice:
        step.onNotice?.(readError(buffer.subarray(pos, end)).sqlstate);
        if (forward && this.startMark) this.notices.push(Buffer.from(buffer.subarray(pos, end)));
        return forward;
      default:
        return false;
    }
  }

  /** @returns false when the answer has been replaced. */
  private complete(step: Step, buffer: Buffer, pos: number, end: number): boolean {
    const tag = buffer[pos] === SERVER.emptyQuery ? '' : readTag(buffer, pos, end);
    // what comes behind a statement that was refused is undone with it
    const refused = this.failure ? undefined : step.onComplete?.({ tag, rows: this.rowDigest?.value ?? '' });
    this.rowDigest = undefined;
    if (this.refuse(step, refused)) return false;
    if (step.retag && step.forward && !this.discarding) {
      const told = step.retag(tag);
      if (told !== undefined) this.steps.splice(this.at + 1, 0, emitting(commandComplete(told)));
      return false;
    }
    return true;
  }

  /** The step fails with `error`, where there is one. */
  private refuse(step: Step, error: ServerError | undefined): boolean {
    if (!error) return false;
    this.failure = { step, error, isTold: this.told };
    this.takeBack();
    this.discarding = true;
    return true;
  }

  private takeBack(): void {
    if (!this.startMark || !this.out) return;
    this.rangeStart = -1;
    this.out.cut(this.startMark);
    this.out.held = false;
    this.startMark = undefined;
    if (this.failure) this.failure.notices = this.notices;
  }

  private fail(frame: Buffer): void {
    const step = this.steps[this.at]!;
    if (!this.failure) {
      const own = withoutOwnContext(Buffer.from(frame));
      this.failure = { step, error: readError(frame), frame: own, isTold: this.told };
      this.takeBack();
    }
    this.discarding = true;
    if (step.kind === 'query') return; // ReadyForQuery ends the step
    while (this.at < this.steps.length && this.steps[this.at]!.kind !== 'sync') this.at++;
  }

  /** The connection broke: the flight is over. */
  abort(error: ServerError): void {
    this.takeBack();
    this.failure = { step: this.steps[Math.min(this.at, this.steps.length - 1)]!, error };
    this.at = this.steps.length;
  }
}

function emitting(bytes: Buffer): Step {
  const step = new Step('emit', true);
  step.bytes = bytes;
  return step;
}
