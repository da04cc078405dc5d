/** A map that forgets what was not used of late, bounded by entries and by the size of what it holds. */
export class BoundedCache<V> {
  private readonly entries = new Map<string, { value: V; size: number; used: boolean }>();
  private held = 0;

  /** `maxSize` in the unit of the sizes given to `set`. */
  constructor(
    private readonly maxEntries: number,
    private readonly maxSize: number,
  ) {}

  /** Number of entries. */
  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    entry.used = true;
    return entry.value;
  }

  /** Keeps the value, unless it alone exceeds the bound. */
  set(key: string, value: V, size: number): void {
    if (size > this.maxSize) return;
    this.remove(key);
    this.entries.set(key, { value, size, used: false });
    this.held += size;
    while (this.entries.size > this.maxEntries || this.held > this.maxSize) this.evict(key);
  }

  /** Second chance: what was read since it was last looked at goes to the end of the queue, and so does the newest. */
  private evict(newest: string): void {
    for (const [key, entry] of this.entries) {
      this.remove(key);
      if (!entry.used && key !== newest) return;
      entry.used = false;
      this.entries.set(key, entry);
      this.held += entry.size;
    }
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.held -= entry.size;
  }
}
