import { isSessionParameter, takesValue } from '../../core/dialect/rules/parameters';
import type { ServerError } from '../ports';
import * as errors from './errors';
import { takePracticeLimits, type PracticeLimits } from './practice-limits';
import { readOptions } from './wire/startup';

/** What a client asked for when it connected. */
export interface StartupWish {
  user: string;
  /** Session settings by name, lower case. */
  settings: Map<string, string>;
  /** The cluster it named where the TLS server name does not. */
  clusterId?: string;
  /** Limits it wants to meet earlier. */
  practice?: PracticeLimits;
}

/** The only database of a cluster. */
const DATABASE = 'postgres';
/** A client says so which cluster it means where its TLS server name does not. */
const CLUSTER_ID = 'amzn_cluster_id';

/** Judges the startup parameters. @returns what to refuse the client with, or its wish. */
export function judgeStartup(parameters: Map<string, string>): StartupWish | { refused: ServerError } {
  const user = parameters.get('user') ?? '';
  if (user === '') return { refused: errors.noUser };
  const database = parameters.get('database') || user;
  if (database !== DATABASE) return { refused: errors.noDatabase(database) };
  // as PostgreSQL: a parameter of its own wins over the same setting in `options`, wherever they stand
  const settings = readOptions(parameters.get('options') ?? '');
  if (!settings) return { refused: errors.asFatal(errors.settingRefused('options')) };
  const clusterId = settings.get(CLUSTER_ID);
  settings.delete(CLUSTER_ID);
  for (const [name, value] of parameters) {
    if (name === 'user' || name === 'database' || name === 'options' || name.startsWith('_pq_.')) continue;
    settings.set(name.toLowerCase(), value);
  }
  const practice = takePracticeLimits(settings);
  if ('bad' in practice) return { refused: errors.asFatal(errors.settingRefused(practice.bad)) };
  for (const [name, value] of settings) {
    if (!isSessionParameter(name)) return { refused: errors.asFatal(errors.settingRefused(name)) };
    if (!takesValue(name, value)) return { refused: errors.asFatal(errors.notBoolean(name)) };
  }
  return {
    user,
    settings,
    ...(clusterId !== undefined && { clusterId }),
    ...(practice.limits && { practice: practice.limits }),
  };
}

/** True for a value that changes nothing: it need not be tried on PostgreSQL. */
export function isDefaultSetting(name: string, value: string): boolean {
  switch (name) {
    case 'application_name':
      return true;
    case 'client_encoding':
      return /^'?utf-?8'?$/i.test(value) || /^unicode$/i.test(value);
    case 'datestyle':
      return /^iso(,\s*mdy)?$/i.test(value);
    case 'timezone':
      return value === 'UTC';
    case 'extra_float_digits':
      return value === '1';
    case 'intervalstyle':
      return value === 'postgres';
    default:
      return false;
  }
}
