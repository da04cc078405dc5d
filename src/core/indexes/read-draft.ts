import type { IndexDraft, IndexKeyDraft } from '../../protocol/indexes-view';
import { identifierOf, isWord, tokenize, type Token } from '../dialect/lexer';

/**
 * Reads a `CREATE [UNIQUE] INDEX [ASYNC] [IF NOT EXISTS] [name] ON [schema.]table (…) [INCLUDE (…)] [NULLS [NOT] DISTINCT] [WHERE …]`, as
 * findings write it; undefined for any other text. Without a schema the table is in `schema`.
 */
export function readDraft(sql: string, schema = 'public'): IndexDraft | undefined {
  const tokens = tokenize(sql);
  let at = 0;
  const raw = (token: Token | undefined): string => (token ? sql.slice(token.start, token.end) : '');
  const accept = (...words: string[]): boolean => {
    if (!words.every((word, offset) => isWord(sql, tokens[at + offset], word))) return false;
    at += words.length;
    return true;
  };
  const list = (): string[] | undefined => {
    if (raw(tokens[at]) !== '(') return undefined;
    const parts: string[] = [];
    let depth = 1;
    let from = tokens[at++]!.end;
    for (; at < tokens.length; at++) {
      const text = raw(tokens[at]);
      if (text === '(') depth++;
      else if (text === ')' && --depth === 0) {
        parts.push(sql.slice(from, tokens[at]!.start).trim());
        at++;
        return parts;
      } else if (text === ',' && depth === 1) {
        parts.push(sql.slice(from, tokens[at]!.start).trim());
        from = tokens[at]!.end;
      }
    }
    return undefined;
  };
  if (!accept('create')) return undefined;
  const unique = accept('unique');
  if (!accept('index')) return undefined;
  accept('async');
  accept('if', 'not', 'exists');
  let name = '';
  if (!accept('on')) {
    name = identifierOf(sql, tokens[at++]) ?? '';
    if (name === '' || !accept('on')) return undefined;
  }
  let table = identifierOf(sql, tokens[at++]);
  let inSchema = schema;
  if (table !== undefined && raw(tokens[at]) === '.') {
    inSchema = table;
    at++;
    table = identifierOf(sql, tokens[at++]);
  }
  const keys = list()?.map(readKey);
  if (table === undefined || !keys || keys.length === 0) return undefined;
  const include = accept('include') ? list() : [];
  if (!include) return undefined;
  const nullsNotDistinct = accept('nulls', 'not', 'distinct');
  accept('nulls', 'distinct');
  const from = at < tokens.length && accept('where') ? tokens[at - 1]!.end : undefined;
  const where = from === undefined ? '' : sql.slice(from).trim().replace(/;\s*$/, '').trim();
  const columns = include.map(text => identifierOf(text, tokenize(text)[0]) ?? text);
  return { schema: inSchema, table, name, unique, nullsNotDistinct, keys, include: columns, where };
}

/** `payer NULLS FIRST`, `"Odd name"`, `(lower(email))`. */
function readKey(text: string): IndexKeyDraft {
  const tokens = tokenize(text);
  let end = tokens.length;
  let nulls: IndexKeyDraft['nulls'];
  if (isWord(text, tokens[end - 2], 'nulls')) {
    nulls = isWord(text, tokens[end - 1], 'first') ? 'first' : 'last';
    end -= 2;
  }
  const column = end === 1 ? identifierOf(text, tokens[0]) : undefined;
  const part = text.slice(tokens[0]?.start ?? 0, tokens[end - 1]?.end ?? 0);
  const key: IndexKeyDraft =
    column === undefined ? { kind: 'expression', text: withoutParentheses(part) } : { kind: 'column', text: column };
  return nulls === undefined ? key : { ...key, nulls };
}

const withoutParentheses = (text: string): string => (/^\(.*\)$/s.test(text) ? text.slice(1, -1).trim() : text);
