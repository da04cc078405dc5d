/** Strings and comments of a source file. Never throws; what is unterminated runs to the end of its line or of the text. */
import type { Language, QuoteForm } from './language';

/** A string, or strings that are joined by `+`, by `\` or by nothing between them. */
export interface Literal {
  /** Offset of `text` in the source. */
  start: number;
  /** As long as in the source: escapes, joints and placeholders of f-strings are covered with blanks and stand-ins. */
  text: string;
}

export interface SourceStrings {
  literals: Literal[];
  /** The source with comments blanked. */
  code: string;
}

interface Part {
  start: number;
  end: number;
  form: QuoteForm;
}

/** The strings of a source, and the source with its comments blanked. */
export function readStrings(source: string, language: Language): SourceStrings {
  const parts: Part[] = [];
  const pieces: string[] = [];
  let from = 0;
  const blank = (start: number, end: number): void => {
    pieces.push(source.slice(from, start), source.slice(start, end).replace(/[^\n]/g, ' '));
    from = end;
  };
  for (let at = 0; at < source.length;) {
    const comment = commentEnd(source, at, language);
    if (comment > at) {
      blank(at, comment);
      at = comment;
      continue;
    }
    const heredoc = language.heredocs ? heredocAt(source, at) : undefined;
    if (heredoc) {
      parts.push(heredoc);
      at = heredoc.end;
      continue;
    }
    const form = language.quotes.find(({ open }) => source.startsWith(open, at));
    if (!form) {
      at++;
      continue;
    }
    const end = quoteEnd(source, at + form.open.length, form);
    parts.push({ start: at + form.open.length, end, form });
    at = Math.min(source.length, end + form.close.length);
  }
  return { literals: joined(source, parts, language), code: pieces.join('') + source.slice(from) };
}

function commentEnd(source: string, at: number, { lineComments, blockComments }: Language): number {
  if (blockComments && source.startsWith('/*', at)) {
    const end = source.indexOf('*/', at + 2);
    return end < 0 ? source.length : end + 2;
  }
  if (!lineComments.some(mark => source.startsWith(mark, at))) return at;
  // the // of a URL in bare text is none, and Ruby's #{ only stands in strings
  if (source[at - 1] === ':') return at;
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end;
}

function quoteEnd(source: string, from: number, { close, escapes, multiline }: QuoteForm): number {
  for (let at = from; at < source.length; at++) {
    if (escapes && source[at] === '\\') at++;
    else if (source.startsWith(close, at)) return at;
    else if (close === '`' && source.startsWith('${', at)) at = templateEnd(source, at + 2);
    else if (!multiline && source[at] === '\n') return at;
  }
  return source.length;
}

/** Index of the brace that closes `${`, past nested braces and backquotes. */
function templateEnd(source: string, from: number): number {
  let depth = 1;
  for (let at = from; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (char === '`') at = quoteEnd(source, at + 1, { open: '`', close: '`', escapes: true, multiline: true });
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at;
  }
  return source.length;
}

function heredocAt(source: string, at: number): Part | undefined {
  if (source[at] !== '<' || source[at + 1] !== '<') return undefined;
  const head = /^<<[~-]?(['"]?)([A-Z]\w*)\1[^\n]*\n/.exec(source.slice(at, at + 200));
  if (!head) return undefined;
  const start = at + head[0].length;
  const close = new RegExp(`^[ \\t]*${head[2]}\\b`, 'm').exec(source.slice(start));
  const end = close ? start + close.index : source.length;
  return { start, end, form: { open: '<<', close: '', escapes: true, multiline: true } };
}

/** Strings with nothing but a joint between them are one. */
function joined(source: string, parts: readonly Part[], language: Language): Literal[] {
  const literals: Literal[] = [];
  let lastEnd = -1;
  for (const part of parts) {
    const text = cover(source.slice(part.start, part.end), part, source, language);
    const last = literals.at(-1);
    const between = lastEnd < 0 ? 'x' : source.slice(lastEnd, part.start);
    if (last && /^["'`]{0,3}\s*(?:[+\\]\s*)?(?:[rRbBuUfF]{0,2})["'`]{0,3}$/.test(between) && /\s|\+/.test(between)) {
      last.text += between.replace(/[^\n]/g, ' ') + text;
    } else literals.push({ start: part.start, text });
    lastEnd = part.end;
  }
  return literals;
}

function cover(text: string, { form, start }: Part, source: string, { braces }: Language): string {
  let covered = form.escapes ? text.replace(/\\(?:\r?\n|[\s\S])/g, escape => unescaped(escape)) : text;
  if (form.close === '`') covered = covered.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, standIn);
  if (braces) {
    const prefix = source.slice(Math.max(0, start - form.open.length - 2), start - form.open.length);
    const isFormat = /[fF][rR]?$/.test(prefix);
    covered = covered.replace(isFormat ? /\{[^{}]*\}/g : /\{\w*\}/g, standIn);
  }
  return covered;
}

const standIn = (text: string): string => `x${'_'.repeat(text.length - 1)}`;

/** An escape as what it stands for, as long as before. */
function unescaped(escape: string): string {
  const char = escape[1] ?? ' ';
  return (char === '"' || char === "'" || char === '`' ? ` ${char}` : ' ').padEnd(escape.length, ' ');
}
