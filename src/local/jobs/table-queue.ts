/** Work on one table runs one after the other, as PostgreSQL's locks would have it anyway; on different tables side by side. */
export class TableQueue {
  private readonly tails = new Map<number, Promise<unknown>>();
  /** Running and waiting work that may take long, by table. */
  private readonly long = new Map<number, number>();

  /** Whether work that may take long is running or waiting. */
  isBusy(table: number): boolean {
    return this.long.has(table);
  }

  /** Runs `work` after all that was given for this table before. `duration` tells builds from what takes a moment. */
  async run<T>(table: number, duration: 'long' | 'short', work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(table) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    this.tails.set(table, tail);
    if (duration === 'long') this.count(table, 1);
    try {
      return await mine;
    } finally {
      if (duration === 'long') this.count(table, -1);
      if (this.tails.get(table) === tail) this.tails.delete(table);
    }
  }

  private count(table: number, change: number): void {
    const count = (this.long.get(table) ?? 0) + change;
    if (count > 0) this.long.set(table, count);
    else this.long.delete(table);
  }
}
