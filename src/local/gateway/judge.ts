import type { Classified } from '../../core/dialect/contract';
import { isRefusedAfterNames } from './after-names';
import { BatchError } from './batch-error';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import * as errors from './errors';

/**
 * An aborted block wins over everything but errors of syntax, since texts are read before the block is looked at, and what may leave the
 * block: PostgreSQL takes ROLLBACK TO and PREPARE TRANSACTION there (IsTransactionExitStmt), and DSQL has neither. @throws BatchError
 */
export function refuseWhenAborted({ tx }: ClientState, c: Classified): void {
  if (!tx?.failed || c.kind === 'rollback' || c.kind === 'commit') return;
  const { refusal, tag } = c;
  const leaves = refusal?.ruleId === 'savepoint' && (tag === 'ROLLBACK' || tag === 'PREPARE');
  if (refusal && (leaves || refusal.ruleId === 'syntax_error')) throw new BatchError(errors.refused(refusal));
  throw new BatchError(errors.aborted);
}

/** @throws BatchError where DSQL does not have the statement, and PostgreSQL would not say so */
export function refuseUnsupported(client: ClientState, c: Classified): void {
  const { refusal, kind, tag } = c;
  if (!refusal || refusal.byPostgres || isRefusedAfterNames(c)) return;
  const { tx, readOnly } = client;
  const hasNotRun = refusal.atRun && kind === 'ddl' && (tx?.readOnly ?? readOnly);
  throw new BatchError(hasNotRun ? errors.readOnlyTransaction(tag) : errors.refused(refusal));
}

/** Whether the state of the session lets the statement run at all. @throws BatchError */
export function judge(context: GatewayContext, client: ClientState, c: Classified): void {
  const { tx } = client;
  refuseWhenAborted(client, c);
  refuseUnsupported(client, c);
  if (!tx) return;
  if (tx.kind === 'explicit' && !tx.failed && c.kind !== 'rollback') {
    const ageMs = context.clock.monotonic() - tx.startedMs;
    const limitMs = Math.min(client.transactionAgeMs ?? Infinity, context.limits.transactionAgeMs);
    if (ageMs > limitMs) throw new BatchError(errors.ageLimit(limitMs, ageMs));
  }
  if (c.kind === 'analyze') throw new BatchError(errors.notInTransactionBlock('ANALYZE'));
}
