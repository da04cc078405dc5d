import type { Action, Chapter } from './contract';

const DROPS = /\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?([^;{}]+?)\s*(?:\b(?:CASCADE|RESTRICT)\b\s*)?(?:[;}]|$)/gi;

/**
 * The tables that chapters drop when they begin anew or are reset, by name, sorted: whoever has tables of these names loses them. Session
 * scripts that chapters only name are not read; the tables of the workshop's own begin with `lesson_`.
 */
export function droppedTables(chapters: readonly Chapter[]): string[] {
  const texts = chapters.flatMap(({ steps }) =>
    steps.flatMap(({ actions, undo }) => [...actions, ...undo].map(textOf)),
  );
  const names = texts.flatMap(text => [...text.matchAll(DROPS)].flatMap(([, list = '']) => list.split(/\s*,\s*/)));
  return [...new Set(names)].sort((one, other) => one.localeCompare(other, 'en'));
}

function textOf(action: Action): string {
  if (action.type === 'sql') return action.sql;
  return action.type === 'sessions' && 'text' in action.source ? action.source.text : '';
}
