import type { Check, CheckOutcome, StepStatus } from './contract';

/** What is remembered of a step on one cluster. */
export interface StepFacts {
  status: StepStatus;
  /** Done since it was last reset. */
  wasDone: boolean;
  /** Orders the steps by when they were done: a counter, 0 when never. */
  doneAt: number;
  /** Its checks were seen not to hold while everything before it was done: if they hold later, somebody did the step. */
  seenOpen: boolean;
}

/** Why a step's status is what it is, where that is not plain. */
export type StandingNote =
  /** Done; a later step has changed what it made, as it should. */
  | 'built-over'
  /** Was done; the checks say that it is no more. */
  | 'lapsed'
  /** Nothing was run, and the checks hold all the same. */
  | 'holds-already';

/** Facts of a step beside what its checks say now. */
export interface Observation extends StepFacts {
  checks: readonly Check[];
  outcomes: readonly CheckOutcome[];
}

/** What is said of a step, and why where that is not plain from its checks. */
export interface Standing extends StepFacts {
  note?: StandingNote;
}

/**
 * What the checks of a chapter's steps say about their status. A step that was done and whose checks fail is excused by a later one that
 * holds: transfers change balances. Checks that hold before anything was run prove nothing, except when they were seen open before.
 * @param steps in the chapter's order.
 * @param builtOver whether a step of another chapter, done after `doneAt`, holds.
 * @param next the counter's value for steps that are seen done now.
 */
export function judge(
  steps: readonly Observation[],
  builtOver: (doneAt: number) => boolean = () => false,
  next = 1,
): Standing[] {
  const excusing = steps.filter(step => step.wasDone && holds(step) && step.checks.some(provesState));
  let nothingOpenBefore = true;
  return steps.map(step => {
    const { wasDone, doneAt, seenOpen, status } = step;
    const standing = ((): Standing => {
      if (status === 'running' || status === 'skipped' || step.checks.length === 0)
        return { status, wasDone, doneAt, seenOpen };
      if (wasDone) {
        if (holds(step)) return { status: 'done', wasDone, doneAt, seenOpen };
        if (builtOver(doneAt) || excusing.some(other => other.doneAt > doneAt))
          return { status: 'done', wasDone, doneAt, seenOpen, note: 'built-over' };
        return { status: status === 'failed' ? status : 'pending', wasDone, doneAt, seenOpen, note: 'lapsed' };
      }
      if (!holds(step)) {
        const open = status === 'failed' ? status : 'pending';
        return { status: open, wasDone, doneAt, seenOpen: seenOpen || nothingOpenBefore };
      }
      if (seenOpen) return { status: 'done', wasDone: true, doneAt: next, seenOpen };
      return { status: status === 'failed' ? status : 'pending', wasDone, doneAt, seenOpen, note: 'holds-already' };
    })();
    nothingOpenBefore &&= standing.status === 'done' || standing.status === 'skipped';
    return standing;
  });
}

/** Every check held when it was last verified. */
export const holds = ({ checks, outcomes }: Pick<Observation, 'checks' | 'outcomes'>): boolean =>
  checks.every(check => outcomes.some(outcome => outcome.check === check && outcome.held));

/** Of the steps before the one at `place`, the first that runs something and is not done: what it makes may be what a later one lacks. */
export function firstOpenBefore<T extends { status: StepStatus; acts: boolean }>(
  steps: readonly T[],
  place: number,
): T | undefined {
  return steps.slice(0, place).find(({ status, acts }) => acts && status !== 'done');
}

/**
 * What to do about a check that does not hold. Where the step was done, its code is not to blame for data that were changed since: running it
 * again comes first, which its note says.
 */
export const adviceOf = ({ check, nextStep }: CheckOutcome, note: StandingNote | undefined): string | undefined =>
  note === 'lapsed' && provesState(check) && check.type !== 'index' ? undefined : nextStep;

/** The check takes seconds and works on the target while it does: not to be repeated at every change. */
export const isCostly = (check: Check): boolean => check.type === 'promises';

/** The check asks the database, not what was kept of a run. */
export function provesState(check: Check): boolean {
  switch (check.type) {
    case 'rows':
    case 'money':
    case 'index':
      return true;
    case 'plan':
      return check.sql !== undefined;
    default:
      return false;
  }
}
