import type { Clock } from '../../base/clock';
import type { Limits } from './limits';

/** A token bucket: so many new connections at once, so many a second after that. */
export class Admission {
  private tokens: number;
  private atMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly limits: Pick<Limits, 'connectionsPerSecond' | 'connectionBurst'>,
  ) {
    this.tokens = limits.connectionBurst;
    this.atMs = clock.monotonic();
  }

  admit(): boolean {
    const nowMs = this.clock.monotonic();
    const { connectionsPerSecond, connectionBurst } = this.limits;
    this.tokens = Math.min(connectionBurst, this.tokens + ((nowMs - this.atMs) / 1000) * connectionsPerSecond);
    this.atMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
