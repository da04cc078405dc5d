import type { IdRange } from '../../core/bank/batches';

/** Ranges to work on, in order, until somebody else is met who works through the same ones: then in an order of one's own. */
export class RangeQueue implements Iterable<IdRange> {
  private next = 0;
  private shuffled = false;

  constructor(
    private readonly ranges: IdRange[],
    private readonly random: () => number = Math.random,
  ) {}

  /** Each range once, to whoever asks. */
  *[Symbol.iterator](): IterableIterator<IdRange> {
    while (this.next < this.ranges.length) yield this.ranges[this.next++] as IdRange;
  }

  /** A conflict, or rows that were not there before: two in the same order would meet at every range. */
  rivalSeen(): void {
    if (this.shuffled) return;
    this.shuffled = true;
    for (let i = this.ranges.length - 1; i > this.next; i--) {
      const j = this.next + Math.floor(this.random() * (i - this.next + 1));
      [this.ranges[i], this.ranges[j]] = [this.ranges[j] as IdRange, this.ranges[i] as IdRange];
    }
  }
}
