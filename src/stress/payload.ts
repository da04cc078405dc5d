import type { TransferRequest } from '../core/lambda/contract';
import type { Transfer } from '../core/bank/transfer';

/** The payload of the workshop's transfer handler. */
export function transferPayload(transfer: Transfer): string {
  return JSON.stringify({
    payer_id: transfer.payer,
    payee_id: transfer.payee,
    amount: transfer.amount,
  } satisfies TransferRequest);
}
