import type { CatalogQuery, ServerError } from '../ports';
import type { Backend } from './backend';
import { Flight } from './flight';
import { bind, execute, parse, textValues } from './wire/client-messages';

/** PostgreSQL refused one of the gateway's own queries. */
export class QueryFailed extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}

/**
 * Runs one statement with text parameters on `backend`. `end`: 'flush' leaves a statement outside a block uncommitted.
 * @returns its rows as text. @throws QueryFailed
 */
export async function runText(
  backend: Backend,
  sql: string,
  params: (string | null)[] = [],
  end: 'sync' | 'flush' = 'sync',
): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  const flight = new Flight(undefined);
  backend.dropUnnamed();
  flight.add(parse('', sql), { kind: 'parse', forward: false });
  flight.add(bind('', '', textValues(params)), { kind: 'bind', forward: false });
  flight.add(execute(), { kind: 'execute', forward: false, collect: rows });
  await backend.fly(flight, end);
  if (flight.failure) throw new QueryFailed(flight.failure.error);
  return rows;
}

/** Catalogue look-ups on a session's backend, in its transaction. */
export function catalogQueryOn(backend: Backend): CatalogQuery {
  return (sql, params) => runText(backend, sql, params);
}
