import type { Classified } from '../../core/dialect/contract';
import type { ServerError } from '../ports';
import type { LogEntry, Transaction } from '../adjudicator/transaction';
import type { Backend } from './backend';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import { RowDigest } from './digest';
import { freedMeanwhile, rowLimit } from './errors';
import type { Flight } from './flight';
import { addExecute, keepRead } from './portal-steps';
import { Step, type Completion } from './step';
import { statementOf, type CopiedRows, type Runnable } from './runnable';
import { mayHaveReusedKeys } from './snapshot-view';
import { account, addLogPosition, mayInsertMany } from './transaction-size';
import { isDdl, writesUncounted } from './traits';
import {
  bind,
  COPY_DONE,
  copyData,
  describePortal,
  execute,
  NO_VALUES,
  parse,
  textValues,
} from './wire/client-messages';
import { tagCount } from './wire/server-messages';

/** CREATE … IF NOT EXISTS found it: nothing is changed. */
const DUPLICATE_TABLE = '42P07';

export interface RunSteps {
  context: GatewayContext;
  flight: Flight;
  backend: Backend;
  tx: Transaction;
  runnable: Runnable;
  /** The statement goes into the transaction's log. */
  trace: boolean;
  /** Outside a block: the statement commits only after its row count is known. */
  checked: boolean;
  /** Whether it uses freed keys is looked at behind it. */
  keysChecked: boolean;
  op: number;
  client: ClientState;
  /** The statement of a Query as it is sent, where it differs from others in its numbers alone. */
  bound?: Bound;
}

type Bound = Pick<LogEntry, 'statement' | 'tail'>;

/** Appends the steps that run a statement. @returns how the flight must end. */
export function addRun(steps: RunSteps): 'sync' | 'flush' | 'none' {
  const { flight, backend, tx, runnable, trace, checked, op, context } = steps;
  const c = runnable.classified;
  const uncounted = writesUncounted(c, context.schema);
  const before: (string | null)[][] = [];
  if (uncounted) backend.addQuestion(flight, '_count', before, { op });
  const step = new Step('execute', !runnable.collect, op);
  step.classified = c;
  step.collect = runnable.collect;
  const { retag } = runnable;
  if (retag) step.retag = retag;
  if (c.kind === 'show') step.retag = () => (retag ? retag('SHOW') : 'SHOW'); // SHOW ALL runs as a query
  if (trace) {
    step.hold = true;
    if ((c.returnsRows || c.kind === 'call') && !c.explain) step.digest = new RowDigest();
    step.holdOver = uncounted || checked;
  }
  step.onComplete = runnable.copied
    ? ({ tag, rows }) => completed(steps, { tag: `INSERT 0 ${tagCount(tag)}`, rows }, uncounted)
    : done => completed(steps, done, uncounted);
  flight.onCopyIn = undefined;
  let end: 'sync' | 'flush' | 'none' = checked ? 'flush' : 'sync';
  if (runnable.portal) {
    addExecute(steps, runnable.portal, step);
  } else if (runnable.copied) {
    addCopy(flight, backend, runnable.copied, step);
  } else if (mayBeBound(steps)) {
    addBound(steps, (steps.bound = boundOf(runnable.classified, context)), step);
  } else if (checked || uncounted || c.configures) {
    addUnnamed(flight, backend, runnable.sql, step, op);
  } else {
    step.kind = 'query';
    backend.dropUnnamed();
    flight.add(runnable.frame, step);
    end = 'none';
  }
  if (uncounted) {
    const after: (string | null)[][] = [];
    const onComplete = () => addRows(steps, Number(after[0]?.[0]) - Number(before[0]?.[0]));
    backend.addQuestion(flight, '_count', after, { onComplete, op, holdOver: checked });
    if (tx.kind === 'auto') end = 'flush';
  }
  if (end !== 'none' && mayInsertMany(c)) addLogPosition(flight, backend, tx, op, checked);
  if (isDdl(c)) {
    tx.ddl = true;
    step.onNotice = sqlstate => {
      if (sqlstate === DUPLICATE_TABLE) tx.changes = [];
    };
  } else if (c.writes) tx.dml = true;
  return end;
}

