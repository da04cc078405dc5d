/** Takes off what terminals, drivers and mail put around a plan's lines, and keeps it, so that the text can be printed back. */

/** One line of the text: `before + body + after` is the line. */
export interface SourceLine {
  /** 1-based. */
  number: number;
  before: string;
  body: string;
  after: string;
  /** Headings, rules, blank lines, row counts: nothing to parse. */
  frame: boolean;
}

const RULE = /^[\s+|\-=_*─━═┌┐└┘├┤┬┴┼│╔╗╚╝╠╣╦╩╬╟╢║]+$/;
const HEADING = /^\s*(?:QUERY PLAN|EXPLAIN|\(\d+ rows?\)|\(\d+ lignes?\)|Time: [\d.,]+ ms.*|```.*|~~~.*)\s*$/i;
const MAIL_QUOTE = /^\s{0,3}(?:> ?)+/;
const BORDERS = '|│║';

function isFrame(text: string): boolean {
  return text.trim() === '' || RULE.test(text) || HEADING.test(text);
}

/** Splits a text into lines and takes off quoting of mail, cell borders, psql's `+` of multi-line cells, and CSV quotes. */
export function sourceLines(text: string): SourceLine[] {
  const lines = text.split('\n').map((raw, i): SourceLine => {
    const carriage = raw.endsWith('\r') ? '\r' : '';
    return { number: i + 1, before: '', body: carriage ? raw.slice(0, -1) : raw, after: carriage, frame: false };
  });
  const filled = lines.filter(l => l.body.trim() !== '');
  if (filled.length > 0 && filled.every(l => MAIL_QUOTE.test(l.body))) {
    for (const line of filled) takeBefore(line, MAIL_QUOTE.exec(line.body)![0].length);
  }
  for (const line of lines) {
    const cell = cellOf(line.body);
    if (!cell || RULE.test(line.body)) continue;
    takeAfter(line, line.body.length - cell.end);
    takeBefore(line, cell.start);
  }
  for (const line of lines) line.frame = isFrame(line.body);
  const content = lines.filter(l => !l.frame);
  if (content.length > 1 && content.slice(0, -1).every(l => continuedAt(l.body) !== undefined)) {
    for (const line of content) takeAfter(line, line.body.length - (continuedAt(line.body) ?? line.body.length));
  }
  if (content.length > 0 && content.every(l => /^".*"$/.test(l.body))) {
    for (const line of content) {
      takeAfter(line, 1);
      takeBefore(line, 1);
    }
  }
  for (const line of content) {
    line.frame = isFrame(line.body);
    if (!line.frame) takeAfter(line, line.body.length - line.body.trimEnd().length);
  }
  return lines;
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
  line.before += line.body.slice(0, length);
  line.body = line.body.slice(length);
}

function takeAfter(line: SourceLine, length: number): void {
  if (length === 0) return;
  line.after = line.body.slice(-length) + line.after;
  line.body = line.body.slice(0, -length);
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
