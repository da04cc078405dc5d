/** Takes secrets out of SQL that is kept: passwords, tokens, keys. Whom a role is granted to is no secret. */
import { foldCase, identifierOf, isWord, Lexer, tokenize, type Token } from '../dialect/lexer';

/** Stands where a secret stood. */
export const REDACTED = '‹redacted›';

/** Names of things whose values are secret. */
const SECRET_NAME =
  /(?:^|_)(?:password|passwd|passphrase|pwd|pass|secret|token|api_?key|access_?key|private_?key|credentials?|authorization|pin|cvv|cvc)(?:$|_)|(?:password|secret|token)$/;

/** Secrets that show by themselves, wherever they stand: in literals, comments, or text that is no SQL at all. */
const SECRET_TEXT: readonly RegExp[] = [
  // a DSQL token, or any presigned URL: everything from the signature's parameters on
  /X-Amz-[A-Za-z-]{1,40}=[^\s'"]*/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,}|sk_live_\w{10,})/g,
  // user:password@host in an address
  /(?<=:\/\/[^\s:/@'"]*:)[^\s@/'"]+(?=@)/g,
  /(?!\s)(?<=\baws_(?:secret_access_key|session_token)\s*[=:]\s*)[^\s'",;)]+/gi,
];

/** `password=…` in a connection string or a comment; in code it would be a comparison. No blank looks back: each would read all before it. */
const SECRET_SETTING = /(?!\s)(?<=(?:password|passwd|pwd|secret|token|api_?key)['"]?\s*[=:]\s*)[^\s'",;)]+/gi;

export interface Redaction {
  text: string;
  /** Something was taken out: the text can no longer be run as it is. */
  redacted: boolean;
}

/** The statement with every secret it can be seen to hold replaced by a mark. Never throws. */
export function redactSecrets(sql: string): Redaction {
  const literals = new Set(secretLiterals(sql).map(({ start }) => start));
  let text = '';
  const lexer = new Lexer(sql);
  while (lexer.next()) {
    const piece = sql.slice(lexer.start, lexer.end);
    if (literals.has(lexer.start)) text += `'${REDACTED}'`;
    else if (lexer.type === 'comment' || lexer.type === 'string') text += piece.replace(SECRET_SETTING, REDACTED);
    else text += piece;
  }
  for (const pattern of SECRET_TEXT) text = text.replace(pattern, REDACTED);
  return { text, redacted: text !== sql };
}

function secretLiterals(sql: string): Token[] {
  const tokens = tokenize(sql);
  const secrets = tokens.filter((token, at) => token.type === 'string' && isNamedSecret(sql, tokens, at));
  return [...secrets, ...insertedSecrets(sql, tokens)];
}

/** `PASSWORD '…'`, `password = '…'`, `SET token TO '…'`, `secret => '…'`, `password IN ('…', '…')`, `crypt('…', …)`. */
function isNamedSecret(sql: string, tokens: readonly Token[], at: number): boolean {
  const previous = tokens[at - 1];
  if (isWord(sql, previous, 'password')) return true;
  // back over operators, opening brackets, earlier members of a list, casts and words between, to the name
  for (let back = at - 1, steps = 0; back >= 0 && steps < 64; back--, steps++) {
    const token = tokens[back] as Token;
    const name = identifierOf(sql, token);
    if (name !== undefined) {
      if (SECRET_FUNCTIONS.has(name)) return true;
      if (LINKING_WORDS.has(name)) continue;
      return linked(sql, tokens, back, at) && SECRET_NAME.test(name);
    }
    const symbol = sql.slice(token.start, token.end);
    if (symbol === ';' || symbol === ')') return false;
  }
  return false;
}

const SECRET_FUNCTIONS = new Set(['crypt', 'hmac', 'pgp_sym_encrypt', 'pgp_sym_decrypt']);
const LINKING_WORDS = new Set(['in', 'like', 'ilike', 'is', 'not', 'distinct', 'from', 'to', 'any', 'all', 'values']);

/** Between a name and the literal stands what compares or assigns, not just a comma of a list. */
function linked(sql: string, tokens: readonly Token[], name: number, literal: number): boolean {
  const next = tokens[name + 1] as Token;
  if (name + 1 === literal) return false;
  const symbol = sql.slice(next.start, next.end);
  return next.type === 'operator' || symbol === ':' || (next.type === 'word' && LINKING_WORDS.has(foldCase(symbol)));
}

/** Literals of an INSERT … VALUES at the places of columns with secret names. */
function insertedSecrets(sql: string, tokens: readonly Token[]): Token[] {
  const insert = tokens.findIndex((token, at) => isWord(sql, token, 'insert') && isWord(sql, tokens[at + 1], 'into'));
  if (insert < 0) return [];
  const symbol = (at: number): string => sql.slice(tokens[at]?.start, tokens[at]?.end);
  let at = insert + 2;
  while (at < tokens.length && symbol(at) !== '(' && !isWord(sql, tokens[at], 'values')) at++;
  if (symbol(at) !== '(') return [];
  const columns: boolean[] = [];
  for (at++; at < tokens.length && symbol(at) !== ')'; at++) {
    const name = identifierOf(sql, tokens[at]);
    if (name !== undefined) columns.push(SECRET_NAME.test(name));
  }
  if (!columns.includes(true)) return [];
  const found: Token[] = [];
  let depth = 0;
  let column = 0;
  for (at++; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const text = symbol(at);
    if (text === '(') {
      if (depth++ === 0) column = 0;
    } else if (text === ')') depth--;
    else if (text === ',' && depth === 1) column++;
    else if (token.type === 'string' && depth > 0 && columns[column]) found.push(token);
  }
  return found;
}
