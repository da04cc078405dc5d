/** From a statement to the EXPLAIN that is sent for it. */
import type { Classified } from '../dialect/contract';
import { cannotExplain } from './errors';

/** `analyze` executes the statement. */
export type ExplainMode = 'explain' | 'analyze';

/** A statement made into the EXPLAIN that is sent for it. */
export interface ExplainRequest {
  /** The statement to send. */
  sql: string;
  /** Where the explained statement begins in `sql`, to lead an error's position back to the editor. */
  prefixLength: number;
  /** The explained statement alone. */
  statement: string;
  /** Offset of `statement` in the text that was given, UTF-16 units: not 0 where that text was itself an EXPLAIN. */
  statementOffset: number;
  /** It really changes rows: to be run in a transaction that is rolled back. */
  changesRows: boolean;
}

/**
 * VERBOSE always: with ANALYZE it brings DSQL's estimate of DPUs, without it the storage-level output columns. A text that is already
 * an EXPLAIN is explained anew in the wanted mode.
 * @throws CodedError `CANNOT_EXPLAIN` for statements without a plan.
 */
export function explainRequest(classified: Classified, mode: ExplainMode): ExplainRequest {
  const inner = classified.explain?.inner ?? classified;
  if (inner.kind !== 'query' && inner.kind !== 'dml') throw cannotExplain(classified.refusal ? '' : inner.tag);
  const prefix = mode === 'analyze' ? 'EXPLAIN ANALYZE VERBOSE ' : 'EXPLAIN VERBOSE ';
  return {
    sql: prefix + inner.text,
    prefixLength: prefix.length,
    statement: inner.text,
    statementOffset: Math.max(0, classified.text.lastIndexOf(inner.text)),
    changesRows: mode === 'analyze' && (inner.kind === 'dml' || inner.writes),
  };
}

const EXPLAINABLE = /^(?:select|with|values|table|insert|update|delete|explain)$/i;

/** Whether a statement looks as if it had a plan, by its first word: good enough to offer it, without a parser. */
export const looksExplainable = (text: string): boolean => EXPLAINABLE.test(/^[(\s]*([a-z]+)/i.exec(text)?.[1] ?? '');
