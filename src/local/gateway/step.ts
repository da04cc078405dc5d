import type { ServerError } from '../ports';
import type { Classified } from '../../core/dialect/contract';
import type { RowDigest } from './digest';

export type StepKind = 'emit' | 'parse' | 'bind' | 'describe' | 'execute' | 'close' | 'query' | 'sync';

/** What is known of a statement once its CommandComplete has come. */
export interface Completion {
  tag: string;
  /** Checksum of the rows; '' when they were not digested. */
  rows: string;
}

/** A message whose answer is awaited, or bytes of the gateway's own between the answers. */
export interface StepOptions {
  kind: StepKind;
  /** The answer goes to the client. */
  forward: boolean;
  /** The operation of the client's batch this step belongs to. */
  op?: number;
  /** What it parses, binds or runs. */
  classified?: Classified;
  /** For `emit`. */
  bytes?: Buffer;
  /** NoData is kept from the client (the simple protocol over extended messages). */
  withoutNoData?: boolean;
  /** What the client gets in place of the RowDescription. */
  columns?: Buffer;
  /** The rows are kept from the client, not the tag. */
  withoutRows?: boolean;
  /** The answer may be taken back until the statement is complete: it is not sent before. */
  hold?: boolean;
  /** The answer may be taken back until the next step, too, is complete. */
  holdOver?: boolean;
  /** Sums up the rows. */
  digest?: RowDigest;
  /** Keeps the rows' messages. */
  keep?: Buffer[];
  /** Collects the rows as text. */
  collect?: (string | null)[][];
  /** Called at CommandComplete; what it returns replaces the answer, and the flight fails with it. */
  onComplete?: (done: Completion) => ServerError | undefined;
  /** Replaces the tag the client sees; undefined: it sees none. */
  retag?: (tag: string) => string | undefined;
  /** Called with the SQLSTATE of a notice. */
  onNotice?: (sqlstate: string) => void;
  /** The same at PortalSuspended; `rows` as in `Completion`. */
  onSuspended?: (rows: string) => ServerError | undefined;
  /** Called with what a describe step has answered, see `readColumns`. */
  onColumns?: (columns: string) => void;
  /** Called when a parse, bind or close step has succeeded. */
  onAnswered?: () => void;
}

/** A step of which every field is set from the beginning: all of them look the same to V8, which reads several for each answer. */
export class Step implements StepOptions {
  classified: Classified | undefined = undefined;
  bytes: Buffer | undefined = undefined;
  withoutNoData = false;
  columns: Buffer | undefined = undefined;
  withoutRows = false;
  hold = false;
  holdOver = false;
  digest: RowDigest | undefined = undefined;
  keep: Buffer[] | undefined = undefined;
  collect: (string | null)[][] | undefined = undefined;
  onComplete: ((done: Completion) => ServerError | undefined) | undefined = undefined;
  retag: ((tag: string) => string | undefined) | undefined = undefined;
  onNotice: ((sqlstate: string) => void) | undefined = undefined;
  onSuspended: ((rows: string) => ServerError | undefined) | undefined = undefined;
  onColumns: ((columns: string) => void) | undefined = undefined;
  onAnswered: (() => void) | undefined = undefined;

  constructor(
    public kind: StepKind,
    readonly forward: boolean,
    readonly op?: number,
  ) {}

  static of(options: StepOptions): Step {
    return options instanceof Step ? options : Object.assign(new Step(options.kind, options.forward), options);
  }
}
