/**
 * What a statement leaves behind in its PostgreSQL session: backends are shared, so that it must follow the client that ran it, and stay
 * away from all others.
 */
import { randomUUID } from 'node:crypto';
import type { Classified } from '../../core/dialect/contract';
import type { Transaction } from '../adjudicator/transaction';
import type { Backend } from './backend';
import type { ClientState } from './client-state';
import type { SchemaFacts } from './control';
import type { Flight } from './flight';
import { GATEWAY_SETTINGS } from '../shown-settings';
import { ALLOWED_SETTINGS } from './settings';

/** Backend settings that no session has: they are applied anew before the next statement. */
const UNKNOWN = '?';
const ADVANCES = /^(?:nextval|setval)$/;

/** Before currval or lastval: on a backend that other clients wrote on they answer that there is no value, as in a new session. */
export function ownSequences(client: ClientState, flight: Flight, backend: Backend, tx: Transaction): void {
  if (backend.sequencesOf === client) return;
  backend.addHelper(flight, 'discardSequences');
  backend.sequencesOf = client;
  backend.keptFor = client;
  client.home = backend;
  tx.loseUnnamed();
}

/** Before a session's statements: where what clients have defined may set something, another session may have left it here. */
export function meetBackend(
  client: ClientState,
  backend: Backend,
  { setsUnnamed }: Pick<SchemaFacts, 'setsUnnamed'>,
): void {
  if (backend.servedLast === client) return;
  if (setsUnnamed) backend.settings = UNKNOWN;
  backend.servedLast = client;
}

const READS_SESSION = /^(?:current_setting|(?:sys\.)?current_session_id)$/;
const sessionIds = new WeakMap<ClientState, string>();

/** What sys.current_session_id() answers: connections of clients differ, also where they share one to PostgreSQL. */
function sessionIdOf(client: ClientState): string {
  let id = sessionIds.get(client);
  if (id === undefined) sessionIds.set(client, (id = randomUUID()));
  return id;
}

/** Before a statement that reads them: a session's id, name and mode are the gateway's, PostgreSQL has to be told of them. */
export function tellSettings(client: ClientState, flight: Flight, backend: Backend, c: Classified): void {
  const reads =
    c.functions?.some(name => READS_SESSION.test(name)) === true ||
    c.relations?.includes('pg_settings') === true ||
    (c.kind === 'show' && c.parameter?.name === 'all');
  if (!reads) return;
  const { settings } = client;
  const own = [...GATEWAY_SETTINGS.keys()].map(name => client.locals?.get(name) ?? settings.getOwn(name) ?? '');
  const values = [settings.applicationName, client.readOnly ? 'on' : 'off', sessionIdOf(client), ...own];
  backend.tellSettings(flight, values);
}

/** After a statement that may have drawn from a sequence: its values are the client's, here. */
export function keepHome(client: ClientState, backend: Backend, c: Classified, trace: boolean): void {
  const advances = c.functions?.some(name => ADVANCES.test(name)) ?? false;
  if (!trace && !advances) return;
  backend.sequencesOf = client;
  client.home = backend;
  if (advances) client.prefersHome = true;
  backend.keptFor = client.prefersHome ? client : undefined;
}

/** After set_config: what the settings are now is read back, and kept with the session or for the transaction. */
export function keepSettings(client: ClientState, flight: Flight, backend: Backend, c: Classified, op: number): void {
  backend.settings = UNKNOWN;
  const rows: (string | null)[][] = [];
  backend.addSettings(flight, rows, op, () => {
    const now = rows.map(([name, value]) => [(name ?? '').toLowerCase(), value ?? ''] as const);
    const kept = now.filter(([name]) => ALLOWED_SETTINGS.has(name));
    if (c.configures === 'transaction') {
      const others = [...(client.locals ?? [])].filter(([name]) => !ALLOWED_SETTINGS.has(name));
      const set = kept.filter(([name, value]) => client.settings.get(name) !== value);
      if (client.tx) client.locals = new Map([...others, ...set]);
      return;
    }
    if (client.tx) client.settingsBefore ??= client.settings.save();
    for (const [name, value] of kept) {
      if (client.locals?.get(name) === value) continue; // set for the transaction, not by this call
      client.locals?.delete(name);
      if (name === 'application_name') client.settings.applicationName = value;
      else client.settings.set(name, value);
    }
  });
}
