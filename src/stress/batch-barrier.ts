/// <reference lib="es2024.sharedmemory" />

/** Slots: workers that take part; those of them that have not arrived yet; batches that are over. */
const PARTIES = 0;
const MISSING = 1;
const BATCH = 2;
const SLOTS = 3;

/**
 * Where the workers of a run in batches wait for each other: the next batch starts when the calls of all of them have ended. Shared
 * memory, so that no other thread has to answer in between.
 */
export class BatchBarrier {
  private readonly slots: Int32Array;
  private left = false;

  constructor(readonly buffer: SharedArrayBuffer) {
    this.slots = new Int32Array(buffer);
  }

  /** Memory of a barrier for so many workers. */
  static memory(workers: number): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(buffer).set([workers, workers, 0]);
    return buffer;
  }

  /** This worker's part of the batch has ended; calls `next` once all others have said so, or have left. Once a batch. */
  arrive(next: () => void): void {
    const { slots } = this;
    const batch = Atomics.load(slots, BATCH);
    if (this.arrived()) return next();
    // already over: not even a wait
    const waiting = Atomics.waitAsync(slots, BATCH, batch);
    if (waiting.async) void waiting.value.then(next);
    else next();
  }

  /** This worker makes no further call; the others do not wait for it any more. Idempotent. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    // before it is missed no more: whoever is last counts the parties of the next batch
    Atomics.sub(this.slots, PARTIES, 1);
    this.arrived();
  }

  /** Whether that was the last one; then the batch is over. */
  private arrived(): boolean {
    const { slots } = this;
    if (Atomics.sub(slots, MISSING, 1) > 1) return false;
    Atomics.store(slots, MISSING, Atomics.load(slots, PARTIES));
    Atomics.add(slots, BATCH, 1);
    Atomics.notify(slots, BATCH);
    return true;
  }
}
