/** How a function stands in Lambda. Lambda developer guide, “Lambda function states”, seen 2026-11-21. */

export interface FunctionCondition {
  /** `idle`: Lambda took back what it runs on, for want of calls. `working`: it is being made or changed. */
  kind: 'ready' | 'idle' | 'working' | 'failed';
  /** Lambda's own words. */
  reason?: string;
}

/** What Lambda tells of it, as its API names it. */
export interface ToldState {
  State?: string;
  StateReason?: string;
  LastUpdateStatus?: string;
  LastUpdateStatusReason?: string;
}

/** Undefined where nothing is told: lists of AWS leave it out. */
export function conditionOf(told: ToldState): FunctionCondition | undefined {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = told;
  if (State === undefined) return undefined;
  const of = (kind: FunctionCondition['kind'], reason?: string): FunctionCondition => ({
    kind,
    ...(reason !== undefined && { reason }),
  });
  if (State === 'Failed') return of('failed', StateReason);
  if (LastUpdateStatus === 'Failed') return of('failed', LastUpdateStatusReason);
  if (State === 'Pending') return of('working', StateReason);
  if (LastUpdateStatus === 'InProgress') return of('working', LastUpdateStatusReason);
  return State === 'Inactive' ? of('idle', StateReason) : of('ready');
}
