/**
 * Scripts are more than SQL: psql's own lines and variables, COPY's data, placeholders of template engines. They are covered with
 * blanks or stand-ins of the same length, so that what remains is SQL and every offset holds.
 */
import { Lexer, foldCase } from '../dialect/lexer';

/** A text made fit for the parser. */
export interface MaskedText {
  /** As long as the original. */
  text: string;
  /** Ranges that a template, a variable or a meta-command stood in; syntax errors around them prove nothing. */
  covered: { start: number; end: number }[];
}

/** Template engines' marks, read where the lexer stands outside strings and comments. `blank`: control flow, not a value. */
const TEMPLATES: readonly { open: string; close: string; blank: boolean }[] = [
  { open: '{%', close: '%}', blank: true },
  { open: '{#', close: '#}', blank: true },
  { open: '<%=', close: '%>', blank: false },
  { open: '<%', close: '%>', blank: true },
  { open: '${', close: '}', blank: false },
  { open: '{{', close: '}}', blank: false },
  { open: '#{', close: '}', blank: false },
];
/** psql's `:name`, `:'name'`, `:"name"`, `:{?name}`; drivers' `:name`. */
const VARIABLE = /:(?:'(\w+)'|"(\w+)"|\{\?\w+\}|[A-Za-z_]\w*)/y;
const META = /\\(?:;|[A-Za-z!?]\S*|\.)/y;

const at = (pattern: RegExp, text: string, offset: number): RegExpExecArray | null => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};
const blanks = (text: string): string => text.replace(/[^\r\n]/g, ' ');
const standIn = (text: string): string => 'x' + '_'.repeat(Math.max(0, text.length - 1));

/** Covers what is not SQL. Never throws. */
export function maskScript(text: string): MaskedText {
  // nothing of the kind in most texts
  if (!/[\\:{]|<%/.test(text)) return { text, covered: [] };
  const pieces: string[] = [];
  const covered: MaskedText['covered'] = [];
  let from = 0;
  const cover = (start: number, end: number, by: string): Lexer => {
    pieces.push(text.slice(from, start), by);
    covered.push({ start, end });
    from = end;
    return new Lexer(text, end);
  };
  let lexer = new Lexer(text);
  let words: string[] = [];
  let previousEnd = -1;
  const unclosed = new Set<string>();
  while (lexer.next()) {
    const { type, start, end } = lexer;
    if (type === 'space' || type === 'comment') continue;
    if (type === 'word' && words.length < 64) words.push(foldCase(text.slice(start, end)));
    const symbol = text[start];
    if (symbol === ';' && type === 'punctuation') {
      const data = copyData(text, words, end, unclosed);
      if (data) lexer = cover(data.start, data.end, blanks(text.slice(data.start, data.end)));
      words = [];
    } else if (symbol === '\\' && type === 'junk') {
      const meta = metaCommand(text, start);
      if (meta) lexer = cover(start, meta.end, meta.by);
      words = [];
    } else if ((type === 'junk' || type === 'operator') && '${#<'.includes(symbol ?? ' ')) {
      const template = templateAt(text, start, unclosed);
      if (template) lexer = cover(start, start + template.length, template.by);
    } else if (symbol === ':' && type === 'punctuation' && !joined(text, start, previousEnd)) {
      const variable = at(VARIABLE, text, start)?.[0];
      if (variable) lexer = cover(start, start + variable.length, variableStandIn(variable));
    }
    previousEnd = lexer.end;
  }
  return { text: pieces.join('') + text.slice(from), covered };
}

/** `a::text`, `b[1:n]`, `:=`: no variable. */
const joined = (text: string, start: number, previousEnd: number): boolean =>
  text[start - 1] === ':' || text[start + 1] === ':' || (previousEnd === start && /[\w\]]/.test(text[start - 1] ?? ''));

function variableStandIn(variable: string): string {
  if (variable.startsWith(`:'`)) return `'${'_'.repeat(variable.length - 2)}'`;
  if (variable.startsWith(':"')) return `"${'_'.repeat(variable.length - 2)}"`;
  return standIn(variable);
}

/** @param unclosed marks that nothing is closed by any more: nobody looks for them again */
function templateAt(text: string, start: number, unclosed: Set<string>): { length: number; by: string } | undefined {
  const template = TEMPLATES.find(({ open }) => text.startsWith(open, start));
  if (!template || unclosed.has(template.close)) return undefined;
  const { open, close, blank } = template;
  const end = text.indexOf(close, start + open.length);
  if (end < 0) {
    unclosed.add(close);
    return undefined;
  }
  const found = text.slice(start, end + close.length);
  return { length: found.length, by: blank ? blanks(found) : standIn(found) };
}

/** A meta-command runs to the end of its line; behind SQL it also ends the statement (`\g`, `\gset`). */
function metaCommand(text: string, start: number): { end: number; by: string } | undefined {
  const command = at(META, text, start)?.[0];
  if (command === undefined) return undefined;
  if (command === '\\;') return { end: start + 2, by: '; ' };
  const lineEnd = text.slice(start).search(/[\r\n]/);
  const end = lineEnd < 0 ? text.length : start + lineEnd;
  const begins = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
  const first = begins && !/^\\(?:g|gx|gset|gexec|gdesc|watch|crosstabview)\b/.test(command) ? ' ' : ';';
  return { end, by: first + ' '.repeat(end - start - 1) };
}

const END_OF_DATA = '\\.';

/** The lines behind `COPY … FROM stdin;` up to `\.`. */
function copyData(
  text: string,
  words: string[],
  from: number,
  unclosed: Set<string>,
): { start: number; end: number } | undefined {
  if (words[0] !== 'copy' || !words.includes('stdin') || unclosed.has(END_OF_DATA)) return undefined;
  const lineEnd = text.indexOf('\n', from);
  if (lineEnd < 0) return undefined;
  const close = /^\\\.[ \t]*\r?$/m;
  const found = close.exec(text.slice(lineEnd + 1));
  if (!found) unclosed.add(END_OF_DATA);
  return found ? { start: lineEnd + 1, end: lineEnd + 1 + found.index + found[0].trimEnd().length } : undefined;
}

/** Parameters of drivers that PostgreSQL's grammar does not have, tried when a statement does not parse: `?`, `%s`, `%(name)s`, `@name`. */
export function maskDriverParameters(text: string): string | undefined {
  let masked = '';
  let from = 0;
  let lexer = new Lexer(text);
  while (lexer.next()) {
    if (lexer.type !== 'operator' && lexer.type !== 'junk') continue;
    const parameter =
      at(/\?\d*|%\(\w+\)s|%s|[@$]\w+/y, text, lexer.end - 1) ?? at(/%\(\w+\)s|%s|[@$]\w+/y, text, lexer.start);
    if (!parameter) continue;
    masked += text.slice(from, parameter.index) + '1'.padStart(parameter[0].length, ' ');
    from = parameter.index + parameter[0].length;
    lexer = new Lexer(text, from);
  }
  return from === 0 ? undefined : masked + text.slice(from);
}