/** A COPY of which all data are there. */
export function addCopy(flight: Flight, backend: Backend, { sql, data }: CopiedRows, step: Step): void {
  const { op } = step;
  backend.dropUnnamed();
  flight.add(parse('', sql), { kind: 'parse', forward: false, op });
  flight.add(bind('', ''), { kind: 'bind', forward: false, op });
  flight.add(execute(), step);
  flight.send(copyData(data));
  flight.send(COPY_DONE);
  flight.onCopyIn = () => undefined;
}

/** A Query's statement as extended messages, which can be held open before they commit. The client sees a Query's answers. */
function addUnnamed(flight: Flight, backend: Backend, sql: string, step: Step, op: number): void {
  backend.dropUnnamed();
  flight.add(parse('', sql), { kind: 'parse', forward: false, op });
  flight.add(bind('', ''), { kind: 'bind', forward: false, op });
  addToldColumns(flight, step, op);
  flight.add(execute(), step);
}

function addToldColumns(flight: Flight, { forward }: Step, op: number): void {
  flight.add(describePortal(''), { kind: 'describe', forward, withoutNoData: true, op, hold: true, holdOver: true });
}

/** A Query's statement that PostgreSQL may know with other numbers, and plans once for all of them. */
function mayBeBound({ runnable: { classified: c, sql }, tx, client }: RunSteps): boolean {
  return c.numbers !== undefined && client.resolution === '' && sql === c.text && !tx.copies && !tx.ddl;
}

const boundOf = ({ bound, numbers }: Classified, { registry }: GatewayContext): Bound => ({
  statement: registry.ofNumbers(bound!, numbers!),
  tail: textValues(numbers!),
});

function addBound(steps: RunSteps, { statement, tail }: Bound, step: Step): void {
  const { flight, backend, tx, op, context } = steps;
  const { name, classified } = statement;
  backend.prepare(flight, statement, context.adjudicator.catalogVersion, false, op);
  flight.add(bind('', name, tail), { kind: 'bind', forward: false, op, classified });
  if (classified.returnsRows) addToldColumns(flight, step, op);
  // a Query is answered once it has committed, with what is checked then
  if (tx.kind === 'auto' && classified.writes) step.hold = step.holdOver = true;
  flight.add(execute(), step);
}

function addRows({ tx, context }: RunSteps, rows: number): ServerError | undefined {
  tx.rows += rows;
  return tx.rows > context.limits.rowsPerTransaction ? rowLimit : undefined;
}

function completed(steps: RunSteps, done: Completion, uncounted: boolean): ServerError | undefined {
  const { tx, runnable, trace } = steps;
  const c = runnable.classified;
  tx.logAfter = undefined;
  if (!steps.keysChecked && mayHaveReusedKeys(steps.context, tx, c)) return freedMeanwhile;
  if (c.writes)
    account(steps.context.limits, tx, c, runnable.portal ? runnable.portal.tail.length : runnable.frame.length);
  if (c.writes && !uncounted) {
    const refused = addRows(steps, tagCount(done.tag));
    if (refused) return refused;
  }
  tx.ringLosses = 0;
  if (!trace || tx.kind === 'auto') return undefined;
  const { portal } = runnable;
  if (portal && !c.writes && (portal.part || portal.opened !== tx.log.length)) {
    keepRead(tx, portal, done);
    return undefined;
  }
  const insertsOnly = c.tag === 'INSERT' && c.writeTargets.length === 1 && !steps.context.schema.queriesMayWrite;
  if (insertsOnly && done.tag === 'INSERT 0 0') return undefined; // all keys were taken: there is nothing to do again
  tx.keep({
    statement: steps.bound?.statement ?? statementOf(runnable),
    tail: (steps.bound ?? portal)?.tail ?? NO_VALUES,
    tag: done.tag,
    rows: done.rows,
  });
  return undefined;
}
