import { identifierOf, isWord, tokenize, type Token } from '../../core/dialect/lexer';
import { replaced, type Replacement } from '../../core/dialect/replacements';

/** Quotes an identifier whether it needs it or not. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What a rewritten CREATE INDEX names. Both are SQL text, quoted as needed. */
export interface IndexTarget {
  /** The index's name; replaces the one given, or stands where none was. Empty: the index has none. */
  index?: string;
  /** The table, with its schema. */
  table: string;
}

/**
 * Puts another table, and another index name, into `CREATE [UNIQUE] INDEX [CONCURRENTLY] [IF NOT EXISTS] [name] ON [ONLY] table …`,
 * and leaves out IF NOT EXISTS. Columns that are named with the table follow it. Everything else stays as it is. Throws when the text is
 * not such a statement.
 */
export const rewriteIndexStatement = (sql: string, target: IndexTarget): string =>
  replaced(sql, indexReplacements(sql, target));

/** What `rewriteIndexStatement` replaces: its head, up to what follows the table's name, and the names of the table after that. */
export function indexReplacements(sql: string, target: IndexTarget): Replacement[] {
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
  while (textOf(sql, tokens[at]) === '.') at += 2;
  const text = `CREATE ${unique}INDEX ${concurrently}${name ? `${name} ` : ''}ON ${target.table} `;
  const head = { start: 0, end: tokens[at]?.start ?? sql.length, text };
  return [head, ...tableNames(sql, tokens.slice(at), identifierOf(sql, tokens[at - 1]), target.table)];
}

const textOf = (sql: string, token: Token | undefined): string => (token ? sql.slice(token.start, token.end) : '');

/** `table` in place of the name in `name.column` and `schema.name.column` among the tokens. */
function tableNames(sql: string, tokens: readonly Token[], name: string | undefined, table: string): Replacement[] {
  const is = (at: number, ...texts: string[]): boolean => texts.includes(textOf(sql, tokens[at]));
  return tokens.flatMap((token, at) => {
    if (name === undefined || identifierOf(sql, token) !== name || !is(at + 1, '.')) return [];
    const first = is(at - 1, '.') ? at - 2 : at;
    // of a schema of that name: a function or operator, or a type
    if (is(at + 3, '(') || is(first - 1, '.', ':', '::') || identifierOf(sql, tokens[at + 2]) === undefined) return [];
    return [{ start: tokens[first]!.start, end: token.end, text: table }];
  });
}
