/** DSQL's own syntax, recognised on tokens before PostgreSQL's parser sees the text. */
import type { Refusal, SpecialStatement } from './contract';
import { identifierOf, isWord, plainStringOf, tokenize, type Token } from './lexer';

/** A text prepared for the parser. */
export interface Prepared {
  /** What to parse: as long as the original, so that locations hold. */
  parseText: string;
  /** The unquoted ASYNC that was blanked out. */
  async?: { start: number; end: number };
  /** A statement PostgreSQL has no grammar for, wholly understood or wrong in itself. */
  iam?: { special: Extract<SpecialStatement, { role: string }>; tag: string } | { refusal: Refusal };
  /** An unquoted USING stands before the first parenthesis, and does not name the one method there is. */
  using: boolean;
  /** `USING btree_index`, blanked out too: PostgreSQL has no method of that name. */
  method?: { start: number; end: number };
}

/** The access method of every index, and the only one that USING may name (a live cluster, eu-north-1, 2026-08-27). */
const INDEX_METHOD = 'btree_index';

/** Enough tokens for the heads of the statements recognised here. */
const HEAD = 24;

/** Recognises CREATE INDEX ASYNC, ALTER TABLE ASYNC and AWS IAM GRANT | REVOKE. */
export function prepare(text: string): Prepared {
  const plain: Prepared = { parseText: text, using: false };
  const first = /^(?:\s|--[^\n]*\n|\/\*)*(?:create|alter|aws)\b/i.test(text);
  if (!first) return plain;
  const tokens = tokenize(text, HEAD);
  const word = (at: number, name: string) => isWord(text, tokens[at], name);
  if (word(0, 'aws')) return word(1, 'iam') ? { ...plain, iam: iamStatement(text, tokenize(text)) } : plain;
  if (word(0, 'create')) {
    const index = word(1, 'index') ? 1 : word(1, 'unique') && word(2, 'index') ? 2 : 0;
    if (index === 0) return plain;
    const using = tokens.findIndex((_, at) => word(at, 'using'));
    const open = tokens.findIndex(token => text[token.start] === '(');
    const isUsing = using > 0 && (open < 0 || using < open);
    const named = word(index + 1, 'async') ? withoutAsync(text, tokens[index + 1]) : plain;
    const [keyword, method] = tokens.slice(using, using + 2);
    if (!isUsing || !keyword || !method || identifierOf(text, method) !== INDEX_METHOD)
      return { ...named, using: isUsing };
    const place = { start: keyword.start, end: method.end };
    return { ...named, parseText: blanked(named.parseText, place), method: place };
  }
  return word(0, 'alter') && word(1, 'table') && word(2, 'async') ? withoutAsync(text, tokens[2]) : plain;
}

function withoutAsync(text: string, token: Token | undefined): Prepared {
  if (!token) return { parseText: text, using: false };
  const { start, end } = token;
  return { parseText: blanked(text, { start, end }), async: { start, end }, using: false };
}

/** The text with blanks in a place of it: all offsets hold. */
export const blanked = (text: string, { start, end }: { start: number; end: number }): string =>
  text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);

/** The text with the blanked word replaced. */
export const replaceAsync = (text: string, async: { start: number; end: number }, word: string): string =>
  word === ''
    ? text.slice(0, async.start) + text.slice(async.end).trimStart()
    : text.slice(0, async.start) + word + text.slice(async.end);

function iamStatement(text: string, tokens: Token[]): Prepared['iam'] {
  const grant = isWord(text, tokens[2], 'grant');
  if (!grant && !isWord(text, tokens[2], 'revoke')) return syntaxError(text, tokens[2]);
  const role = identifierOf(text, tokens[3]);
  if (role === undefined) return syntaxError(text, tokens[3]);
  if (!isWord(text, tokens[4], grant ? 'to' : 'from')) return syntaxError(text, tokens[4]);
  const arn = plainStringOf(text, tokens[5]);
  if (arn === undefined) return syntaxError(text, tokens[5]);
  const rest = tokens.slice(6).find(token => text[token.start] !== ';');
  if (rest) return syntaxError(text, rest);
  return {
    special: { type: grant ? 'iam-grant' : 'iam-revoke', role, arn },
    tag: grant ? 'AWS IAM GRANT' : 'AWS IAM REVOKE',
  };
}

function syntaxError(text: string, token: Token | undefined): { refusal: Refusal } {
  const near =
    token && text[token.start] !== ';' ? `at or near "${text.slice(token.start, token.end)}"` : 'at end of input';
  return {
    refusal: {
      ruleId: 'syntax_error',
      sqlstate: '42601',
      message: `syntax error ${near}`,
      position: token ? token.start : text.length,
    },
  };
}
