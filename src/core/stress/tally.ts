import { accountPart, BOOK_PARTS, rowPart } from '../bank/books';
import { OPEN_CALLS, OpenCalls, type OpenCall } from './open-calls';
import type { Transfer } from '../bank/transfer';

const ACKNOWLEDGED = 0;
const OPEN = 1;
const MOVED = 2;
const OPEN_OUT = 3;
const OPEN_IN = 4;
const FIGURES = 5;

/** Slots that are sums. */
const SUMS = FIGURES * BOOK_PARTS;
/** Slots that a tally takes. */
export const TALLY_SLOTS = SUMS + OPEN_CALLS;

/** Numbers of transfers by part, see `rowPart` and `accountPart`. */
export interface TallyValues {
  /** By what their rows say: those that were acknowledged, and those that may or may not have been made. */
  acknowledged: readonly number[];
  open: readonly number[];
  /** By account: those that were acknowledged, into it less out of it; and those that may have been made, out of it and into it. */
  moved: readonly number[];
  openOut: readonly number[];
  openIn: readonly number[];
  /** Those that may have been made one by one, as many as were kept. */
  openCalls: readonly OpenCall[];
}

/** Transfers by what they ask for, so that what the bank holds in the end can be held to them part by part, whoever of the callers is left. */
export class Tally {
  private readonly openCalls: OpenCalls;

  constructor(private readonly slots: Float64Array) {
    this.openCalls = new OpenCalls(slots.subarray(SUMS));
  }

  /** It may be made from now on. The same object tells later what became of it. */
  asked(transfer: Transfer): void {
    this.open(transfer, 1);
    this.openCalls.opened(transfer);
  }

  /** It was made. */
  acknowledged(transfer: Transfer): void {
    this.add(ACKNOWLEDGED, rowPart(transfer), 1);
    this.add(MOVED, accountPart(transfer.payer), -1);
    this.add(MOVED, accountPart(transfer.payee), 1);
    this.settled(transfer);
  }

  /** It was not made, and will not be. */
  refused(transfer: Transfer): void {
    this.settled(transfer);
  }

  /** Adds those of another caller, from its memory. */
  absorb(slots: ArrayLike<number>): void {
    for (let slot = 0; slot < SUMS; slot++) this.slots[slot] = (this.slots[slot] ?? 0) + (slots[slot] ?? 0);
    this.openCalls.absorb(Array.from(slots).slice(SUMS));
  }

  /** Those of several callers together. */
  static sum(all: readonly Tally[]): TallyValues {
    const total = (figure: number): number[] =>
      Array.from({ length: BOOK_PARTS }, (_, part) => all.reduce((sum, tally) => sum + tally.get(figure, part), 0));
    return {
      acknowledged: total(ACKNOWLEDGED),
      open: total(OPEN),
      moved: total(MOVED),
      openOut: total(OPEN_OUT),
      openIn: total(OPEN_IN),
      openCalls: all.flatMap(({ openCalls }) => openCalls.all()),
    };
  }

  private settled(transfer: Transfer): void {
    this.open(transfer, -1);
    this.openCalls.closed(transfer);
  }

  private open(transfer: Transfer, by: 1 | -1): void {
    this.add(OPEN, rowPart(transfer), by);
    this.add(OPEN_OUT, accountPart(transfer.payer), by);
    this.add(OPEN_IN, accountPart(transfer.payee), by);
  }

  private get(figure: number, part: number): number {
    return this.slots[figure * BOOK_PARTS + part] ?? 0;
  }

  private add(figure: number, part: number, by: number): void {
    this.slots[figure * BOOK_PARTS + part] = this.get(figure, part) + by;
  }
}

/** All parts of a figure. */
export const totalOf = (parts: readonly number[]): number => parts.reduce((sum, count) => sum + count, 0);
