import { stripLogPrefixes } from './log-prefix';

/** Takes off what terminals, drivers and mail put around a plan's lines, and keeps it, so that the text can be printed back. */

/** One line of the text: `before + original + after` is the line. */
export interface SourceLine {
  /** 1-based. */
  number: number;
  before: string;
  /** What is parsed: blanks of every kind are plain blanks, doubled CSV quotes single. */
  body: string;
  /** The same part as it was pasted. Its first characters, to the end of an arrow, stand at the same places as in `body`. */
  original: string;
  after: string;
  /** Headings, rules, blank lines, row counts, prompts: nothing to parse. */
  frame: boolean;
  /** The rest of the line before, cut off by psql's `wrapped` format: to be joined without a blank. */
  continues?: boolean;
}

const RULE = /^[\s+|\-=_*─━═┌┐└┘├┤┬┴┼│╔╗╚╝╠╣╦╩╬╟╢║]+$/;
const HEADING =
  /^\s*(?:QUERY PLAN|"?QUERY PLAN"?,?|EXPLAIN|\(\d+ \p{L}+\)|Time: [\d.,]+ ms.*|```.*|~~~.*|[-*─]\[ RECORD \d+ \][-+─]*|(?:LOG: +)?duration: [\d.]+ ms +plan:|<\/?(?:pre|code)>)\s*$/iu;
/** `bank=> EXPLAIN …` and `bank-> FROM …`. */
const PROMPT = /^\s*[\w.@/-]+[=\-('"*^!$][*!?]?[>#](?:\s|$)/;
const MAIL_QUOTE = /^\s{0,3}(?:> ?)+/;
const RECORD_CELL = /^\s*QUERY PLAN\s*[|│║:] ?/;
const BORDERS = '|│║';
const BLANKS = /[\t\f\v\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;

function isFrame(text: string): boolean {
  return text.trim() === '' || RULE.test(text) || HEADING.test(text) || PROMPT.test(text);
}

/**
 * Splits a text into lines and takes off quoting of mail, what logs put in front, cell borders, psql's marks of multi-line and wrapped
 * cells, and CSV quotes.
 */
export function sourceLines(text: string): SourceLine[] {
  const lines = text.split('\n').map((raw, i): SourceLine => {
    const end = raw.endsWith('\r') ? -1 : raw.length;
    const start = i === 0 && raw.startsWith('\ufeff') ? 1 : 0;
    const original = raw.slice(start, end);
    return {
      number: i + 1,
      before: raw.slice(0, start),
      original,
      body: original.replace(BLANKS, ' '),
      after: end < 0 ? '\r' : '',
      frame: false,
    };
  });
  const filled = lines.filter(l => l.body.trim() !== '');
  const quoted = filled.map(l => MAIL_QUOTE.exec(l.body)?.[0].length ?? 0);
  filled.forEach((line, i) => {
    // a condition that was wrapped before its operator stands alone
    if (quoted[i]! > 0 && (filled.length === 1 || quoted[i - 1] || quoted[i + 1])) takeBefore(line, quoted[i]!);
  });
  stripLogPrefixes(filled, takeBefore);
  for (const line of lines) {
    const cell = cellOf(line.body);
    if (cell && !RULE.test(line.body)) {
      takeAfter(line, line.body.length - cell.end);
      takeBefore(line, cell.start);
    }
    const record = RECORD_CELL.exec(line.body);
    if (record) takeBefore(line, record[0].length);
  }
  for (const line of lines) line.frame = isFrame(line.body);
  joinWrappedCells(lines);
  const content = lines.filter(l => !l.frame);
  const marked = content.filter(l => continuedAt(l.body) !== undefined).length;
  if (content.length > 1 && marked >= content.length - 1) {
    for (const line of content) takeAfter(line, line.body.length - (continuedAt(line.body) ?? line.body.length));
  }
  if (content.length > 0 && content.every(l => /^ *".*" *,?$/.test(l.body))) {
    for (const line of content) {
      takeAfter(line, line.body.length - line.body.lastIndexOf('"'));
      takeBefore(line, line.body.indexOf('"') + 1);
    }
    // only a program that doubles quotes writes them all doubled
    if (content.every(l => !l.body.replaceAll('""', '').includes('"')))
      for (const line of content) line.body = line.body.replaceAll('""', '"');
  }
  content.forEach(line => {
    line.frame = isFrame(line.body);
    const next = lines[line.number];
    if (!line.frame && !next?.continues) takeAfter(line, line.body.length - line.body.trimEnd().length);
  });
  return lines;
}

/** psql's `wrapped` format: the cut line ends with a mark and the next one starts with it. */
function joinWrappedCells(lines: SourceLine[]): void {
  // a cell is padded by a blank, or by the mark in its place: without, the dots are the text's own
  if (!lines.every(l => l.frame || /^[ .…]/.test(l.body) || /[|│║] ?$/.test(l.before))) return;
  for (let i = 0; i + 1 < lines.length; i++) {
    const [line, next] = [lines[i]!, lines[i + 1]!];
    if (line.frame || next.frame) continue;
    const mark = /^([.…])/.exec(next.body)?.[1];
    if (mark === undefined || !line.body.trimEnd().endsWith(mark)) continue;
    takeAfter(line, line.body.length - line.body.lastIndexOf(mark));
    takeBefore(next, 1);
    next.continues = true;
  }
}

/** Where a table cell's text starts and ends, when the line stands between two borders. */
function cellOf(body: string): { start: number; end: number } | undefined {
  const trimmed = body.trim();
  if (trimmed.length < 2 || !BORDERS.includes(trimmed[0]!) || !BORDERS.includes(trimmed.at(-1)!)) return undefined;
  const first = body.indexOf(trimmed[0]!) + 1;
  const inner = body.slice(first, body.lastIndexOf(trimmed.at(-1)!));
  const start = first + (inner.startsWith(' ') ? 1 : 0);
  return { start, end: Math.max(start, first + inner.trimEnd().length) };
}

/** Where the text ends before psql's mark of a multi-line cell; undefined without the mark. */
function continuedAt(body: string): number | undefined {
  const trimmed = body.trimEnd();
  if (!/[+↵]$/.test(trimmed)) return undefined;
  return trimmed.slice(0, -1).trimEnd().length;
}

function takeBefore(line: SourceLine, length: number): void {
  line.before += line.original.slice(0, length);
  line.original = line.original.slice(length);
  line.body = line.body.slice(length);
}

function takeAfter(line: SourceLine, length: number): void {
  if (length === 0) return;
  line.after = line.original.slice(-length) + line.after;
  line.original = line.original.slice(0, -length);
  line.body = line.body.slice(0, -length);
}

/** The column at which the character at `length` stands: tabs go to the next multiple of eight. */
export function columnOf(line: SourceLine, length: number): number {
  if (!line.original.slice(0, length).includes('\t')) return length;
  let column = 0;
  for (const character of line.original.slice(0, length)) {
    column = character === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  }
  return column;
}

/** True while a parenthesis is open at the end of the text: the line was wrapped. Quoted text does not count. */
export function isOpen(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
  }
  return depth > 0;
}
