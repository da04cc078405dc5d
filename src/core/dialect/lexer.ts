/**
 * PostgreSQL's lexical rules (scan.l, `standard_conforming_strings` on), as far as statements have to be told apart, rewritten by
 * tokens and normalised. Offsets are UTF-16 units. Never throws: what is unterminated runs to the end and says so.
 */

export type TokenType =
  /** Unquoted identifier or keyword. */
  | 'word'
  /** `"name"` or `U&"name"`. */
  | 'quoted'
  /** `'…'`, `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'`, `$tag$…$tag$`, with continuations on following lines. */
  | 'string'
  | 'number'
  /** `$1` */
  | 'parameter'
  | 'operator'
  /** `( ) [ ] , ; . :` */
  | 'punctuation'
  /** Line comment or block comment, nested. Left out of `tokenize`. */
  | 'comment'
  | 'space'
  /** A byte that begins nothing, or a number with trailing junk. */
  | 'junk';

export interface Token {
  type: TokenType;
  start: number;
  end: number;
  /** The text runs out inside the token. */
  unterminated?: boolean;
}

const NUMBER =
  /(?:0[xX](?:_?[0-9A-Fa-f])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:[0-9](?:_?[0-9])*(?:\.(?!\.)(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9](?:_?[0-9])*)?)/y;
