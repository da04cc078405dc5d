import type { SqlSession } from '../sql/contract';
import { claimsOf, kindOf } from './statement-kind';
import type { LineAnswer, LineOutcome, WatchedRows } from './contract';

/** One session on the stage: its connection, and what is known of its transaction. */
export class CastMember {
  /** Its transaction has a snapshot. */
  hasSnapshot = false;
  /** What it last saw of the watched rows in this transaction. */
  sees: WatchedRows | undefined;
  /** A change of the catalogue is news to it: looking for ourselves would take the error (OC001) that is meant for its next line. */
  disturbed = false;

  constructor(
    readonly name: string,
    readonly connection: SqlSession,
  ) {}

  /** Notes an answered statement. @returns what it did to the transaction */
  note(
    sql: string,
    before: SqlSession['transaction'],
    answer: LineAnswer,
  ): Pick<LineOutcome, 'ended' | 'claims'> & { tookSnapshot: boolean } {
    const kind = kindOf(sql);
    const open = before === 'open' && this.connection.transaction === 'open';
    const tookSnapshot = open && !this.hasSnapshot && (kind === 'read' || kind === 'write');
    if (tookSnapshot) this.hasSnapshot = true;
    const ended = this.endOf(kind, before, answer);
    if (this.connection.transaction === 'idle') {
      this.hasSnapshot = false;
      this.sees = undefined;
    }
    const claims = answer.error ? undefined : claimsOf(sql);
    return { tookSnapshot, ...(ended && { ended }), ...(claims && { claims }) };
  }

  private endOf(
    kind: ReturnType<typeof kindOf>,
    before: SqlSession['transaction'],
    answer: LineAnswer,
  ): LineOutcome['ended'] {
    if (this.connection.transaction !== 'idle') return undefined;
    if (before !== 'idle') {
      if (answer.error) return 'refused';
      return answer.tag === 'COMMIT' ? 'committed' : 'rolled-back';
    }
    if (kind !== 'write' && kind !== 'schema') return undefined;
    return answer.error ? 'refused' : 'autocommit';
  }
}
