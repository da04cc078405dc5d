import type { Chapter, Step } from './contract';
import { provesState } from './standing';

/** Something that runs, and teaches or repeats badly. */
export interface Remark {
  line: number;
  text: string;
}

/** What an author should look at again in a chapter that is well-formed. In the order of lines. */
export function reviewChapter(chapter: Chapter): Remark[] {
  return [...chapter.steps.flatMap(step => [...ofStep(step), ...ofChecks(step)]), ...ofFunctions(chapter)].sort(
    (a, b) => a.line - b.line,
  );
}

/** Calls of functions that only another chapter, or nobody, deploys. */
function ofFunctions({ steps }: Chapter): Remark[] {
  const deployed = new Set<string>();
  const remarks: Remark[] = [];
  const need = (functionName: string | undefined, line: number, how = 'called'): void => {
    if (functionName === undefined || deployed.has(functionName)) return;
    remarks.push({
      line,
      text: `"${functionName}" is ${how}, and no step of this chapter has deployed it: who begins here has no such function`,
    });
  };
  for (const { actions, checks } of steps) {
    for (const action of actions) {
      if (action.type === 'deploy') deployed.add(action.functionName);
      if (action.type === 'invoke' || action.type === 'measure' || action.type === 'stress')
        need(action.functionName, action.line);
    }
    for (const check of checks) if (check.type === 'promises') need(check.functionName, check.line, 'tested');
  }
  return remarks;
}

function ofStep(step: Step): Remark[] {
  const { id, line, actions, undo, base, checks } = step;
  const remarks: Remark[] = [];
  const makes = actions.find(
    action => action.type === 'sql' && !action.expectError && /^\s*(create|alter|insert)\b/i.test(action.sql),
  );
  if (makes && undo.length === 0)
    remarks.push({
      line: makes.line,
      text: `"${id}" makes something and has no undo block: it can be run once only, and Reset leaves it behind`,
    });
  const forgetful = base ? checks.find(check => !provesState(check) && check.type !== 'fails') : undefined;
  if (forgetful)
    remarks.push({
      line: forgetful.line,
      text: `"${id}" is a base step, and this check asks what was kept of a run: whoever starts with a later chapter has none of it`,
    });
  if (step.body.replace(/```[\s\S]*?```/g, '').trim() === '')
    remarks.push({ line, text: `"${id}" says nothing: a reader sees statements without a reason` });
  return remarks;
}

/** What is refused before the step is run too proves nothing of it. */
function ofChecks({ id, actions, checks }: Step): Remark[] {
  const [first] = checks;
  if (!first || actions.length === 0 || checks.some(({ type }) => type !== 'fails')) return [];
  return [
    {
      line: first.line,
      text: `"${id}" is checked by refusals alone, which hold before it is run too: add a check of what it made`,
    },
  ];
}
