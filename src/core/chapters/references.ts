import type { Chapter } from './contract';
import { malformed } from './errors';

/**
 * Checks that refer to a plan, an answer or a run that no action of the chapter makes, and comparisons likewise, are mistakes.
 * @throws CodedError `CHAPTER_MALFORMED`.
 */
export function verifyReferences(chapter: Chapter): void {
  const made = { plan: new Set<string>(), answer: new Set<string>(), stress: new Set<string>() };
  const file = `${chapter.slug}/chapter.md`;
  const need = (kind: keyof typeof made, name: string, line: number): void => {
    if (made[kind].has(name)) return;
    const known = [...made[kind]].join(', ') || 'none so far';
    throw malformed({ file, line }, `no ${kind} is called "${name}"`, `one made by this or an earlier step: ${known}`);
  };
  for (const step of chapter.steps) {
    for (const action of step.actions) {
      if (action.type === 'explain') made.plan.add(action.name);
      if (action.type === 'invoke' || action.type === 'sessions') made.answer.add(action.name);
      if (action.type === 'stress') made.stress.add(action.name);
      if (action.type === 'measure') for (const { name } of action.cases) made.answer.add(name);
      if (action.type === 'compare-plans')
        for (const plan of [action.before, action.after]) need('plan', plan, action.line);
      if (action.type === 'conflict-map') for (const run of action.runs) need('stress', run, action.line);
      if (action.type === 'compare-runs') for (const run of action.runs) need('stress', run, action.line);
    }
    for (const check of step.checks) {
      if (check.type === 'plan' && check.name !== undefined) need('plan', check.name, check.line);
      if (check.type === 'plan' && check.less) need('plan', check.less.than, check.line);
      if (check.type === 'answer' || check.type === 'sessions') need('answer', check.name, check.line);
      if (check.type === 'stress') need('stress', check.name, check.line);
      if (check.type === 'stress' && check.fewerFailuresThan) need('stress', check.fewerFailuresThan, check.line);
    }
  }
}
