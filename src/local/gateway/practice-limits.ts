import type { Clock } from '../../base/clock';
import { Admission } from './admission';
import type { Limits } from './limits';

/**
 * Limits that a client asks to be held to earlier than DSQL would, to practise meeting them: `options=-c dsql_local.transaction_age_ms=2000`.
 * Only this cluster knows such settings; DSQL refuses the connection, so nobody can take a shortened limit for the service's own.
 */
export interface PracticeLimits {
  transactionAgeMs?: number;
  connectionAgeMs?: number;
  connectionBurst?: number;
  connectionsPerSecond?: number;
}

const SETTINGS: Readonly<Record<string, keyof PracticeLimits>> = {
  'dsql_local.transaction_age_ms': 'transactionAgeMs',
  'dsql_local.connection_age_ms': 'connectionAgeMs',
  'dsql_local.connection_burst': 'connectionBurst',
  'dsql_local.connections_per_second': 'connectionsPerSecond',
};

/** Takes the practice limits out of start-up settings. @returns the name of a setting whose value is no whole number above 0, as `bad`. */
export function takePracticeLimits(settings: Map<string, string>): { limits?: PracticeLimits } | { bad: string } {
  const limits: PracticeLimits = {};
  for (const [name, key] of Object.entries(SETTINGS)) {
    const value = settings.get(name);
    if (value === undefined) continue;
    if (!/^[1-9]\d{0,9}$/.test(value)) return { bad: name };
    limits[key] = Number(value);
    settings.delete(name);
  }
  return Object.keys(limits).length > 0 ? { limits } : {};
}

/** The bursts that clients practise with, one bucket for each pair of figures. */
export class PracticeAdmissions {
  private readonly buckets = new Map<string, Admission>();

  constructor(
    private readonly clock: Clock,
    private readonly defaults: Limits,
  ) {}

  /** Whether a connection with these limits is let in; one that asks for no burst always is. */
  admit({ connectionBurst, connectionsPerSecond }: PracticeLimits): boolean {
    if (connectionBurst === undefined && connectionsPerSecond === undefined) return true;
    const limits = {
      connectionBurst: Math.min(connectionBurst ?? Infinity, this.defaults.connectionBurst),
      connectionsPerSecond: Math.min(connectionsPerSecond ?? Infinity, this.defaults.connectionsPerSecond),
    };
    const key = `${limits.connectionBurst} ${limits.connectionsPerSecond}`;
    let bucket = this.buckets.get(key);
    if (!bucket) this.buckets.set(key, (bucket = new Admission(this.clock, limits)));
    return bucket.admit();
  }
}
