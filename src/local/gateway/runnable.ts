import type { Classified } from '../../core/dialect/contract';
import type { Portal } from './portal';
import { unnamedStatement, type SharedStatement } from './statements';

/** Rows as a client sends them to a COPY, with the COPY. */
export interface CopiedRows {
  sql: string;
  data: Buffer;
}

/** A statement on its way to PostgreSQL: a portal to execute, or the text of a Query. */
export interface Runnable {
  classified: Classified;
  /** The client's Execute or Query message, or one that does the same. */
  frame: Buffer;
  portal?: Portal;
  /** The statement's text as PostgreSQL gets it. */
  sql: string;
  /** What PostgreSQL gets in place of an INSERT of the same rows. */
  copied?: CopiedRows;
  /** Takes the rows as text, in place of the client. */
  collect?: (string | null)[][];
  /** Replaces the tag the client sees; undefined: it sees none. */
  retag?: (tag: string) => string | undefined;
  /** For a portal: the most rows to fetch at once, 0 for all. */
  maxRows: number;
}

/** As it can be run again. */
export const statementOf = ({ classified, portal, sql }: Runnable): SharedStatement =>
  portal?.statement ?? unnamedStatement(classified, sql);
