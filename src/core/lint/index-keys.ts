/** The key list of CREATE INDEX by its tokens: the parser keeps no places there. */
import type { StatementTokens } from './statement-tokens';

/** Parts of one key, as ranges of tokens [from, to). */
export interface IndexKey {
  from: number;
  to: number;
  collation?: { from: number; to: number };
  operatorClass?: { from: number; to: number };
  order?: { from: number; to: number };
}

/** Index of the parenthesis that opens the key list; -1 without one. */
function keyListOf(tokens: StatementTokens): number {
  const on = tokens.find(['on']);
  return on < 0 ? -1 : tokens.find(['('], on);
}

/** The keys of a CREATE INDEX, in order. */
export function indexKeys(tokens: StatementTokens): IndexKey[] {
  const open = keyListOf(tokens);
  if (open < 0) return [];
  return tokens.elements(open + 1, tokens.behindGroup(open) - 1).map(({ from, to }) => keyOf(tokens, from, to));
}

function keyOf(tokens: StatementTokens, from: number, to: number): IndexKey {
  const key: IndexKey = { from, to };
  let at = behindExpression(tokens, from);
  while (at < to) {
    const word = tokens.word(at);
    if (word === 'collate') {
      const end = behindName(tokens, at + 1);
      key.collation = { from: at, to: end };
      at = end;
    } else if (word === 'asc' || word === 'desc') {
      key.order = { from: at, to: at + 1 };
      at++;
    } else if (word === 'nulls') at += 2;
    else {
      const name = behindName(tokens, at);
      const end = tokens.word(name) === '(' ? tokens.behindGroup(name) : name;
      key.operatorClass = { from: at, to: end };
      at = Math.max(end, at + 1);
    }
  }
  return key;
}

/** Behind a column's name, a call or an expression in parentheses. */
function behindExpression(tokens: StatementTokens, at: number): number {
  if (tokens.word(at) === '(') return tokens.behindGroup(at);
  const name = behindName(tokens, at);
  return tokens.word(name) === '(' ? tokens.behindGroup(name) : name;
}

function behindName(tokens: StatementTokens, at: number): number {
  let end = at + 1;
  while (tokens.word(end) === '.') end += 2;
  return end;
}
