import { EVERY_RELATION } from '../../core/dialect/relations';

/**
 * How old a copy of the catalogue may be when a statement names a relation that another session's DDL, GRANT or REVOKE has changed:
 * - `transaction`: not older than its transaction
 * - `session`: not older than the session's last statement about that relation, however long ago the change was
 *
 * The service's scope is the second for the changed relation (AWS skill for DSQL, observed October 2026; a recording of September 2026 saw
 * it after any change in the cluster). The first hits the same transactions, but spares tools that keep idle connections.
 */
export type StaleCatalog = 'transaction' | 'session';

/** Which relations were changed by committed DDL, and when. */
export class CatalogChanges {
  /** Grows with each committed change. */
  sequence = 0;
  private readonly last = new Map<string, number>();

  constructor(readonly scope: StaleCatalog) {}

  /** DDL has committed. `relations`: what it changed. */
  changed(relations: readonly string[]): void {
    this.sequence++;
    for (const name of relations) this.last.set(name, this.sequence);
  }

  /** Whether one of the relations was changed after `sequence`. */
  isNewer(relations: readonly string[] | undefined, sequence: number): boolean {
    if (sequence === this.sequence || !relations) return false;
    return relations.some(name => this.changeOf(name) > sequence);
  }

  private changeOf(name: string): number {
    return Math.max(this.last.get(name) ?? 0, this.last.get(EVERY_RELATION) ?? 0);
  }

  /** In the scope `session`: whether the session's copy of one of the relations is out of date; from now on it is not. */
  isStale(seen: Map<string, number>, relations: readonly string[] | undefined): boolean {
    if (this.scope !== 'session' || !relations) return false;
    let stale = false;
    for (const name of relations) {
      const sequence = seen.get(name);
      stale ||= sequence !== undefined && this.changeOf(name) > sequence;
      seen.set(name, this.sequence);
    }
    return stale;
  }
}
