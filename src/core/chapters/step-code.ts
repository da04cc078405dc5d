import { stepWithoutCode } from '../workspace/errors';
import type { Action, Step } from './contract';

type Deploy = Extract<Action, { type: 'deploy' }>;

/** The folder in which chapters keep the solution of their own step; other paths mean another chapter's code on purpose. */
const OWN_LAMBDA = 'lambda';

/** The deploy of a step that takes the learner's code. */
export function codeOf(step: Step, functions: Readonly<Record<string, string>>): Deploy | undefined {
  return step.actions.find(
    (action): action is Deploy =>
      action.type === 'deploy' && action.lambda === OWN_LAMBDA && Object.hasOwn(functions, action.functionName),
  );
}

/** @throws CodedError `STEP_WITHOUT_CODE` */
export function requireCodeOf(step: Step, functions: Readonly<Record<string, string>>): Deploy {
  const deploy = codeOf(step, functions);
  if (!deploy) throw stepWithoutCode(step);
  return deploy;
}
