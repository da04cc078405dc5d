import type net from 'node:net';
import type { ServerError } from '../ports';
import { ENGINE } from '../engine-schema';
import { GATEWAY_SETTINGS } from '../shown-settings';
import type { ActiveFlights } from './active-flights';
import type { BackendReader } from './backend-reader';
import type { ClientState } from './client-state';
import { serverUnavailable } from './errors';
import type { Flight } from './flight';
import { Step, type StepOptions } from './step';
import type { SharedStatement } from './statements';
import { FrameAssembler } from './wire/frames';
import {
  bind,
  closePortal,
  closeStatement,
  copyFail,
  execute,
  FLUSH,
  parse,
  SYNC,
  TERMINATE,
  textValues,
} from './wire/client-messages';

/** Statements of the gateway's own that every backend has prepared, with the bytes that run them. */
const HELPERS = {
  begin: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE',
  beginReadOnly: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  beginDeferrable: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE DEFERRABLE',
  beginReadOnlyDeferrable: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY DEFERRABLE',
  savepoint: 'SAVEPOINT gateway',
  backToSavepoint: 'ROLLBACK TO SAVEPOINT gateway',
  discardSequences: 'DISCARD SEQUENCES',
  checkDeferred: 'SET CONSTRAINTS ALL IMMEDIATE',
  guard: 'SAVEPOINT gateway_guard',
  backToGuard: 'ROLLBACK TO SAVEPOINT gateway_guard',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
} as const;
export type Helper = keyof typeof HELPERS;

const helperNames = Object.keys(HELPERS) as Helper[];
const RUN_HELPER = Object.fromEntries(
  helperNames.map(name => [name, Buffer.concat([bind('', `_${name}`), execute()])]),
) as Record<Helper, Buffer>;
const COUNT_ROWS = `SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_catalog.pg_stat_xact_user_tables`;
const LOG_POSITION = 'SELECT pg_catalog.pg_current_wal_insert_lsn()';
/** By their names at the backends: the rows modified so far in the transaction, and how far the write-ahead log is. */
const QUESTIONS = { _count: COUNT_ROWS, _log: LOG_POSITION } as const;
export type Question = keyof typeof QUESTIONS;
type QuestionOptions = Pick<StepOptions, 'op' | 'holdOver' | 'onComplete'>;
/** PostgreSQL leaves the role out of the list. */
const READ_SETTINGS = `SELECT name, setting FROM pg_catalog.pg_show_all_settings() WHERE source = 'session'
  UNION ALL SELECT 'role', role FROM pg_catalog.current_setting('role') role WHERE role <> 'none'`;
/** For the transaction only: the backend serves others after it. */
const TELL_SETTINGS = `SELECT ${[
  'application_name',
  'default_transaction_read_only',
  'gateway.session',
  ...GATEWAY_SETTINGS.values(),
]
  .map((name, at) => `${ENGINE}.set_setting('${name}', $${at + 1}, true)`)
  .join(', ')}`;
/** Parse messages for all helpers. */
export const PREPARE_HELPERS = [
  ...helperNames.map(name => parse(`_${name}`, HELPERS[name])),
  ...Object.entries(QUESTIONS).map(([name, sql]) => parse(name, sql)),
  parse('_settings', READ_SETTINGS),
  parse('_tell', TELL_SETTINGS),
];

/** Settings that no session has: they are applied anew before the next statement. */
export const UNKNOWN_SETTINGS = '?';

/** Statements a backend keeps prepared at most. */
const PREPARED_STATEMENTS = 400;

