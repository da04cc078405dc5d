/** Work on one table runs one after the other, as PostgreSQL's locks would have it anyway; on different tables side by side. */
export class TableQueue {
  private readonly tails = new Map<number, Promise<unknown>>();

  isBusy(table: number): boolean {
    return this.tails.has(table);
  }

  async run<T>(table: number, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(table) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    this.tails.set(table, tail);
    try {
      return await mine;
    } finally {
      if (this.tails.get(table) === tail) this.tails.delete(table);
    }
  }
}
