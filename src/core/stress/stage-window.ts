import type { RateStage } from './contract';

/** A stage so short that no call is due in it: it only sets the rate from which a ramp goes on. */
const MARK_SECONDS = 1e-6;

/** The part of a schedule between two moments, as a schedule of its own: a ramp that is cut goes on from the rate it had reached. */
export function stageWindow(stages: readonly RateStage[], fromSeconds: number, toSeconds: number): RateStage[] {
  const window: RateStage[] = [];
  let beganAt = 0;
  let rateBefore = 0;
  for (const stage of stages) {
    const { ratePerSecond, durationSeconds, approach = 'step' } = stage;
    const begin = approach === 'ramp' ? rateBefore : ratePerSecond;
    const rateAt = (seconds: number): number => begin + ((ratePerSecond - begin) * seconds) / durationSeconds;
    const first = Math.max(0, fromSeconds - beganAt);
    const last = Math.min(durationSeconds, toSeconds - beganAt);
    if (last - first > MARK_SECONDS) {
      const mark = approach === 'ramp' && window.length === 0 && rateAt(first) > 0 ? MARK_SECONDS : 0;
      if (mark > 0) window.push({ ratePerSecond: rateAt(first), durationSeconds: mark, approach: 'step' });
      window.push({ ratePerSecond: rateAt(last), durationSeconds: last - first - mark, approach });
    }
    beganAt += durationSeconds;
    rateBefore = ratePerSecond;
  }
  return window;
}