/** One connection to PostgreSQL, past its start-up. One flight at a time. */
export class Backend {
  private readonly assembler = new FrameAssembler();
  private flight: Flight | undefined;
  private landed: (() => void) | undefined;
  /** Settles when the latest flight is over. */
  landing: Promise<void> = Promise.resolve();
  private readonly refuseCopy = (): void => void this.socket.write(copyFail('COPY is not supported'));
  private readonly prepared = new Map<SharedStatement, number>();
  private readonly preparing = new Set<SharedStatement>();
  private readonly closing = new Set<SharedStatement>();
  private unnamed: SharedStatement | undefined;
  /** Signature of the session settings in force, see `SessionSettings`. */
  settings = '';
  lost = false;
  /** The client has not taken its answers: PostgreSQL is not read until it has taken all of them. */
  private heldBack = false;
  /** The client whose statements it ran last. */
  servedLast: ClientState | undefined;
  /** The client whose sequence values currval and lastval answer here. */
  sequencesOf: ClientState | undefined;
  /** The client that asks for them, as long as it is there: others get this backend last. */
  keptFor: ClientState | undefined;
  /** Monotonic milliseconds at which the flight under way began. */
  flightSinceMs = 0;
  /** Monotonic milliseconds since which it has been waiting for its client to say something. */
  pausedSinceMs = 0;
  /** Whose transaction it serves. For the adjudicator. */
  owner: unknown;
  private onLost: (() => void) | undefined;

  constructor(
    private readonly socket: net.Socket,
    reader: BackendReader,
    readonly pid: number,
    readonly role: string,
    private readonly active: ActiveFlights,
  ) {
    reader.receive = (buffer, length) => this.receive(buffer, length);
    socket.on('error', () => undefined);
    socket.on('close', () => this.breakUp(serverUnavailable));
  }

  /** Calls `listener` when the connection is gone. */
  whenLost(listener: () => void): void {
    this.onLost = listener;
  }

  get busy(): boolean {
    return this.flight !== undefined;
  }

  /** Appends a helper to a flight, its answers kept from the client. */
  addHelper(flight: Flight, helper: Helper): void {
    flight.addAll(RUN_HELPER[helper], HELPER_STEPS);
  }

  /** Appends a question of the gateway's own; the portal is its own, clients keep theirs. `holdOver`: what was answered before it may be taken back even later. */
  addQuestion(flight: Flight, question: Question, rows: (string | null)[][], options: QuestionOptions = {}): void {
    const { op, holdOver, onComplete } = options;
    flight.add(bind(question, question), { kind: 'bind', forward: false, holdOver: true, op });
    flight.add(execute(question), { kind: 'execute', forward: false, collect: rows, onComplete, holdOver: true, op });
    flight.add(closePortal(question), { kind: 'close', forward: false, holdOver, op });
  }

  /** Reads what the session has set, without a trace for the client. */
  addSettings(flight: Flight, rows: (string | null)[][], op: number, onRead: () => void): void {
    flight.add(bind('_settings', '_settings'), { kind: 'bind', forward: false, op });
    const onComplete = (): undefined => void onRead();
    flight.add(execute('_settings'), { kind: 'execute', forward: false, collect: rows, onComplete, op });
    flight.add(closePortal('_settings'), { kind: 'close', forward: false, op });
  }

  /** Appends what tells PostgreSQL the settings that otherwise the gateway alone keeps; the portal is its own. */
  tellSettings(flight: Flight, settings: readonly string[]): void {
    flight.add(bind('_tell', '_tell', textValues(settings)), { kind: 'bind', forward: false });
    flight.add(execute('_tell'), { kind: 'execute', forward: false });
    flight.add(closePortal('_tell'), { kind: 'close', forward: false });
  }

  /**
   * Appends what prepares `statement` on this backend, where it is not yet. `forward`: the client waits for ParseComplete, which is
   * emitted by the gateway when nothing needs preparing. `version`: of the catalogue, older preparations are made anew.
   */
  prepare(flight: Flight, statement: SharedStatement, version: number, forward: boolean, op: number): void {
    if (statement.name === '') {
      if (this.unnamed === statement && !forward) return;
      this.unnamed = statement;
      flight.add(statement.parseMessage, { kind: 'parse', forward, op, classified: statement.classified });
      return;
    }
    const has = this.prepared.get(statement);
    if (has === version) {
      if (forward) flight.emit(PARSED);
      return;
    }
    if (has !== undefined) this.forget(flight, statement);
    else if (this.prepared.size >= PREPARED_STATEMENTS) this.forget(flight, this.prepared.keys().next().value!);
    this.prepared.set(statement, version);
    this.preparing.add(statement);
    const onAnswered = (): void => {
      this.preparing.delete(statement);
      statement.validIn = version;
    };
    flight.add(statement.parseMessage, {
      kind: 'parse',
      forward,
      op,
      classified: statement.classified,
      onAnswered,
    });
  }

