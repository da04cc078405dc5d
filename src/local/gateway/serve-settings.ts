/** SET, RESET and SHOW of what a session may set; the rest of SHOW is PostgreSQL's. */
import type { Classified } from '../../core/dialect/contract';
import { DEFAULT_SETTINGS, DERIVED_SETTINGS, SERVICE_SETTINGS } from '../shown-settings';
import { applicationNameOf } from './application-name';
import { UNKNOWN_SETTINGS } from './backend';
import type { Batch } from './batch';
import type { ClientState } from './client-state';
import * as errors from './errors';
import { servedColumns, type Served } from './served-columns';
import { SessionSettings } from './settings';
import { unnamedStatement } from './statements';
import { NO_VALUES, query } from './wire/client-messages';
import { commandComplete, errorResponse, oneValue } from './wire/server-messages';

const FIXED: ReadonlyMap<string, string> = new Map([
  ...DEFAULT_SETTINGS,
  ...SERVICE_SETTINGS,
  ...Array.from(DERIVED_SETTINGS, ([name, { shown }]) => [name, shown] as const),
]);
/** Ours, not DSQL's: how many transactions of this cluster were undone. Who tests a function's retries counts its attempts with it. */
const UNDONE = 'dsql_local.undone_transactions';
const READ_ONLY = 'transaction_read_only';
const OF_SESSION = new Set(['application_name', 'default_transaction_read_only', READ_ONLY]);

/** PostgreSQL resets none of these; a live cluster accepts it (the grammar of AWS's dsql-lint, May 2026), and there is one value only. */
const OF_TRANSACTION = new Set(['transaction_isolation', READ_ONLY, 'transaction_deferrable']);

/** True for the parameters whose SHOW the gateway answers. */
export function shownByGateway(name: string): boolean {
  return FIXED.has(name) || name === UNDONE || OF_SESSION.has(name) || SessionSettings.isOwn(name);
}

