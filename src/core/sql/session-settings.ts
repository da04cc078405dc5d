import { foldCase, tokenize } from '../dialect/lexer';
import type { SqlTransactionState } from './contract';

/** A statement that changes a setting of the session: which, or `all`. */
interface Change {
  /** Lower case; `all` for RESET ALL. */
  name: string;
  sql: string;
}

/**
 * What the user has set on a session (SET, RESET), so that a connection which takes the place of a lost one is set likewise: a statement
 * must not run in another schema because the network blinked. What was set in a transaction counts once that is committed.
 */
export class SessionSettings {
  private kept: Change[] = [];
  private pending: Change[] = [];

  /** Notes a statement that succeeded. `after`: the state it left the session in; `committed`: it was a COMMIT that took effect. */
  note(sql: string, after: SqlTransactionState, committed: boolean): void {
    const change = changeOf(sql);
    if (change) {
      if (after === 'idle') this.keep(change);
      else this.pending.push(change);
    }
    if (after !== 'idle') return;
    if (committed) for (const each of this.pending) this.keep(each);
    this.pending = [];
  }

  /** The transaction is gone with its connection. */
  rolledBack(): void {
    this.pending = [];
  }

  /** Forgets everything: another cluster or user is talked to from now on. */
  clear(): void {
    this.kept = [];
    this.pending = [];
  }

  /** To be run on a new connection, in order. */
  get statements(): readonly string[] {
    return this.kept.map(change => change.sql);
  }

  private keep(change: Change): void {
    this.kept = this.kept.filter(({ name }) => change.name !== 'all' && name !== change.name);
    const resets = /^\s*reset\b/i.test(change.sql);
    if (change.name !== 'all' && !resets) this.kept.push(change);
  }
}

function changeOf(sql: string): Change | undefined {
  const words = tokenize(sql, 8).map(token => foldCase(sql.slice(token.start, token.end)));
  const [verb] = words;
  if (verb !== 'set' && verb !== 'reset') return undefined;
  const rest = words.slice(words[1] === 'session' && words[2] !== 'characteristics' ? 2 : 1);
  const [first, second, third] = rest;
  if (first === undefined || first === 'local' || first === 'transaction' || first === 'constraints') return undefined;
  if (first === 'session') return { name: 'session characteristics', sql };
  if (first === 'time' && second === 'zone') return { name: 'timezone', sql };
  // SET dsql.name
  return { name: second === '.' && third !== undefined ? `${first}.${third}` : first, sql };
}
