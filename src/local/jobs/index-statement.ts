import { identifierOf, isWord, tokenize } from '../../core/dialect/lexer';

/** Quotes an identifier whether it needs it or not. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What a rewritten CREATE INDEX names. Both are SQL text, quoted as needed. */
export interface IndexTarget {
  /** The index's name; replaces the one given, or stands where none was. */
  index?: string;
  /** The table, with its schema. */
  table: string;
}

/**
 * Puts another table, and another index name, into `CREATE [UNIQUE] INDEX [CONCURRENTLY] [IF NOT EXISTS] [name] ON [ONLY] table …`,
 * and leaves out IF NOT EXISTS. Everything else stays as it is. Throws when the text is not such a statement.
 */
export function rewriteIndexStatement(sql: string, target: IndexTarget): string {
  const tokens = tokenize(sql);
  let at = 0;
  const accept = (...words: string[]): boolean => {
    if (!words.every((word, i) => isWord(sql, tokens[at + i], word))) return false;
    at += words.length;
    return true;
  };
  const unique = accept('create', 'unique') ? 'UNIQUE ' : accept('create') ? '' : undefined;
  if (unique === undefined || !accept('index')) throw new Error('not a CREATE INDEX statement');
  const concurrently = accept('concurrently') ? 'CONCURRENTLY ' : '';
  accept('if', 'not', 'exists');
  let name = target.index;
  if (!accept('on')) {
    const token = tokens[at++];
    if (!token || identifierOf(sql, token) === undefined || !accept('on')) throw new Error('ON expected');
    name ??= sql.slice(token.start, token.end);
  }
  accept('only');
  at++;
  while (tokens[at] && sql.slice(tokens[at]!.start, tokens[at]!.end) === '.') at += 2;
  const rest = tokens[at] ? sql.slice(tokens[at]!.start) : '';
  return `CREATE ${unique}INDEX ${concurrently}${name ? `${name} ` : ''}ON ${target.table} ${rest}`;
}
