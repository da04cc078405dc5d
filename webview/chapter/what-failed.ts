import type { StepView } from '../../src/protocol/chapter-view';

/** Why a step failed: what its first action that did not succeed met, or its first check that did not hold; empty where neither is known. */
export function whatFailed({ actions, checks }: StepView): string {
  return actions.find(({ ok }) => !ok)?.error?.message ?? checks.find(({ held }) => held === false)?.describe ?? '';
}
