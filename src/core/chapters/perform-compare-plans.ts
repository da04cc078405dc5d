import { CodedError } from '../../base/errors';
import { comparePlanViews } from '../plan-view/comparison';
import { showPlan } from '../plan-view/plan-view';
import { planDocument } from '../plan/document';
import { readPlans } from '../plan/read-plans';
import type { PlanDocument } from '../../protocol/plan-document';
import type { Action, NamedPlan, StepResult } from './contract';
import type { Stage } from './stage';

/** A saved plan, measured. */
export function documentOf(text: string): PlanDocument {
  const [read] = readPlans(text);
  if (!read) throw new Error('readPlans gave nothing');
  return planDocument(read);
}

/** Shows two plans made before, side by side, and says what changed. */
export function comparePlans(
  action: Extract<Action, { type: 'compare-plans' }>,
  { memory }: Stage,
): Promise<StepResult> {
  const saved = (name: string): string => {
    const text = memory.plans.get(name);
    if (text !== undefined) return text;
    throw new CodedError('PLAN_MISSING', `the plan "${name}" was not made in this session`, {
      nextStep: 'Run the chapter from the step that explains it.',
    });
  };
  const before = { title: action.before, text: saved(action.before) };
  const after = { title: action.after, text: saved(action.after) };
  const region = memory.variables.get('region');
  const view = ({ title, text }: NamedPlan): ReturnType<typeof showPlan> =>
    showPlan({ name: title, text, ...(region !== undefined && { region }) });
  const { verdict, better, facts } = comparePlanViews(view(before), view(after));
  return Promise.resolve({ type: 'plan-comparison', before, after, verdict, better, facts });
}
