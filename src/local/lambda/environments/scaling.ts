/**
 * How the environments of one revision share its work, by how many invocations one of them may run at a time. Those that run one each gain
 * nothing beyond what keeps the cores busy; one that runs many keeps a core busy by itself.
 */
import type { LambdaLimits } from '../settings';
import type { Environment } from './environment';
import type { IdleCores } from './idle-cores';

/** The environments of a revision; `starting` of them are not ready yet. */
export interface Staff {
  readonly all: ReadonlySet<Environment>;
  readonly starting: number;
}

export interface Scaling {
  /** Index of the one that takes the next job, of those that are free, the warmest last; at least one is. */
  choose(free: readonly Environment[]): number;
  /** Whether one that is free may be given a job now. */
  mayWork(staff: Staff): boolean;
  /** Whether one more may be made beside the first. */
  mayAdd(staff: Staff): boolean;
  /** Whether waiting alone may bring help to jobs that wait: a core becomes idle, a job goes on longer than it computes. */
  mayChange(staff: Staff): boolean;
}

/** One invocation an environment: the warmest works; as many as keep the machine busy, more only while those wait for something. */
export function oneAtATime({ eagerEnvironments }: Pick<LambdaLimits, 'eagerEnvironments'>): Scaling {
  const isFew = ({ all }: Staff): boolean => {
    if (all.size < eagerEnvironments) return true;
    const now = performance.now();
    let working = 0;
    for (const environment of all) if (environment.isWorking(now)) working++;
    return working < eagerEnvironments;
  };
  return { choose: free => free.length - 1, mayWork: isFew, mayAdd: isFew, mayChange: staff => !isFew(staff) };
}

/** Many invocations an environment: the one with the least to do works; another is made once all are ready and full, on a core to spare. */
export function manyAtATime(
  { managedEnvironments }: Pick<LambdaLimits, 'managedEnvironments'>,
  cores: Pick<IdleCores, 'found'>,
): Scaling {
  return {
    choose: free => {
      let at = free.length - 1;
      for (let i = at; i-- > 0;) if (free[i]!.load < free[at]!.load) at = i;
      return at;
    },
    mayWork: () => true,
    mayAdd: ({ all, starting }) => starting === 0 && all.size < managedEnvironments && cores.found(),
    mayChange: ({ all }) => all.size < managedEnvironments,
  };
}
