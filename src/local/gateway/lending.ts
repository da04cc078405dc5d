/** PostgreSQL connections of the pool, as a client's transactions get them. */
import type { Transaction } from '../adjudicator/transaction';
import type { Backend } from './backend';
import { BatchError } from './batch-error';
import { runText } from './catalog-query';
import type { ClientState } from './client-state';
import { BackendRefused } from './connect';
import type { GatewayContext } from './context';
import { toDsqlError } from './errors';
import { Flight } from './flight';
import { meetBackend } from './session-state';

/** Who borrows, and from where. */
export interface Borrower {
  readonly context: GatewayContext;
  readonly client: ClientState;
}

/** A backend that nobody has to wait for. @throws BatchError */
export function freeBackend(borrower: Borrower): Backend | undefined {
  const { role, settings } = borrower.client;
  return homeOf(borrower) ?? takeKept(borrower.client) ?? borrower.context.pool.tryAcquire(role, settings.signature);
}

/** @throws BatchError where PostgreSQL has refused it */
function takeKept(client: ClientState): Backend | undefined {
  const { kept } = client;
  client.kept = undefined;
  if (kept instanceof BackendRefused) throw new BatchError(toDsqlError(kept.error));
  return kept;
}

/** A backend, waited for where none is free. @throws BatchError */
export async function borrowBackend(borrower: Borrower): Promise<Backend> {
  const { role, settings } = borrower.client;
  try {
    return freeBackend(borrower) ?? (await borrower.context.pool.acquire(role, settings.signature));
  } catch (error) {
    if (error instanceof BackendRefused) throw new BatchError(toDsqlError(error.error));
    throw error;
  }
}

/** Asks PostgreSQL something aside, in the settings of the session or its transaction, on a backend that nobody else has meanwhile. @throws BatchError */
export async function askAside<T>(borrower: Borrower, ask: (backend: Backend) => Promise<T>): Promise<T> {
  const { settings } = borrower.client;
  const backend = await borrowBackend(borrower);
  try {
    meetBackend(borrower.client, backend, borrower.context.schema);
    if (backend.settings !== settings.signature) {
      const flight = new Flight(undefined);
      flight.add(settings.application(backend.settings), { kind: 'query', forward: false });
      await backend.fly(flight, 'none');
      backend.settings = settings.signature;
    }
    return await askWithLocals(borrower.client, backend, ask);
  } finally {
    borrower.context.pool.release(backend);
  }
}

/** What SET LOCAL has set of that by which names are found, and may be looked at, holds in the block alone. */
async function askWithLocals<T>(
  client: ClientState,
  backend: Backend,
  ask: (backend: Backend) => Promise<T>,
): Promise<T> {
  const locals = client.tx ? ['search_path', 'role'].filter(name => client.locals?.has(name)) : [];
  if (locals.length === 0) return ask(backend);
  await runText(backend, 'BEGIN');
  try {
    for (const name of locals)
      await runText(backend, 'SELECT pg_catalog.set_config($1, $2, true)', [name, client.locals!.get(name)!]);
    return await ask(backend);
  } finally {
    await runText(backend, 'ROLLBACK');
  }
}

/** The backend serves the transaction from now on. */
export function lend(backend: Backend, tx: Transaction): Backend {
  backend.owner = tx;
  return (tx.backend = backend);
}

/** The backend that knows the session's sequences, if it is free and the session asks for them. */
function homeOf({ context, client: { home, prefersHome, role } }: Borrower): Backend | undefined {
  return prefersHome && home?.role === role ? context.pool.take(home) : undefined;
}
