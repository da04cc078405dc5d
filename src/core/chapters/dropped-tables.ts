import type { Action, Chapter, Step } from './contract';

const DROPS = /\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?([^;{}]+)(\{?)/gi;
const BEHAVIOUR = /(?<=[\s"])(?:CASCADE|RESTRICT)$/i;

/**
 * The tables that chapters drop when they begin anew or are reset, by name, sorted: whoever has tables of these names loses them. Session
 * scripts that chapters only name are not read; the tables of the workshop's own begin with `lesson_`.
 */
export const droppedTables = (chapters: readonly Chapter[]): string[] =>
  tablesDroppedBy(chapters.flatMap(({ steps }) => steps));

/** The tables that steps drop when they are run or undone, as their statements write the names, each once, sorted. */
export function tablesDroppedBy(steps: readonly Step[]): string[] {
  const names = sqlTexts(steps).flatMap(droppedIn);
  return [...new Set(names)].sort((one, other) => one.localeCompare(other, 'en'));
}

/** The tables that a text drops, as it writes their names. */
export const droppedIn = (text: string): string[] =>
  [...text.matchAll(DROPS)]
    .filter(([, , brace]) => brace === '')
    .flatMap(([, list = '']) => list.trim().replace(BEHAVIOUR, '').split(','))
    .map(name => name.trim());

/** What steps send to the database when they are run or undone: statements, and session scripts that stand in the chapter. */
export const sqlTexts = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ actions, undo }) => [...actions, ...undo].map(textOf));

function textOf(action: Action): string {
  if (action.type === 'sql') return action.sql;
  return action.type === 'sessions' && 'text' in action.source ? action.source.text : '';
}