const PARAMETER = /\$[0-9]+/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const OPERATORS = '~!@#^&|`?+-*/%<>=';
/** Between the parts of a continued string: blanks and line comments with at least one newline. */
const CONTINUATION = /[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Reads tokens one after the other. `next` returns false at the end; the fields describe the token read. */
export class Lexer {
  type: TokenType = 'space';
  start = 0;
  end = 0;
  unterminated = false;

  constructor(
    readonly text: string,
    private offset = 0,
  ) {}

  next(): boolean {
    const { text } = this;
    const start = (this.start = this.offset);
    this.unterminated = false;
    if (start >= text.length) return false;
    this.offset = this.end = this.read(text.charCodeAt(start), start);
    return true;
  }

  private read(code: number, start: number): number {
    const { text } = this;
    if (isSpace(code)) return this.as('space', this.space(start));
    if (code === 39) return this.as('string', this.quote(start + 1, 39, false));
    if (code === 34) return this.as('quoted', this.quote(start + 1, 34, false));
    if ((code >= 48 && code <= 57) || (code === 46 && isDigit(text.charCodeAt(start + 1)))) return this.number(start);
    if (code === 36) return this.dollar(start);
    if (code === 45 && text.charCodeAt(start + 1) === 45) return this.as('comment', this.lineComment(start));
    if (code === 47 && text.charCodeAt(start + 1) === 42) return this.as('comment', this.blockComment(start));
    if (isWordStart(code)) return this.word(code, start);
    if ('()[],;.:'.includes(text[start] as string)) return this.as('punctuation', start + 1);
    if (OPERATORS.includes(text[start] as string)) return this.as('operator', this.operator(start));
    return this.as('junk', start + 1);
  }

  private as(type: TokenType, end: number): number {
    this.type = type;
    return end;
  }

  private word(code: number, start: number): number {
    const { text } = this;
    const second = text.charCodeAt(start + 1);
    if (second === 39) {
      if (code === 69 || code === 101) return this.as('string', this.quote(start + 2, 39, true));
      if ('bBxXnN'.includes(text[start] as string)) return this.as('string', this.quote(start + 2, 39, false));
    }
    if ((code === 85 || code === 117) && second === 38) {
      const third = text.charCodeAt(start + 2);
      if (third === 39) return this.as('string', this.quote(start + 3, 39, false));
      if (third === 34) return this.as('quoted', this.quote(start + 3, 34, false));
    }
    return this.as('word', this.wordEnd(start));
  }

  // blanks, words and plain numbers are most of every text: a loop reads one in a fraction of what a regular expression takes to begin
  private space(start: number): number {
    let end = start + 1;
    while (isSpace(this.text.charCodeAt(end))) end++;
    return end;
  }

  private wordEnd(start: number): number {
    let end = start + 1;
    while (isWordPart(this.text.charCodeAt(end))) end++;
    return end;
  }

  /** From behind an opening quote to behind the closing one. */
  private quote(from: number, quote: number, escapes: boolean): number {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (escapes && code === 92) at++;
      else if (code === quote) {
        if (text.charCodeAt(at + 1) === quote) at++;
        else {
          const continued = quote === 39 ? matchAt(CONTINUATION, text, at + 1) : -1;
          if (continued < 0) return at + 1;
          at = continued - 1;
        }
      }
    }
    this.unterminated = true;
    return text.length;
  }

  private number(start: number): number {
    const { text } = this;
    let end = start;
    while (isDigit(text.charCodeAt(end))) end++;
    const next = text.charCodeAt(end);
    if (end === start || next === 46 || isWordStart(next)) end = matchAt(NUMBER, text, start);
    return isWordStart(text.charCodeAt(end)) ? this.as('junk', this.wordEnd(end)) : this.as('number', end);
  }

  private dollar(start: number): number {
    const { text } = this;
    const parameter = matchAt(PARAMETER, text, start);
    if (parameter > 0) return this.as('parameter', parameter);
    const open = matchAt(DOLLAR_TAG, text, start);
    if (open < 0) return this.as('junk', start + 1);
    const close = text.indexOf(text.slice(start, open), open);
    if (close < 0) this.unterminated = true;
    return this.as('string', close < 0 ? text.length : close + (open - start));
  }

  private lineComment(start: number): number {
    for (let at = start + 2; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 10 || code === 13) return at;
    }
    return this.text.length;
  }

  private blockComment(start: number): number {
    const { text } = this;
    let depth = 1;
    for (let at = start + 2; at < text.length - 1; at++) {
      const code = text.charCodeAt(at);
      const second = text.charCodeAt(at + 1);
      if (code === 42 && second === 47) {
        at++;
        if (--depth === 0) return at + 1;
      } else if (code === 47 && second === 42) {
        at++;
        depth++;
      }
    }
    this.unterminated = true;
    return text.length;
  }

  private operator(start: number): number {
    const { text } = this;
    let end = start + 1;
    for (; end < text.length && OPERATORS.includes(text[end] as string); end++)
      if (text.startsWith('--', end) || text.startsWith('/*', end)) break;
    return end;
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
const isWordPart = (code: number): boolean => isWordStart(code) || isDigit(code) || code === 36;
const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;

/** The tokens of a text without blanks and comments. */
export function tokenize(text: string, limit = Number.POSITIVE_INFINITY): Token[] {
  const tokens: Token[] = [];
  const lexer = new Lexer(text);
  while (tokens.length < limit && lexer.next()) {
    if (lexer.type === 'space' || lexer.type === 'comment') continue;
    const token: Token = { type: lexer.type, start: lexer.start, end: lexer.end };
    if (lexer.unterminated) token.unterminated = true;
    tokens.push(token);
  }
  return tokens;
}

/** The identifier a `word` or `quoted` token names: folded to lower case, or unquoted. Undefined for other tokens. */
export function identifierOf(text: string, token: Token | undefined): string | undefined {
  if (!token) return undefined;
  const raw = text.slice(token.start, token.end);
  if (token.type === 'word') return foldCase(raw);
  if (token.type !== 'quoted' || token.unterminated) return undefined;
  return raw.slice(raw.indexOf('"') + 1, -1).replaceAll('""', '"');
}

/** The value of a plain `'…'` token; undefined for anything else. */
export function plainStringOf(text: string, token: Token | undefined): string | undefined {
  if (!token || token.type !== 'string' || token.unterminated) return undefined;
  const raw = text.slice(token.start, token.end);
  return /^'(?:[^']|'')*'$/.test(raw) ? raw.slice(1, -1).replaceAll("''", "'") : undefined;
}

/** Whether the token is this unquoted word; `word` in lower case. */
export function isWord(text: string, token: Token | undefined, word: string): boolean {
  return (
    token?.type === 'word' &&
    token.end - token.start === word.length &&
    foldCase(text.slice(token.start, token.end)) === word
  );
}

/** PostgreSQL folds identifiers in ASCII only. */
export const foldCase = (word: string): string => word.replace(/[A-Z]/g, letter => letter.toLowerCase());
