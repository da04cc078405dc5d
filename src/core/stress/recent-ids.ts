import type { Random } from './random';

/** Ids of rows that exist, in bounded memory: the last ones that were made known. */
export class RecentIds {
  private readonly ids: string[] = [];
  private next = 0;

  constructor(private readonly capacity = 1_000) {}

  add(id: string): void {
    this.ids[this.next] = id;
    this.next = (this.next + 1) % this.capacity;
  }

  /** One of them, each with the same chance; nothing while there is none. */
  pick(random: Random): string | undefined {
    return this.ids[Math.floor(random() * this.ids.length)];
  }
}
