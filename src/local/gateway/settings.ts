import type { Classified } from '../../core/dialect/contract';
import { query } from './wire/client-messages';

/** Startup parameters and settings a client may give (Aurora DSQL User Guide, "accessing", September 2026). */
export const ALLOWED_SETTINGS = new Set([
  'application_name',
  'client_encoding',
  'datestyle',
  'extra_float_digits',
  'intervalstyle',
  'timezone',
  'search_path',
  'enable_bitmapscan',
  'enable_hashjoin',
  'enable_indexonlyscan',
  'enable_indexscan',
  'enable_material',
  'enable_mergejoin',
  'enable_nestloop',
  'enable_seqscan',
  'dsql.enable_batched_nestloop',
  'disable_sync_create_index',
  'role',
]);

/** Settings of DSQL's own, which PostgreSQL does not know: kept by the gateway alone, with their defaults. */
const OWN_SETTINGS = new Map([
  ['dsql.enable_batched_nestloop', 'on'],
  ['disable_sync_create_index', 'on'],
]);

/** Part of a session's resolution in which CREATE INDEX may do without ASYNC. */
const SYNCHRONOUS_INDEX = '\0sync';

/** What a statement is in a session of this resolution. */
export const inResolution = (classified: Classified, resolution: string): Classified =>
  classified.onEmptyTable && resolution.endsWith(SYNCHRONOUS_INDEX) ? classified.onEmptyTable : classified;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What a session has set, as PostgreSQL shows it. Backends are shared: what differs is applied to the backend that serves it. */
export class SessionSettings {
  private values = new Map<string, string>();
  private own = new Map<string, string>();
  /** Equal signatures mean equal settings; '' means none. */
  signature = '';
  /** Tells apart what the same text may mean. */
  resolution = '';
  applicationName = '';

  /** True for settings that PostgreSQL does not know. */
  static isOwn(name: string): boolean {
    return OWN_SETTINGS.has(name);
  }

  set(name: string, value: string): void {
    if (OWN_SETTINGS.has(name)) this.own.set(name, value);
    else this.values.set(name, value);
    this.sign();
  }

  reset(name: string): void {
    this.own.delete(name);
    this.values.delete(name);
    this.sign();
  }

  /** RESET ALL keeps the role. */
  resetAll(): void {
    const role = this.values.get('role');
    this.own.clear();
    this.values.clear();
    if (role !== undefined) this.values.set('role', role);
    this.sign();
  }

  /** The value of a boolean setting that PostgreSQL does not know. */
  isOn(name: string): boolean {
    return !/^(?:of|off|f|fa|fal|fals|false|n|no|0)$/i.test(this.getOwn(name) ?? '');
  }

  /** CREATE INDEX without ASYNC is allowed on empty tables. */
  get allowsSynchronousIndex(): boolean {
    return !this.isOn('disable_sync_create_index');
  }

  /** The value of a setting that PostgreSQL does not know. */
  getOwn(name: string): string | undefined {
    return this.own.get(name) ?? OWN_SETTINGS.get(name);
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  /** The schemas of `search_path`; PostgreSQL's default is `"$user", public`. */
  searchPath(sessionRole: string): string[] {
    const text = this.values.get('search_path') ?? '"$user", public';
    const role = this.values.get('role') ?? 'none';
    const schemas = [...text.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g)].map(([bare, quoted]) =>
      quoted === undefined ? bare : quoted.replaceAll('""', '"'),
    );
    return schemas.map(schema => (schema !== '$user' ? schema : role === 'none' ? sessionRole : role));
  }

  /** A copy to come back to, for ROLLBACK. */
  save(): { values: Map<string, string>; own: Map<string, string> } {
    return { values: new Map(this.values), own: new Map(this.own) };
  }

  restore(saved: { values: Map<string, string>; own: Map<string, string> }): void {
    this.values = new Map(saved.values);
    this.own = new Map(saved.own);
    this.sign();
  }

  private sign(): void {
    this.signature = [...this.values].map(([name, value]) => `${name}=${value}`).join('\n');
    this.resolution = `${this.values.get('search_path') ?? ''}\0${this.values.get('role') ?? ''}`;
    if (this.resolution === '\0') this.resolution = '';
    if (this.allowsSynchronousIndex) this.resolution += SYNCHRONOUS_INDEX;
  }

  /** The Query that brings a backend with the settings `from` to these. */
  application(from: string): Buffer {
    const statements: string[] = from === '' ? [] : ['SET ROLE NONE', 'RESET ALL'];
    const calls = [...this.values]
      .sort(([a], [b]) => Number(a === 'role') - Number(b === 'role'))
      .map(([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, false)`);
    if (calls.length > 0) statements.push(`SELECT ${calls.join(', ')}`);
    return query(statements.join('; '));
  }
}
