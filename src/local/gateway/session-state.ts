/**
 * What a statement leaves behind in its PostgreSQL session: backends are shared, so that it must follow the client that ran it, and stay
 * away from all others.
 */
import { randomUUID } from 'node:crypto';
import type { Classified } from '../../core/dialect/contract';
import { SETTABLE_PARAMETERS } from '../../core/dialect/rules/parameters';
import type { Transaction } from '../adjudicator/transaction';
import { UNKNOWN_SETTINGS, type Backend } from './backend';
import type { ClientState } from './client-state';
import type { SchemaFacts } from './schema-facts';
import type { Flight } from './flight';
import { GATEWAY_SETTINGS } from '../shown-settings';

/** The gateway keeps it, and PostgreSQL is told. */
const APPLICATION_NAME = 'application_name';
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
  if (setsUnnamed) backend.settings = UNKNOWN_SETTINGS;
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

/** Before a statement that reads them, or sets some of them: a session's id, name and mode are the gateway's, PostgreSQL has to be told of them. */
export function tellSettings(client: ClientState, flight: Flight, backend: Backend, c: Classified): void {
  const reads =
    c.configures !== undefined ||
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
  backend.settings = UNKNOWN_SETTINGS;
  const rows: (string | null)[][] = [];
  backend.addSettings(flight, rows, op, () => {
    const now = rows.map(([name, value]) => [(name ?? '').toLowerCase(), value ?? ''] as const);
    if (client.tx) client.settingsBefore ??= client.settings.save();
    for (const [name, value] of now) {
      if (!SETTABLE_PARAMETERS.has(name)) continue;
      const isLocal = c.configures === 'transaction' || c.setsLocally?.includes(name) === true;
      if (isLocal) keepLocally(client, name, value);
      else keepInSession(client, name, value);
    }
  });
}

/** For the transaction; where there is no block it is over. */
function keepLocally(client: ClientState, name: string, value: string): void {
  const { tx, settings } = client;
  if (!tx) return;
  if (name === APPLICATION_NAME) {
    if (value === settings.applicationName) return;
    client.localBefore ??= settings.save();
    settings.applicationName = value;
    return;
  }
  const others = [...(client.locals ?? [])].filter(([other]) => other !== name);
  client.locals = new Map(settings.get(name) === value ? others : [...others, [name, value]]);
}

function keepInSession({ settings, locals, localBefore }: ClientState, name: string, value: string): void {
  if (locals?.get(name) === value) return; // set for the transaction, not by this call
  locals?.delete(name);
  if (name !== APPLICATION_NAME) return settings.set(name, value);
  if (value === settings.applicationName) return;
  settings.applicationName = value;
  if (localBefore) localBefore.applicationName = value;
}
