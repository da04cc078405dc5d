/** Clients that wait for a PostgreSQL connection before their statement is read. */
import type { Classified } from '../../core/dialect/contract';
import type { ClientState } from './client-state';
import { BackendRefused } from './connect';
import type { Borrower } from './lending';
import { CLIENT, readBind } from './wire/client-messages';
import { HEADER_BYTES, MalformedMessage } from './wire/frames';

/** Bytes in which the first word is looked for. */
const BEGINNING_BYTES = 24;
const RUNS_IN_POSTGRES = /^\s*(?:select|insert|update|delete|with)\s/i;

/**
 * Where others wait already, a client waits with its message as it came: what serving a message takes (5 KB a client) would survive the
 * collections of the young generation, of a thousand clients each time. Waits only for a statement that PostgreSQL is sure to get.
 *
 * `ahead`: the messages of the extended protocol before `frame`.
 * @returns undefined where there is nothing to wait for. Where PostgreSQL refuses the backend, the statement says so.
 */
export function waitWithMessage(
  borrower: Borrower,
  frame: Buffer,
  ahead: readonly Buffer[],
): Promise<void> | undefined {
  const { client, context } = borrower;
  if (context.pool.waiting === 0 || !mayWait(client) || !runsInPostgres(client, frame, ahead)) return undefined;
  return keepNext(borrower);
}

async function keepNext({ client, context }: Borrower): Promise<void> {
  try {
    client.kept = await context.pool.acquire(client.role, client.settings.signature);
  } catch (error) {
    if (!(error instanceof BackendRefused)) throw error;
    client.kept = error;
  }
}

/** Where the message has not used the backend for which it waited, others get it. */
export function giveBack({ client, context }: Borrower): void {
  const { kept } = client;
  client.kept = undefined;
  if (kept && !(kept instanceof BackendRefused)) context.pool.release(kept);
}

/** Its next statement goes to any backend. */
function mayWait({ tx, prefersHome }: ClientState): boolean {
  return !prefersHome && (!tx || (!tx.backend && !tx.failed && !tx.evicted));
}

function runsInPostgres(client: ClientState, frame: Buffer, ahead: readonly Buffer[]): boolean {
  if (frame[0] === CLIENT.query) return RUNS_IN_POSTGRES.test(beginningOf(frame, HEADER_BYTES));
  if (frame[0] !== CLIENT.sync || !ahead.some(({ 0: type }) => type === CLIENT.execute)) return false;
  const first = ahead.find(({ 0: type }) => type === CLIENT.parse || type === CLIENT.bind);
  if (!first) return false;
  if (first[0] === CLIENT.parse) return RUNS_IN_POSTGRES.test(beginningOf(first, first.indexOf(0, HEADER_BYTES) + 1));
  try {
    const statement = client.statements.get(readBind(first).statement);
    return statement !== undefined && isPlain(statement.shared.classified);
  } catch (error) {
    if (error instanceof MalformedMessage) return false; // refused when it is served
    throw error;
  }
}

const beginningOf = (frame: Buffer, start: number): string => frame.toString('latin1', start, start + BEGINNING_BYTES);

const isPlain = ({ kind, refusal, special }: Classified): boolean =>
  (kind === 'query' || kind === 'dml') && !refusal && !special;
