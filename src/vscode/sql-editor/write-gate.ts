import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { notConfirmed, readOnlyProfile } from '../../core/sql/errors';
import type { PlannedStatement } from '../../core/sql/script-plan';
import { permissionFor } from '../../core/sql/write-policy';
import type { confirmWrite } from './prompts';

/** Stands before every statement: read-only profiles take no writes, production asks once for each statement's text. */
export class WriteGate {
  private readonly confirmed = new Set<string>();

  constructor(private readonly ask: typeof confirmWrite) {}

  /** The gate of one run with `writes` statements that change something. Rejects for those that may not be sent. */
  forRun(
    profile: ConnectionProfile,
    writes: number,
  ): (statement: Pick<PlannedStatement, 'sql' | 'classified'>) => Promise<void> {
    let all = false;
    let left = writes;
    return async ({ sql, classified }) => {
      const permission = permissionFor(classified, profile);
      if (permission === 'allow') return;
      if (permission === 'refuse') throw readOnlyProfile(profile.name, classified.tag || 'this statement');
      left--;
      const key = `${profile.id}\n${sql}`;
      if (all || this.confirmed.has(key)) return;
      const answer = await this.ask(profile, sql, Math.max(0, left));
      if (answer === undefined) throw notConfirmed(profile.name);
      if (answer === 'all') all = true;
      this.confirmed.add(key);
    };
  }
}
