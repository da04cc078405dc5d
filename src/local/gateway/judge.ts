import type { Classified } from '../../core/dialect/contract';
import { BatchError } from './batch-error';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import * as errors from './errors';

/** Whether the state of the session lets the statement run at all. An aborted block wins over everything else. @throws BatchError */
export function judge(context: GatewayContext, client: ClientState, c: Classified): void {
  const { tx } = client;
  if (tx?.failed && c.kind !== 'rollback' && c.kind !== 'commit') throw new BatchError(errors.aborted);
  if (c.refusal) throw new BatchError(errors.refused(c.refusal));
  if (!tx) return;
  if (tx.kind === 'explicit' && !tx.failed && c.kind !== 'rollback') {
    const ageMs = context.clock.monotonic() - tx.startedMs;
    const limitMs = Math.min(client.transactionAgeMs ?? Infinity, context.limits.transactionAgeMs);
    if (ageMs > limitMs) throw new BatchError(errors.ageLimit(limitMs, ageMs));
  }
  if (c.kind === 'analyze') throw new BatchError(errors.notInTransactionBlock('ANALYZE'));
}
