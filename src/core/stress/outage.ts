import type { ErrorClass, RunPlan, RunSnapshot } from './contract';
import { isUnreached } from './outcome';

/** How long a run goes on in which no call gets through, where its plan does not say. */
export const GIVE_UP_AFTER_SECONDS = 10;

/**
 * Between two looks at a run at most so much time counts: while its machine sleeps, or its threads are held up, no call is made that could
 * get through.
 */
const LONGEST_LOOK_MS = 1_000;

/** Calls that have ended, those of the warm-up too. */
export interface EndedCalls {
  /** Nobody took them: see `isUnreached`. */
  unreached: number;
  /** All others: somebody answered, or may still have. */
  others: number;
}

/** From one moment to another, milliseconds of one clock. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Sees for how long no call of a run has got through: from the first to the last of those that failed so, with no other between them. */
export class OutageWatch {
  private seen: EndedCalls = { unreached: 0, others: 0 };
  private seenAtMs = 0;
  private found?: Stretch;

  /** Takes what has ended up to now, by the run's clock. */
  look(atMs: number, ended: EndedCalls): Stretch | undefined {
    const unseenMs = Math.max(0, atMs - this.seenAtMs - LONGEST_LOOK_MS);
    if (ended.others > this.seen.others) this.found = undefined;
    else if (ended.unreached > this.seen.unreached)
      this.found = { fromMs: this.found ? this.found.fromMs + unseenMs : atMs, toMs: atMs };
    else if (this.found) this.found = { fromMs: this.found.fromMs + unseenMs, toMs: this.found.toMs + unseenMs };
    this.seen = ended;
    this.seenAtMs = atMs;
    return this.found;
  }
}

/** The outage that goes on at the end of a part of a run which is told as a whole, with the one that went on when the part began. */
export function joinedOutage(
  before: Stretch | undefined,
  part: { others: number; outage?: Stretch },
): Stretch | undefined {
  if (part.others > 0 || !before) return part.outage;
  return part.outage ? { fromMs: before.fromMs, toMs: part.outage.toMs } : before;
}

/** How long a stretch is, milliseconds. */
export const lengthMs = (stretch: Stretch | undefined): number => (stretch ? stretch.toMs - stretch.fromMs : 0);

/** After how long in which no call got through a plan's run ends by itself, milliseconds; 0: never. */
export const giveUpAfterMs = ({
  giveUpAfterSeconds = GIVE_UP_AFTER_SECONDS,
}: Pick<RunPlan, 'giveUpAfterSeconds'>): number => giveUpAfterSeconds * 1000;

/** Whether an outage is one that ends a run. */
export const givesUp = (
  plan: Pick<RunPlan, 'giveUpAfterSeconds'>,
  { outageMs = 0 }: Pick<RunSnapshot, 'outageMs'>,
): boolean => giveUpAfterMs(plan) > 0 && outageMs >= giveUpAfterMs(plan);

/** Whether most calls did not get through: such a run's calls may be over long before an outage is long enough to end it. */
export function mostUnreached({
  succeeded,
  failed,
  errors,
}: Pick<RunSnapshot, 'succeeded' | 'failed' | 'errors'>): boolean {
  const unreached = Object.entries(errors)
    .filter(([name]) => isUnreached({ errorClass: name as ErrorClass }))
    .reduce((sum, [, count]) => sum + count, 0);
  return 2 * unreached > succeeded + failed;
}

/** Why such a run ended: `no call got through for 10 s`. */
export const outageText = (plan: Pick<RunPlan, 'giveUpAfterSeconds'>): string =>
  `no call got through for ${(giveUpAfterMs(plan) / 1000).toLocaleString('en')} s`;
