import { identifierOf, isWord, tokenize, type Token } from '../../core/dialect/lexer';

/** A statement without its FOR UPDATE and FOR KEY SHARE clauses, wherever they stand: it reads the same rows and claims none. */
export function withoutLocking(sql: string): string {
  const tokens = tokenize(sql);
  let plain = '';
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    const end = endOfClause(sql, tokens, at);
    if (end === undefined) continue;
    plain += sql.slice(from, tokens[at]!.start);
    from = tokens[end - 1]!.end;
    at = end - 1;
  }
  return plain + sql.slice(from);
}

/** The token behind the locking clause that begins at `at`; undefined when none does. */
function endOfClause(sql: string, tokens: readonly Token[], at: number): number | undefined {
  const is = (index: number, word: string): boolean => isWord(sql, tokens[index], word);
  if (!is(at, 'for')) return undefined;
  let end: number;
  if (is(at + 1, 'update')) end = at + 2;
  else if (is(at + 1, 'key') && is(at + 2, 'share')) end = at + 3;
  else return undefined;
  const symbol = (index: number): string => sql.slice(tokens[index]?.start, tokens[index]?.end);
  if (is(end, 'of')) {
    end += 2;
    while ((symbol(end) === ',' || symbol(end) === '.') && identifierOf(sql, tokens[end + 1]) !== undefined) end += 2;
  }
  if (is(end, 'nowait')) return end + 1;
  return is(end, 'skip') && is(end + 1, 'locked') ? end + 2 : end;
}
