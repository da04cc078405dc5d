/** The settings PostgreSQL tells its clients of by itself (those it marks GUC_REPORT), and what a client has been told. */
import type { SessionSettings } from './settings';
import { parameterStatus } from './wire/server-messages';

/** In PostgreSQL's order, with the values of a session that has set nothing; undefined: its own. */
const REPORTED: readonly [name: string, value: string | undefined][] = [
  ['in_hot_standby', 'off'],
  ['integer_datetimes', 'on'],
  ['TimeZone', 'UTC'],
  ['IntervalStyle', 'postgres'],
  ['is_superuser', 'off'],
  ['application_name', undefined],
  ['default_transaction_read_only', 'off'],
  ['scram_iterations', '4096'],
  ['DateStyle', 'ISO, MDY'],
  ['standard_conforming_strings', 'on'],
  ['session_authorization', undefined],
  ['client_encoding', 'UTF8'],
  ['server_version', '16.15'],
  ['server_encoding', 'UTF8'],
];

const NOTHING: readonly Buffer[] = [];

/** What a client has been told. */
export class ReportedParameters {
  private values: string[] = [];
  private signature: string | undefined;
  private applicationName = '';
  private local: ReadonlyMap<string, string> | undefined;

  constructor(private readonly role: string) {}

  /**
   * ParameterStatus of all that the client has not been told yet, which is everything at first. To be sent before ReadyForQuery, as
   * PostgreSQL does since 14: what a statement changed and the next one changed back is never told.
   * @param local by SET LOCAL, as long as its transaction lasts
   */
  news(settings: SessionSettings, local?: ReadonlyMap<string, string>): readonly Buffer[] {
    const { signature, applicationName } = settings;
    if (signature === this.signature && applicationName === this.applicationName && !local && !this.local)
      return NOTHING;
    this.signature = signature;
    this.applicationName = applicationName;
    this.local = local;
    return REPORTED.flatMap(([name, usual], at) => {
      const value = this.valueOf(name, usual, settings);
      if (value === this.values[at]) return [];
      this.values[at] = value;
      return parameterStatus(name, value);
    });
  }

  private valueOf(name: string, usual: string | undefined, settings: SessionSettings): string {
    if (name === 'application_name') return settings.applicationName;
    const key = name.toLowerCase();
    return this.local?.get(key) ?? settings.get(key) ?? usual ?? this.role;
  }
}
