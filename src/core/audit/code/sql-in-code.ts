/** Which strings of a program are SQL. */
import type { Confidence } from '../contract';

/** White space and comments before a statement. By itself, for what follows it could make it try each way to end a comment. */
const LEADING = /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*/;

/** The beginning of a statement, in time that grows with the text alone: a program may hold any string. */
const STATEMENT =
  /^(?:select\s[\s\S]+\sfrom\s|select\s+[\w.]+\s*\(|insert\s+into\s|update\s+[\w."$][\s\S]*?\sset\s|delete\s+from\s|with\s+(?:recursive\s+)?\w[\s\S]*?\bas\s*\(|create\s+(?:or\s+replace\s+|unique\s+|global\s+|local\s+|temp(?:orary)?\s+|unlogged\s+|materialized\s+|constraint\s+|foreign\s+)*(?:table|index|view|function|procedure|trigger|type|domain|sequence|extension|schema|role|user|policy|rule|database|publication)\s|alter\s+(?:table|type|sequence|domain|role|user|index|system|database|extension)\s|drop\s+(?:table|index|view|type|sequence|schema|extension|trigger|function|materialized)\s|truncate\s+\w|lock\s+table\s|listen\s+\w+\s*;?\s*$|notify\s+\w+|unlisten\s|savepoint\s+\w+\s*;?\s*$|release\s+savepoint\s|rollback\s+to\s|begin\s+(?:transaction\s+)?isolation\s|start\s+transaction\b|set\s+(?:(?:local|session)\s+)?(?:transaction\b|[\w.]+\s*(?:=|to)\s*\S)|copy\s+[\w."(][\s\S]*\s(?:from|to)\s|declare\s+\w[\s\S]*?\scursor\s|fetch\s+(?:next|forward|all|\d+)\s|vacuum\b|merge\s+into\s|grant\s[\s\S]+\sto\s|revoke\s[\s\S]+\sfrom\s|comment\s+on\s|call\s+[\w.]+\s*\(|refresh\s+materialized\s|do\s+\$|discard\s+all|prepare\s+\w+\s+as\s)/i;

/** What stands before a string that is handed to a database. */
const CONTEXT =
  /(?:query|execute|executemany|exec|raw|sql|prepare|prepareStatement|unsafe|statement|text|createNativeQuery|@Query|QueryRow|executeRaw|queryRaw|jdbc\w*|find_by_sql|select_all|run|fetch\w*)\W{0,12}$/i;

/** How sure it is that a string is a statement; undefined when it is none. `before`: the source before the string. */
export function sqlConfidence(text: string, before: string): Confidence | undefined {
  const statement = text.replace(LEADING, '');
  if (!STATEMENT.test(statement)) return undefined;
  const verb = /[A-Za-z]+/.exec(statement)?.[0] ?? '';
  if (CONTEXT.test(before.slice(-40))) return 'high';
  if (verb === verb.toUpperCase()) return 'high';
  return verb === verb.toLowerCase() ? 'medium' : 'low';
}

/** A part of a statement that is put together at run time, and says something by itself. */
export const FRAGMENT = /\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b(?:[\s\S]*?\bSKIP\s+LOCKED\b)?/;
