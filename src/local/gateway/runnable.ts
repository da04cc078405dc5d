import type { Classified } from '../../core/dialect/contract';
import type { Portal } from './portal';
import { unnamedStatement, type SharedStatement } from './statements';

/** A statement on its way to PostgreSQL: a portal to execute, or the text of a Query. */
export interface Runnable {
  classified: Classified;
  /** The client's Execute or Query message, or one that does the same. */
  frame: Buffer;
  portal?: Portal;
  /** The statement's text as PostgreSQL gets it. */
  sql: string;
  /** Takes the rows as text, in place of the client. */
  collect?: (string | null)[][];
  /** Replaces the tag the client sees. */
  retag?: (tag: string) => string;
  /** For a portal: the most rows to fetch at once, 0 for all. */
  maxRows: number;
}

/** As it can be run again. */
export const statementOf = ({ classified, portal, sql }: Runnable): SharedStatement =>
  portal?.statement ?? unnamedStatement(classified, sql);
