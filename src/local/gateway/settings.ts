import type { Classified } from '../../core/dialect/contract';
import { literal } from '../../core/dialect/sql-text';
import { ENGINE } from '../engine-schema';
import { GATEWAY_SETTINGS } from '../shown-settings';
import { clientEncoding } from './client-encoding';
import { query } from './wire/client-messages';

/** What PostgreSQL takes for off. */
const OFF = /^(?:of|off|f|fa|fal|fals|false|n|no|0)$/i;

/** Settings by which PostgreSQL, when it parses a statement, knows what names mean and reads dates, times and intervals in quotes. */
const RESOLVING = ['search_path', 'role', 'datestyle', 'intervalstyle', 'timezone'];

/** Part of a session's resolution in which CREATE INDEX may do without ASYNC. */
const SYNCHRONOUS_INDEX = '\0sync';

/** What a statement is in a session of this resolution. */
export const inResolution = (classified: Classified, resolution: string): Classified =>
  classified.onEmptyTable && resolution.endsWith(SYNCHRONOUS_INDEX) ? classified.onEmptyTable : classified;

const settingCall = ([name, value]: [string, string]): string =>
  `${ENGINE}.set_setting(${literal(name)}, ${literal(value)}, false)`;

/** What a session has set, as PostgreSQL shows it. Backends are shared: what differs is applied to the backend that serves it. */
export class SessionSettings {
  private values = new Map<string, string>();
  private own = new Map<string, string>();
  /** Equal signatures mean equal settings; '' means none. */
  signature = '';
  /** Tells apart what the same text may mean; '' as long as the settings that say so are the server's. */
  resolution = '';
  applicationName = '';
  encoding = clientEncoding('UTF8');
  /** What RESET returns to: the settings the client began with. */
  private initial: ReturnType<SessionSettings['save']> = { values: new Map(), own: new Map(), applicationName: '' };

  /** True for settings that the gateway alone keeps. */
  static isOwn(name: string): boolean {
    return GATEWAY_SETTINGS.has(name);
  }

  set(name: string, value: string): void {
    if (GATEWAY_SETTINGS.has(name)) this.own.set(name, OFF.test(value) ? 'off' : 'on');
    else this.values.set(name, value);
    this.sign();
  }

  reset(name: string): void {
    if (name === 'application_name') this.applicationName = this.initial.applicationName;
    for (const [values, initial] of [
      [this.own, this.initial.own],
      [this.values, this.initial.values],
    ] as const) {
      const value = initial.get(name);
      if (value === undefined) values.delete(name);
      else values.set(name, value);
    }
    this.sign();
  }

  resetAll(): void {
    this.restore(this.initial);
  }

  /** The client's start-up is over: RESET comes back to these settings. */
  begin(): void {
    this.initial = this.save();
  }

  /** RESET as PostgreSQL is told it, a text a statement; undefined where the client began with the server's own value. @param name `all` for RESET ALL */
  resetTexts(name: string): readonly string[] | undefined {
    const initial = [...this.initial.values].filter(([each]) => name === 'all' || each === name);
    if (initial.length === 0) return undefined;
    const initially = `SELECT ${initial.map(settingCall).join(', ')}`;
    return name === 'all' ? ['RESET ALL', initially] : [initially];
  }

  /** CREATE INDEX without ASYNC is allowed on empty tables. */
  private get allowsSynchronousIndex(): boolean {
    return this.getOwn('disable_sync_create_index') === 'off';
  }

  /** The value of a setting that the gateway alone keeps. */
  getOwn(name: string): string | undefined {
    return this.own.get(name) ?? (GATEWAY_SETTINGS.has(name) ? 'on' : undefined);
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  /** A copy to come back to, for ROLLBACK. */
  save(): { values: Map<string, string>; own: Map<string, string>; applicationName: string } {
    return { values: new Map(this.values), own: new Map(this.own), applicationName: this.applicationName };
  }

  restore(saved: ReturnType<SessionSettings['save']>): void {
    this.values = new Map(saved.values);
    this.own = new Map(saved.own);
    this.applicationName = saved.applicationName;
    this.sign();
  }

  /** The transaction that SET LOCAL was for is over. @param kept settings that the gateway alone keeps, and application_name */
  restoreOwn(kept: ReturnType<SessionSettings['save']>): void {
    this.own = new Map(kept.own);
    this.applicationName = kept.applicationName;
    this.sign();
  }

  private sign(): void {
    this.encoding = clientEncoding(this.values.get('client_encoding') ?? 'UTF8');
    this.signature = [...this.values].map(([name, value]) => `${name}=${value}`).join('\n');
    this.resolution = this.resolutionWith(new Map());
  }

  /** The resolution where these count in place of the session's own. */
  resolutionWith(others: ReadonlyMap<string, string>): string {
    const resolving = RESOLVING.map(name => others.get(name) ?? this.values.get(name) ?? '');
    const resolution = resolving.some(value => value !== '') ? resolving.join('\0') : '';
    return this.allowsSynchronousIndex ? resolution + SYNCHRONOUS_INDEX : resolution;
  }

  /** The Query that brings a backend with the settings `from` to these. */
  application(from: string): Buffer {
    const statements: string[] = from === '' ? [] : ['RESET ALL'];
    const calls = [...this.values].map(settingCall);
    if (calls.length > 0) statements.push(`SELECT ${calls.join(', ')}`);
    return query(statements.join('; '));
  }
}

/** The schemas that a value of `search_path` names; PostgreSQL's default is `"$user", public`. */
export function schemasIn(path: string | undefined, role: string): string[] {
  const text = path ?? '"$user", public';
  const schemas = [...text.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g)].map(([bare, quoted]) =>
    quoted === undefined ? bare : quoted.replaceAll('""', '"'),
  );
  return schemas.map(schema => (schema === '$user' ? role : schema));
}
