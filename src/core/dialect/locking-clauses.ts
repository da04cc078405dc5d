/** FOR UPDATE and FOR KEY SHARE in a statement's text, wherever they stand. */
import { identifierOf, isWord, tokenize, type Token } from './lexer';

interface LockingClause {
  start: number;
  /** Where NOWAIT or SKIP LOCKED begins; `end` without either. */
  policy: number;
  end: number;
}

/** The statement without its locking clauses: it reads the same rows and claims none. */
export function withoutLocking(sql: string): string {
  let plain = '';
  let from = 0;
  for (const { start, end } of lockingClauses(sql)) {
    plain += sql.slice(from, start);
    from = end;
  }
  return plain + sql.slice(from);
}

/**
 * The statement without NOWAIT and SKIP LOCKED: nothing is ever locked, so there is nothing to refuse and nothing to skip (ministack, measured
 * 2026-08-18). Blanks stand in their place, so that positions in it stay.
 */
export function withoutWaitPolicies(sql: string): string {
  let plain = '';
  let from = 0;
  for (const { policy, end } of lockingClauses(sql)) {
    plain += sql.slice(from, policy) + sql.slice(policy, end).replace(/[^\n]/g, ' ');
    from = end;
  }
  return plain + sql.slice(from);
}

function lockingClauses(sql: string): LockingClause[] {
  const tokens = tokenize(sql);
  return tokens.flatMap((_, at) => clauseAt(sql, tokens, at) ?? []);
}

/** The locking clause that begins with the token at `at`. */
function clauseAt(sql: string, tokens: readonly Token[], at: number): LockingClause | undefined {
  const is = (index: number, word: string): boolean => isWord(sql, tokens[index], word);
  if (!is(at, 'for')) return undefined;
  let last: number;
  if (is(at + 1, 'update')) last = at + 1;
  else if (is(at + 1, 'key') && is(at + 2, 'share')) last = at + 2;
  else return undefined;
  const symbol = (index: number): string => sql.slice(tokens[index]?.start, tokens[index]?.end);
  if (is(last + 1, 'of')) {
    last += 2;
    while (/^[,.]$/.test(symbol(last + 1)) && identifierOf(sql, tokens[last + 2]) !== undefined) last += 2;
  }
  const words = is(last + 1, 'nowait') ? 1 : is(last + 1, 'skip') && is(last + 2, 'locked') ? 2 : 0;
  const end = tokens[last + words]!.end;
  return { start: tokens[at]!.start, policy: words > 0 ? tokens[last + 1]!.start : end, end };
}
