import type { Action, Chapter, Check } from './contract';
import { malformed } from './errors';

/** Something that an action makes and later ones ask for by its name. */
type Reference = ['plan' | 'answer' | 'stress', name: string];

/**
 * Checks that refer to a plan, an answer or a run that no action of the chapter makes, and comparisons likewise, are mistakes.
 * @throws CodedError `CHAPTER_MALFORMED`.
 */
export function verifyReferences(chapter: Chapter): void {
  const made = { plan: new Set<string>(), answer: new Set<string>(), stress: new Set<string>() };
  const file = `${chapter.slug}/chapter.md`;
  const need = (references: Reference[], line: number): void => {
    for (const [kind, name] of references) {
      if (made[kind].has(name)) continue;
      const known = [...made[kind]].join(', ') || 'none so far';
      throw malformed(
        { file, line },
        `no ${kind} is called "${name}"`,
        `one made by this or an earlier step: ${known}`,
      );
    }
  };
  for (const step of chapter.steps) {
    for (const action of step.actions) {
      for (const [kind, name] of madeBy(action)) made[kind].add(name);
      need(comparedBy(action), action.line);
    }
    for (const check of step.checks) need(askedBy(check), check.line);
  }
}

function madeBy(action: Action): Reference[] {
  switch (action.type) {
    case 'explain':
      return [['plan', action.name]];
    case 'invoke':
    case 'sessions':
      return [['answer', action.name]];
    case 'measure':
      return action.cases.map(({ name }) => ['answer', name]);
    case 'stress':
      return [['stress', action.name]];
    default:
      return [];
  }
}

function comparedBy(action: Action): Reference[] {
  switch (action.type) {
    case 'compare-plans':
      return [action.before, action.after].map(plan => ['plan', plan]);
    case 'conflict-map':
    case 'compare-runs':
      return action.runs.map(run => ['stress', run]);
    default:
      return [];
  }
}

function askedBy(check: Check): Reference[] {
  const named = (kind: Reference[0], ...names: (string | undefined)[]): Reference[] =>
    names.flatMap((name): Reference[] => (name === undefined ? [] : [[kind, name]]));
  switch (check.type) {
    case 'plan':
      return named('plan', check.name, check.less?.than);
    case 'answer':
    case 'sessions':
      return named('answer', check.name);
    case 'stress':
      return named('stress', check.name, check.fewerFailuresThan);
    default:
      return [];
  }
}
