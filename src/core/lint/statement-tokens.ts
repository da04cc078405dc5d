/** A statement as tokens, with questions about words: what ranges and fixes are computed from. */
import { foldCase, identifierOf, tokenize, type Token } from '../dialect/lexer';
import type { TextRange } from './contract';

/** Stands for any token in a sequence of words. */
export const ANY = '*';

/** The tokens of one statement. Offsets are the statement's own. */
export class StatementTokens {
  readonly tokens: readonly Token[];

  constructor(readonly text: string) {
    this.tokens = tokenize(text);
  }

  /** The token's unquoted word in lower case; its text for symbols; undefined beyond the end. */
  word(at: number): string | undefined {
    const token = this.tokens[at];
    if (!token) return undefined;
    const raw = this.text.slice(token.start, token.end);
    return token.type === 'word' ? foldCase(raw) : token.type === 'quoted' ? undefined : raw;
  }

  /** The identifier a token names, folded or unquoted. */
  name(at: number): string | undefined {
    return identifierOf(this.text, this.tokens[at]);
  }

  /** Source text of the tokens from `from` to before `to`. */
  source(from: number, to: number): string {
    const { start, end } = this.range(from, to);
    return this.text.slice(start, end);
  }

  /** Range of the tokens from `from` to before `to`. */
  range(from: number, to = from + 1): TextRange {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    return { start: first?.start ?? this.text.length, end: last?.end ?? this.text.length };
  }

  /** Index of the first place at or behind `from` where the words follow one another; -1 without one. */
  find(words: readonly string[], from = 0, to = this.tokens.length): number {
    for (let at = from; at + words.length <= to; at++) {
      if (words.every((word, i) => word === ANY || this.word(at + i) === word)) return at;
    }
    return -1;
  }

  /** Index of the token that begins at or holds the offset; the last token beyond the end; -1 without tokens. */
  at(offset: number): number {
    let found = this.tokens.findIndex(token => token.end > offset);
    if (found < 0) found = this.tokens.length - 1;
    return found;
  }

  /** Index behind the parenthesis that closes the one at `open`, or the number of tokens where none does. */
  behindGroup(open: number): number {
    let depth = 0;
    for (let at = open; at < this.tokens.length; at++) {
      const word = this.word(at);
      if (word === '(' || word === '[') depth++;
      else if ((word === ')' || word === ']') && --depth === 0) return at + 1;
    }
    return this.tokens.length;
  }

  /** Splits the tokens from `from` to before `to` at the commas outside parentheses. */
  elements(from: number, to: number): { from: number; to: number }[] {
    const found: { from: number; to: number }[] = [];
    let start = from;
    for (let at = from; at < to; at++) {
      const word = this.word(at);
      if (word === '(' || word === '[') at = this.behindGroup(at) - 1;
      else if (word === ',') {
        found.push({ from: start, to: at });
        start = at + 1;
      }
    }
    if (start < to) found.push({ from: start, to });
    return found;
  }
}