/** The text of a literal, identifier or number as SET takes it. */
function settingText(sql: string): string {
  const value = sql.trim();
  if (/^'.*'$/s.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  if (/^".*"$/s.test(value)) return value.slice(1, -1).replaceAll('""', '"');
  return value;
}

/** @throws BatchError */
export async function serveSetting(batch: Batch, served: Served): Promise<boolean> {
  const { c } = served;
  if (c.kind === 'show') return show(batch, served);
  const { client } = batch;
  const tag = commandComplete(c.tag || (c.kind === 'reset' ? 'RESET' : 'SET'));
  if (c.sessionReadOnly !== undefined) {
    remember(batch);
    if (c.sessionReadOnly) client.settings.set('default_transaction_read_only', 'on');
    else client.settings.reset('default_transaction_read_only');
    batch.emit(tag);
    return false;
  }
  if (!c.parameter) {
    batch.emit(tag); // SESSION CHARACTERISTICS: the only level, or what says nothing about writes
    return false;
  }
  const { name, value } = c.parameter;
  if (c.parameter.local && !client.tx) {
    batch.emit(errorResponse(errors.localOutsideTransaction));
    batch.emit(tag);
    return false;
  }
  if (value === undefined && OF_TRANSACTION.has(name)) {
    batch.emit(tag);
    return false;
  }
  if (name === 'application_name' || SessionSettings.isOwn(name)) {
    remember(batch);
    if (c.parameter.local) client.localBefore ??= client.settings.save();
    keepOwn(batch, name, value === undefined ? undefined : settingText(value));
    if (!c.parameter.local) outlive(client, name);
    batch.emit(tag);
    return false;
  }
  if (await applyOnBackend(batch, c, name, served.op)) return true;
  batch.emit(tag);
  return false;
}

function keepOwn(batch: Batch, name: string, value: string | undefined): void {
  const { settings } = batch.client;
  if (name === 'application_name') {
    if (value === undefined) return settings.reset(name);
    const { name: kept, notice } = applicationNameOf(value);
    if (notice) batch.emit(errorResponse(notice));
    settings.applicationName = kept;
  } else if (value === undefined) settings.reset(name);
  else settings.set(name, value);
}

/** What is set for the session stays behind the transaction also where SET LOCAL came before it. */
function outlive({ localBefore, settings }: ClientState, name: string): void {
  const own = settings.getOwn(name);
  if (name === 'application_name' && localBefore) localBefore.applicationName = settings.applicationName;
  else if (own === undefined) localBefore?.own.delete(name);
  else localBefore?.own.set(name, own);
}

/** Lets PostgreSQL judge the value, and keeps it as PostgreSQL shows it. */
async function applyOnBackend(batch: Batch, c: Classified, name: string, op: number): Promise<boolean> {
  if (await batch.flush()) return true;
  const { client } = batch;
  const shown: (string | null)[][] = [];
  const { flight, backend, tx } = await batch.segment();
  backend.dropUnnamed();
  const all = name === 'all';
  // RESET returns to what the client began with
  const reset = c.parameter?.value === undefined ? client.settings.resetTexts(all ? 'all' : name) : undefined;
  const texts = reset ?? [c.sql];
  flight.add(query(texts.join('; ')), { kind: 'query', forward: false, op });
  if (!all) flight.add(query(`SHOW ${name}`), { kind: 'query', forward: false, collect: shown, op });
  backend.settings = UNKNOWN_SETTINGS;
  if (await batch.flush('none')) return true;
  if (tx.kind !== 'auto')
    for (const text of texts)
      tx.keep({ statement: unnamedStatement(c, text), tail: NO_VALUES, tag: tagOf(c, text), rows: '' });
  if (c.parameter?.local) {
    client.locals = new Map(client.locals).set(name, shown[0]?.[0] ?? '');
    return false;
  }
  remember(batch);
  const stays = (local: string): boolean => local === READ_ONLY || (!all && local !== name);
  client.locals &&= new Map([...client.locals].filter(([local]) => stays(local)));
  if (all) client.settings.resetAll();
  else if (c.parameter?.value === undefined) client.settings.reset(name);
  else client.settings.set(name, shown[0]?.[0] ?? '');
  return false;
}

/** Makes the block that is open read-only, where it may have written. @returns true when the batch goes on at `resumeAt`. @throws BatchError */
export function forbidWrites(batch: Batch, op: number): Promise<boolean> {
  const setting = batch.context.dialect.classify(`SET LOCAL ${READ_ONLY} = on`);
  return applyOnBackend(batch, setting, READ_ONLY, op);
}

/** The transaction, or the next one, may not write. */
export const isReadOnly = ({ tx, locals, readOnly }: ClientState): boolean =>
  locals?.get(READ_ONLY) === 'on' || (tx?.readOnly ?? readOnly);

/** What PostgreSQL answers to the text that stands for the statement: a RESET may be a call that sets. */
const tagOf = ({ kind }: Classified, text: string): string =>
  text.startsWith('SELECT') ? 'SELECT 1' : kind === 'reset' ? 'RESET' : 'SET';

/** ROLLBACK takes back what the transaction has set. */
function remember(batch: Batch): void {
  const { client } = batch;
  if (client.tx) client.settingsBefore ??= client.settings.save();
}

function show(batch: Batch, served: Served): boolean {
  const { client } = batch;
  const name = served.c.parameter!.name;
  if (served.withColumns) batch.emit(servedColumns(served.c));
  batch.emit(oneValue(Buffer.from(FIXED.get(name) ?? ofSession(name))));
  batch.emit(commandComplete('SHOW'));
  return false;

  function ofSession(parameter: string): string {
    switch (parameter) {
      case 'application_name':
        return client.settings.applicationName;
      case 'default_transaction_read_only':
        return client.readOnly ? 'on' : 'off';
      case READ_ONLY:
        return isReadOnly(client) ? 'on' : 'off';
      case UNDONE:
        return String(batch.context.adjudicator.undone);
      default:
        return client.locals?.get(parameter) ?? client.settings.getOwn(parameter) ?? '';
    }
  }
}
