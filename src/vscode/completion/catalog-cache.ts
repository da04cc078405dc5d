import type { Event } from '../../base/events';
import type { Disposable } from '../../base/lifecycle';
import { readSnapshot, type CatalogSnapshot } from '../../core/catalog/snapshot';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { Connections } from '../connections/connections';

export type CacheConnections = Pick<Connections, 'query' | 'isReachable' | 'profile'> & {
  onDidChangeCatalog: Event<{ profileId: string }>;
  onDidChange: Event<void>;
};

/** After a failure the cluster is left alone for a while. */
const RETRY_AFTER_MS = 30_000;
/** Other sessions change the catalogue too: an old copy is still used, and read anew behind it. */
const STALE_AFTER_MS = 120_000;

interface Entry {
  snapshot?: CatalogSnapshot;
  loading?: Promise<CatalogSnapshot | undefined>;
  /** When it was read, or when reading failed. */
  atMs: number;
  stale: boolean;
}

/** One snapshot of the catalogue for each profile, read in the background when first asked for. */
export class CatalogCache implements Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly subscriptions: Disposable[];

  constructor(
    private readonly connections: CacheConnections,
    private readonly onError: (error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.subscriptions = [
      connections.onDidChangeCatalog(({ profileId }) => this.invalidate(profileId)),
      // a profile may lead elsewhere now, and the local cluster may have been started with other data
      connections.onDidChange(() => {
        for (const [profileId, entry] of this.entries) {
          const profile = connections.profile(profileId);
          if (!profile || !connections.isReachable(profile)) this.entries.delete(profileId);
          else entry.stale = true;
        }
      }),
    ];
  }

  /** What is known now, and, where that is nothing or old, the reading that has begun. */
  get(profile: ConnectionProfile): { snapshot?: CatalogSnapshot; loading?: Promise<CatalogSnapshot | undefined> } {
    if (!this.connections.isReachable(profile)) return {};
    let entry = this.entries.get(profile.id);
    if (!entry) this.entries.set(profile.id, (entry = { atMs: -Infinity, stale: true }));
    const ageMs = this.now() - entry.atMs;
    const due = entry.snapshot ? entry.stale || ageMs > STALE_AFTER_MS : ageMs > RETRY_AFTER_MS;
    if (due && !entry.loading) this.load(profile, entry);
    return {
      ...(entry.snapshot && { snapshot: entry.snapshot }),
      ...(entry.loading && { loading: entry.loading }),
    };
  }

  invalidate(profileId: string): void {
    const entry = this.entries.get(profileId);
    if (entry) entry.stale = true;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.entries.clear();
  }

  private load(profile: ConnectionProfile, entry: Entry): void {
    entry.stale = false;
    entry.loading = readSnapshot((sql, params, signal) => this.connections.query(profile, sql, params, signal))
      .then(snapshot => (entry.snapshot = snapshot))
      .catch((error: unknown) => {
        this.onError(error);
        return undefined;
      })
      .finally(() => {
        entry.atMs = this.now();
        entry.loading = undefined;
      });
  }
}
