/** What fixes are computed from, and the edits they have in common. Edits count from the statement's start until they are handed out. */
import type { LintFix, TextEdit, TextRange } from '../contract';
import type { StatementPlace } from '../script-walk';
import type { Finding } from '../statement-facts';
import type { StatementTokens } from '../statement-tokens';
import type { TableShape } from '../table-shape';

export interface FixContext {
  finding: Finding;
  place: StatementPlace;
  span: TextRange;
  document: string;
  /** Tables the document defines, by unqualified name. */
  tables: ReadonlyMap<string, TableShape>;
  tokens: StatementTokens;
}

/** Computes the ways out of one finding; nothing where the text does not look as expected. */
export type Fixer = (context: FixContext) => LintFix[];

/** One fix; nothing without edits. */
export function fix(id: string, title: string, safe: boolean, edits: (TextEdit | undefined)[]): LintFix[] {
  const given = edits.flatMap(edit => edit ?? []);
  return given.length === edits.length && given.length > 0 ? [{ id, title, safe, edits: given }] : [];
}

export const replace = ({ start, end }: TextRange, newText: string): TextEdit => ({ start, end, newText });
export const insert = (at: number, newText: string): TextEdit => ({ start: at, end: at, newText });

/** Takes tokens out, with the blanks before them (behind them at the statement's start). */
export function removeTokens(tokens: StatementTokens, from: number, to: number): TextEdit | undefined {
  if (from < 0 || to <= from || to > tokens.tokens.length) return undefined;
  const { start, end } = tokens.range(from, to);
  const before = from === 0 ? start : (tokens.tokens[from - 1]?.end ?? start);
  if (from > 0 && tokens.text.slice(before, start).trim() === '') {
    return { start: before, end, newText: '' };
  }
  const behind = /^\s*/.exec(tokens.text.slice(end))?.[0].length ?? 0;
  return { start, end: end + behind, newText: '' };
}

/** Takes the first place where the words follow one another out. `*` matches any token. */
export function removeWords(tokens: StatementTokens, words: readonly string[]): TextEdit | undefined {
  const at = tokens.find(words);
  return at < 0 ? undefined : removeTokens(tokens, at, at + words.length);
}

/** Takes the whole statement out, with its semicolon and the rest of its line. */
export function removeStatement({ span, document, tokens }: FixContext): TextEdit {
  const behind = /^[ \t\r\n]*;(?:[ \t]*\r?\n)?/.exec(document.slice(span.end, span.end + 200))?.[0].length ?? 0;
  return { start: 0, end: tokens.text.length + behind, newText: '' };
}

/** Statements to stand behind this one, each in a transaction of its own. */
export function append({ place, tokens }: FixContext, statements: readonly string[]): TextEdit {
  const between = place.inBlock ? ';\nCOMMIT;\nBEGIN;\n' : ';\n';
  return insert(tokens.text.length, statements.map(statement => between + statement).join(''));
}

/** The table behind the keywords at `at`: its source text, its last name, and the index of the token behind it. */
export function tableAt(
  tokens: StatementTokens,
  at: number,
): { source: string; name: string; end: number } | undefined {
  let start = at;
  if (tokens.word(start) === 'if' && tokens.word(start + 1) === 'exists') start += 2;
  if (tokens.word(start) === 'if' && tokens.word(start + 1) === 'not') start += 3;
  if (tokens.word(start) === 'only') start++;
  if (tokens.name(start) === undefined) return undefined;
  let end = start + 1;
  while (tokens.word(end) === '.') end += 2;
  return { source: tokens.source(start, end), name: tokens.name(end - 1) ?? '', end };
}
