/** What has to go before a chapter can be undone: chapters that came later have made things that depend on what it made. */
import type { Chapter } from './contract';
import { droppedIn } from './dropped-tables';

/**
 * Which chapters to undo first where an undo failed with 2BP01 (dependent objects), and which tables of nobody's are in the way as well.
 * @param detail PostgreSQL's list of what depends on it, a line for each: `privileges for table orders`
 * @returns a sentence; undefined where the list names no table
 */
export function undoBefore(detail: string | undefined, chapters: readonly Chapter[]): string | undefined {
  const inTheWay = dependentTables(detail ?? '');
  if (inTheWay.length === 0) return undefined;
  const removing = chapters.map(chapter => ({ chapter, tables: tablesGoneAfter(chapter) }));
  // the last first: what it has built on stands until then
  const first = removing.filter(({ tables }) => inTheWay.some(name => tables.has(name))).reverse();
  const others = inTheWay.filter(name => !first.some(({ tables }) => tables.has(name)));
  return [
    first.length > 0 &&
      `Reset these chapters first, in this order: ${first.map(({ chapter }) => `${chapter.number} (${chapter.title})`).join(', ')}.`,
    others.length > 0 &&
      `Made by no chapter: ${others.join(', ')}. Drop what you do not need, or REVOKE its privileges.`,
    'Then do this again.',
  ]
    .filter(Boolean)
    .join(' ');
}

const DEPENDENT = /^(?:privileges for|owner of|.*\bon)? ?table ((?:"[^"]*"|[^\s".])+)/;

/** Tables, not views: those of `sys` go with the role. */
const dependentTables = (detail: string): string[] => [
  ...new Set(detail.split('\n').flatMap(line => DEPENDENT.exec(line)?.[1] ?? [])),
];

/** Tables that are dropped for good when every step is undone: some are made anew as an earlier step left them. */
function tablesGoneAfter({ steps }: Chapter): Set<string> {
  const gone = new Set<string>();
  for (const action of [...steps].reverse().flatMap(({ undo }) => undo)) {
    if (action.type !== 'sql') continue;
    for (const name of droppedIn(action.sql)) gone.add(name);
    const made = /\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)/i.exec(action.sql)?.[1];
    if (made !== undefined) gone.delete(made);
  }
  return gone;
}
