import { accountPart, BOOK_PARTS } from '../bank/books';
import type { Transfer } from '../bank/transfer';

/** Calls that are kept; where more are open at a time nobody knows which they are. Eight bytes each, of every worker. */
export const OPEN_CALLS = 16_384;

/** A call that may have moved money, by `accountPart`. */
export interface OpenCall {
  payer: number;
  payee: number;
}

/** Which transfers may or may not have been made, in shared memory: one worker writes, the controller reads, also after the worker died. */
export class OpenCalls {
  private readonly places = new Map<Transfer, number>();
  private readonly free: number[] = [];
  private used = 0;

  constructor(private readonly slots: Float64Array) {}

  /** It may be made from now on. */
  opened(transfer: Transfer): void {
    const place = this.keep(accountPart(transfer.payer) * BOOK_PARTS + accountPart(transfer.payee) + 1);
    if (place !== undefined) this.places.set(transfer, place);
  }

  /** What became of it is known. */
  closed(transfer: Transfer): void {
    const place = this.places.get(transfer);
    if (place === undefined) return;
    this.places.delete(transfer);
    this.slots[place] = 0;
    this.free.push(place);
  }

  /** Adds those of another worker, from its memory. */
  absorb(slots: ArrayLike<number>): void {
    for (let i = 0; i < slots.length; i++) {
      const kept = slots[i] ?? 0;
      if (kept > 0) this.keep(kept);
    }
  }

  /** Those that are kept. */
  all(): OpenCall[] {
    return [...this.slots]
      .filter(kept => kept > 0)
      .map(kept => ({ payer: Math.floor((kept - 1) / BOOK_PARTS), payee: (kept - 1) % BOOK_PARTS }));
  }

  private keep(pair: number): number | undefined {
    const place = this.free.pop() ?? this.used;
    if (place >= OPEN_CALLS) return undefined;
    if (place === this.used) this.used++;
    this.slots[place] = pair;
    return place;
  }
}
