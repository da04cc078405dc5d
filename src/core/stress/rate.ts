/** Counts per second over a sliding window, from samples of a growing total. */
export class SlidingRate {
  private readonly samples: { atMs: number; total: number }[] = [{ atMs: 0, total: 0 }];

  constructor(private readonly windowMs = 1000) {}

  /** Adds a sample and answers the rate between it and the oldest one that is still needed to span the window. */
  sample(atMs: number, total: number): number {
    this.samples.push({ atMs, total });
    while (this.samples.length > 2 && atMs - (this.samples[1]?.atMs ?? atMs) >= this.windowMs) this.samples.shift();
    const oldest = this.samples[0] as { atMs: number; total: number };
    const spanMs = atMs - oldest.atMs;
    return spanMs > 0 ? ((total - oldest.total) * 1000) / spanMs : 0;
  }
}
