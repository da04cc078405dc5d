/** Conflicts and transactions: what the run counted, and what the cluster did. */
import { count } from '../../base/number-text';
import type { RunPlan } from '../stress/contract';
import { agree, signed, sumOf, type ComparedFigure, type Ground } from './compared-figure';
import type { ObservedRun } from './minutes';

/** The run's conflicts against OccConflicts. */
export function conflicts(ground: Ground): ComparedFigure {
  const { own, run } = ground;
  const theirs = sumOf(ground, 'occConflicts');
  const schema = run.totals.errors['occ-schema'] ?? 0;
  const same = agree(own.conflicts, theirs);
  return {
    name: 'Conflicts ↔ OccConflicts',
    own: count(own.conflicts),
    cloudWatch: count(theirs),
    difference: signed(theirs - own.conflicts),
    meaning: same
      ? 'Both count the same conflicts.'
      : theirs > own.conflicts
        ? `DSQL aborted more transactions than were reported to the run: ${moreReasons(run)}.`
        : `The run met more conflicts than DSQL counts: ${schema > 0 ? `${count(schema)} were conflicts with DDL (OC001), which OccConflicts leaves out` : 'OccConflicts counts keys (OC000), not conflicts with DDL (OC001), and its newest minutes may still grow'}.`,
    tone: same ? 'good' : 'warn',
  };
}

function moreReasons({ plan, totals }: ObservedRun): string {
  return [
    'other clients of the cluster in these minutes',
    ...(totals.warmup ? ['the warm-up'] : []),
    ...(plan.workload.type === 'lambda-transfer' ? ['retries that the function does not report'] : []),
    ...(totals.inFlight > 0 ? ['calls whose answer was never seen'] : []),
  ].join(', or ');
}

/** Attempts of workloads whose calls are one transaction each. */
const isOneEach = ({ workload }: RunPlan): boolean =>
  workload.type === 'lambda-transfer' || workload.type === 'sql-transfer' || workload.type === 'sql-mix';

/** Attempts against TotalTransactions. */
export function transactions(ground: Ground): ComparedFigure {
  const { own, run, whole } = ground;
  const theirs = sumOf(ground, 'totalTransactions');
  const readOnly = sumOf(ground, 'readOnlyTransactions');
  const split = `${count(readOnly)} of them read only`;
  if (!isOneEach(run.plan))
    return { name: 'TotalTransactions', cloudWatch: count(theirs), meaning: `${split}.`, tone: 'neutral' };
  const attempts = own.succeeded + own.failed + own.retries + (whole ? (run.totals.warmup?.started ?? 0) : 0);
  const same = agree(attempts, theirs);
  return {
    name: 'Attempts ↔ TotalTransactions',
    own: count(attempts),
    cloudWatch: count(theirs),
    difference: signed(theirs - attempts),
    meaning: same
      ? `Calls and their retries are all the cluster did; ${split}.`
      : theirs > attempts
        ? `The cluster did more than the run’s calls and their retries: ${moreReasons(run)}; ${split}.`
        : `Some calls never became a transaction: throttled, refused, or failed on the way; ${split}.`,
    tone: same ? 'good' : 'neutral',
  };
}
