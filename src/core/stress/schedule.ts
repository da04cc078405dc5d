import type { RateStage } from './contract';

/** A stage with its place in time and in the sequence of calls. Rates are per millisecond. */
interface Stretch {
  fromMs: number;
  durationMs: number;
  fromRate: number;
  toRate: number;
  /** Calls that are due before the stretch, and up to its end; not whole. */
  fromCalls: number;
  toCalls: number;
}

/** What rounding may take from a whole number of calls. */
const EPSILON = 1e-9;

/**
 * When each call of an open-loop run is due. Calls are evenly spaced at the rate of the moment; worker i of n makes the calls i, i + n,
 * i + 2n…, so that the workers' calls interleave evenly whatever their number.
 */
export class Schedule {
  private readonly stretches: readonly Stretch[];
  readonly durationMs: number;
  /** Calls in all. */
  readonly calls: number;
  /** The stretch of the last answer of `timeOf`. */
  private cursor = 0;

  constructor(stages: readonly RateStage[]) {
    const stretches: Stretch[] = [];
    let fromMs = 0;
    let fromCalls = 0;
    let rate = 0;
    for (const stage of stages) {
      const toRate = stage.ratePerSecond / 1000;
      const fromRate = stage.approach === 'ramp' ? rate : toRate;
      const durationMs = stage.durationSeconds * 1000;
      const toCalls = fromCalls + ((fromRate + toRate) / 2) * durationMs;
      stretches.push({ fromMs, durationMs, fromRate, toRate, fromCalls, toCalls });
      fromMs += durationMs;
      fromCalls = toCalls;
      rate = toRate;
    }
    this.stretches = stretches;
    this.durationMs = fromMs;
    this.calls = Math.ceil(fromCalls - EPSILON * Math.max(1, fromCalls));
  }

  /** The rate asked for at a moment, calls a second; 0 outside. */
  rateAt(ms: number): number {
    const stretch = this.stretches.find(({ fromMs, durationMs }) => ms >= fromMs && ms < fromMs + durationMs);
    if (!stretch) return 0;
    const share = (ms - stretch.fromMs) / stretch.durationMs;
    return (stretch.fromRate + (stretch.toRate - stretch.fromRate) * share) * 1000;
  }

  /** The rate asked for between two moments, calls a second on average, as far as the schedule goes; 0 beyond it. */
  meanRate(fromMs: number, toMs: number): number {
    const to = Math.min(toMs, this.durationMs);
    if (to <= fromMs) return 0;
    const mean = ((this.callsUntil(to) - this.callsUntil(fromMs)) * 1000) / (to - fromMs);
    // a sum of parts: its last digits are arithmetic's
    return Number(mean.toFixed(6));
  }

  /** The area below the rate up to a moment. */
  private callsUntil(ms: number): number {
    const stretch = this.stretches.findLast(({ fromMs }) => fromMs <= ms);
    if (!stretch) return 0;
    const { fromMs, durationMs, fromRate, toRate, fromCalls } = stretch;
    const t = Math.min(ms - fromMs, durationMs);
    return fromCalls + fromRate * t + ((toRate - fromRate) / (2 * durationMs)) * t * t;
  }

  /** When call `index` (from 0) is due, milliseconds from the start; nothing beyond the last one. Asked in ascending order. */
  timeOf(index: number): number | undefined {
    if (index >= this.calls) return undefined;
    while (this.cursor < this.stretches.length - 1 && index >= (this.stretches[this.cursor]?.toCalls ?? 0))
      this.cursor++;
    const stretch = this.stretches[this.cursor] as Stretch;
    const { fromMs, durationMs, fromRate, toRate, fromCalls } = stretch;
    const into = index - fromCalls;
    // into = fromRate t + slope t^2, solved in the form that also serves a slope of 0
    const slope = (toRate - fromRate) / (2 * durationMs);
    const root = Math.sqrt(Math.max(0, fromRate * fromRate + 4 * slope * into));
    const t = into <= 0 ? 0 : (2 * into) / (fromRate + root);
    return fromMs + Math.min(durationMs, t);
  }
}
