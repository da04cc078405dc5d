import type { RunResult } from './contract';

/** How a run ended, in words that follow its name. */
export const ENDINGS: Readonly<Record<RunResult['status'], string>> = {
  completed: 'was completed',
  cancelled: 'was stopped',
  'timed-out': 'was stopped at its time limit',
  aborted: 'was stopped by a threshold',
  unreachable: 'ended by itself, as no call got through',
  failed: 'failed',
};

/** Whether runs that were to follow a run of this end are left out: somebody stopped it, or there is nobody to call. */
export const endsSeries = ({ status }: Pick<RunResult, 'status'>): boolean =>
  status === 'cancelled' || status === 'failed' || status === 'unreachable';
