import type { CatalogQuery, ServerError } from '../ports';
import type { Backend } from './backend';
import { Flight } from './flight';
import { bind, closeStatement, execute, parse, textValues } from './wire/client-messages';

/** Rows as text. */
export type TextRows = (string | null)[][];

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
): Promise<TextRows> {
  const rows: TextRows = [];
  const flight = new Flight(undefined);
  backend.dropUnnamed();
  flight.add(parse('', sql), { kind: 'parse', forward: false });
  flight.add(bind('', '', textValues(params)), { kind: 'bind', forward: false });
  flight.add(execute(), { kind: 'execute', forward: false, collect: rows });
  await backend.fly(flight, end);
  if (flight.failure) throw new QueryFailed(flight.failure.error);
  return rows;
}

/** What `runKept` has prepared on each backend. */
const kept = new WeakMap<Backend, Set<string>>();

/**
 * Runs statements without parameters, of which the gateway needs all at once and often, in one flight: planning them takes as long as running
 * them, so each is prepared when it first runs on a backend.
 * @param statements by the names under which they are prepared
 * @returns their rows, by name. @throws QueryFailed
 */
export async function runKept<Name extends string>(
  backend: Backend,
  statements: Readonly<Record<Name, string>>,
): Promise<Record<Name, TextRows>> {
  const flight = new Flight(undefined);
  const rows = {} as Record<Name, TextRows>;
  const names = Object.keys(statements) as Name[];
  const before = kept.get(backend);
  for (const name of names) {
    if (!before?.has(name)) {
      // a flight that failed may have prepared it all the same
      flight.add(closeStatement(name), { kind: 'close', forward: false });
      flight.add(parse(name, statements[name]), { kind: 'parse', forward: false });
    }
    rows[name] = [];
    flight.add(bind('', name), { kind: 'bind', forward: false });
    flight.add(execute(), { kind: 'execute', forward: false, collect: rows[name] });
  }
  await backend.fly(flight, 'sync');
  if (flight.failure) throw new QueryFailed(flight.failure.error);
  kept.set(backend, new Set([...(before ?? []), ...names]));
  return rows;
}

/** Catalogue look-ups on a session's backend, in its transaction. */
export function catalogQueryOn(backend: Backend): CatalogQuery {
  return (sql, params) => runText(backend, sql, params);
}
