import type { ScriptOrder, ScriptSession } from './script';

/** The orders of a script that names none: by turns, the first session first, and by turns, the last session first. */
export function byTurns(sessions: readonly ScriptSession[]): ScriptOrder[] {
  const filled = sessions.filter(({ steps }) => steps.length > 0);
  const first = order(filled);
  if (filled.length < 2) return [first];
  return [first, order([...filled].reverse())];
}

function order(sessions: readonly ScriptSession[]): ScriptOrder {
  const longest = Math.max(...sessions.map(({ steps }) => steps.length));
  const groups: string[][] = [];
  for (let at = 0; at < longest; at++)
    for (const { steps } of sessions) {
      const step = steps[at];
      if (step) groups.push([step.name]);
    }
  return { name: `By turns, ${sessions[0]?.name} first`, groups, expectations: [], line: 1 };
}
