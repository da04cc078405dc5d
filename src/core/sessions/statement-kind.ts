import { foldCase, tokenize } from '../dialect/lexer';
import { isWrite, TRANSACTION_CONTROL } from '../sql/statement-effect';

/**
 * - `begin`, `commit`, `rollback`: transaction control
 * - `read`, `write`: of rows
 * - `schema`: anything else may change the catalogue
 * - `setting`: SET, SHOW, RESET
 */
export type StatementKind = 'begin' | 'commit' | 'rollback' | 'read' | 'write' | 'schema' | 'setting';

const KINDS: Readonly<Record<string, StatementKind>> = {
  ...TRANSACTION_CONTROL,
  select: 'read',
  table: 'read',
  values: 'read',
  explain: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  set: 'setting',
  show: 'setting',
  reset: 'setting',
};

const wordsOf = (sql: string): string[] =>
  tokenize(sql).flatMap(token => (token.type === 'word' ? [foldCase(sql.slice(token.start, token.end))] : []));

/** What a line does, by its words. */
export function kindOf(sql: string): StatementKind {
  const words = wordsOf(sql);
  const first = words[0] ?? '';
  if (first === 'with') return words.some((word, at) => isWrite(word, words[at - 1])) ? 'write' : 'read';
  return Object.hasOwn(KINDS, first) ? (KINDS[first] ?? 'schema') : 'schema';
}

/** The locking clause of a query, which makes the rows it read count at COMMIT. */
export function claimsOf(sql: string): 'FOR UPDATE' | 'FOR KEY SHARE' | undefined {
  const words = wordsOf(sql).join(' ');
  if (/\bfor (?:no key )?update\b/.test(words)) return 'FOR UPDATE';
  return /\bfor key share\b/.test(words) ? 'FOR KEY SHARE' : undefined;
}
