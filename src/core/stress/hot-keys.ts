import type { HotKey } from './contract';

/** Keys that one worker can watch at a time. */
const CAPACITY = 512;
/** Keys of a snapshot. */
const SHOWN = 20;

/**
 * The keys that occur most, in bounded memory: the Space-Saving algorithm (Metwally, Agrawal, El Abbadi, "Efficient computation of
 * frequent and top-k elements in data streams", 2005). When all places are taken, a new key takes over the least counted one with its
 * count, and that count is its possible error; what is reported is the part that is certain. In shared memory: one worker writes, the
 * controller reads.
 */
export class HotKeys {
  private readonly keys: Int32Array;
  private readonly counts: Float64Array;
  private readonly errors: Float64Array;
  /** Key to place; only the writer's. */
  private readonly places = new Map<number, number>();

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(CAPACITY * 20)) {
    this.counts = new Float64Array(buffer, 0, CAPACITY);
    this.errors = new Float64Array(buffer, CAPACITY * 8, CAPACITY);
    this.keys = new Int32Array(buffer, CAPACITY * 16, CAPACITY);
  }

  /** Counts `times` occurrences of a key, which is not 0. */
  add(key: number, times: number): void {
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.places.size < CAPACITY ? this.places.size : this.takeOver();
      this.places.set(key, place);
      this.keys[place] = key;
    }
    this.counts[place] = (this.counts[place] ?? 0) + times;
  }

  /** Frees the least counted place; its count stays, as the newcomer's error. */
  private takeOver(): number {
    let least = 0;
    for (let i = 1; i < CAPACITY; i++) if ((this.counts[i] ?? 0) < (this.counts[least] ?? 0)) least = i;
    this.places.delete(this.keys[least] ?? 0);
    this.errors[least] = this.counts[least] ?? 0;
    return least;
  }

  /** Adds what another worker has counted for certain, from its memory. */
  absorb(memory: Uint8Array): void {
    const other = new SharedArrayBuffer(CAPACITY * 20);
    new Uint8Array(other).set(memory.subarray(0, CAPACITY * 20));
    for (const { account, conflicts } of HotKeys.top([new HotKeys(other)], CAPACITY)) this.add(account, conflicts);
  }

  /** The most frequent keys of all workers, most first; counts are lower bounds. */
  static top(all: readonly HotKeys[], shown = SHOWN): HotKey[] {
    const sums = new Map<number, number>();
    for (const { keys, counts, errors } of all)
      for (let i = 0; i < CAPACITY && keys[i] !== 0; i++) {
        const certain = (counts[i] ?? 0) - (errors[i] ?? 0);
        const key = keys[i] ?? 0;
        sums.set(key, (sums.get(key) ?? 0) + certain);
      }
    return [...sums]
      .map(([account, conflicts]) => ({ account, conflicts }))
      .filter(({ conflicts }) => conflicts > 0)
      .sort((a, b) => b.conflicts - a.conflicts || a.account - b.account)
      .slice(0, shown);
  }
}
