import { CodedError } from '../../base/errors';
import type { QueryResult } from '../../core/sql/database-port';
import { TransactionWrites } from '../../core/sql/transaction-writes';

/**
 * A statement's error, with what is undone with it: what its transaction had written. Of a connection that was lost nothing is said, for a
 * COMMIT may have taken effect.
 * @param before what the statements before it have answered, in order
 */
export function withUndone(error: unknown, before: readonly Pick<QueryResult, 'tag'>[]): unknown {
  if (!(error instanceof CodedError) || error.details?.severity !== 'ERROR') return error;
  const { code, message, nextStep, details, cause } = error;
  const ended = before.findLastIndex(({ tag }) => tag === 'COMMIT' || tag === 'ROLLBACK');
  const writes = new TransactionWrites();
  for (const { tag } of before.slice(ended + 1)) writes.take(tag);
  if (writes.text === '') return error;
  const undone = `Undone with it: ${writes.text}.`;
  return new CodedError(code, message, { cause, details, nextStep: nextStep ? `${nextStep}\n${undone}` : undone });
}