  private forget(flight: Flight, statement: SharedStatement): void {
    this.prepared.delete(statement);
    this.closing.add(statement);
    const onAnswered = (): void => void this.closing.delete(statement);
    flight.add(closeStatement(statement.name), { kind: 'close', forward: false, onAnswered });
  }

  /** After a failed flight: what it was to prepare is not, and what it was to close still is. */
  private settlePrepared(): void {
    this.unnamed = undefined;
    for (const statement of this.preparing) this.prepared.delete(statement);
    for (const statement of this.closing) this.prepared.set(statement, OUTDATED);
    this.preparing.clear();
    this.closing.clear();
  }

  /** A simple query destroys the unnamed statement. */
  dropUnnamed(): void {
    this.unnamed = undefined;
  }

  /** Sends a flight, ended by Sync, by Flush, or by neither (a Query ends itself). Resolves when it is over; never rejects. */
  fly(flight: Flight, end: 'sync' | 'flush' | 'none'): Promise<void> {
    if (end === 'sync') flight.addAll(SYNC, SYNC_STEPS);
    else if (end === 'flush') flight.send(FLUSH);
    if (this.lost) {
      flight.abort(serverUnavailable);
      return Promise.resolve();
    }
    if (this.flight) throw new Error('a flight is under way');
    flight.onCopyIn ??= this.refuseCopy;
    if (flight.begin()) return Promise.resolve();
    this.flight = flight;
    this.flightSinceMs = performance.now();
    this.active.begin(this);
    const { chunks } = flight;
    this.socket.write(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, flight.bytes));
    return (this.landing = new Promise(resolve => {
      this.landed = resolve;
    }));
  }

  /** See `Flight.expectCancel`. */
  expectCancel(): boolean {
    return this.flight?.expectCancel() === true;
  }

  /** See `Flight.giveUp`: of a client that does not take its rows. */
  giveUp(error: ServerError): boolean {
    if (!this.heldBack || !this.flight?.giveUp(error)) return false;
    this.readOn();
    return true;
  }

  /** Stops reading until the client has taken its answers. */
  private holdBack(flight: Flight): void {
    const { out } = flight;
    if (!out?.congested || flight.failure) return;
    this.heldBack = true;
    this.socket.pause();
    out.onDrain(() => this.readOn());
  }

  private readOn(): void {
    this.heldBack = false;
    this.socket.resume();
  }

  /** Takes answers; the bytes are valid until it returns. */
  private receive(bytes: Buffer, length: number): void {
    const { assembler, flight } = this;
    if (!assembler.holding) return this.take(bytes, length, flight);
    const joined = assembler.feed(Buffer.from(bytes.subarray(0, length)));
    if (joined) this.take(joined, joined.length, flight);
  }

  private take(buffer: Buffer, length: number, flight: Flight | undefined): void {
    let taken = length; // without a flight: notices and the like, of no interest
    if (flight) {
      taken = flight.consume(buffer, length);
      if (flight.done) this.land();
      else this.holdBack(flight);
    }
    if (taken < length && this.flight === flight) this.assembler.keep(Buffer.from(buffer.subarray(taken, length)));
  }

  private land(): void {
    if (this.flight?.failure) this.settlePrepared();
    this.flight = undefined;
    this.pausedSinceMs = performance.now();
    this.active.end(this);
    const { landed } = this;
    this.landed = undefined;
    landed?.();
  }

  private breakUp(error: ServerError): void {
    if (this.lost) return;
    this.lost = true;
    this.flight?.abort(error);
    if (this.flight) this.land();
    this.onLost?.();
  }

  /** Ends the connection. */
  close(): void {
    if (!this.lost && this.socket.writable) this.socket.end(TERMINATE);
    this.breakUp(serverUnavailable);
    this.socket.destroySoon();
  }
}

/** No catalogue has this version. */
const OUTDATED = -1;
/** Steps are only read: these serve all flights. */
const HELPER_STEPS = [new Step('bind', false), new Step('execute', false)];
const SYNC_STEPS = [new Step('sync', false)];
const PARSED = Buffer.from([0x31, 0, 0, 0, 4]);
