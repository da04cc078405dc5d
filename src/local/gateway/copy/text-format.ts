import type { CopyFromClient } from '../../../core/dialect/copy';
import { Newlines, type CopyField, type CopyLine } from './field';

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const ESCAPE = /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\s\S]))/gu;
/** Lines of COPY's text format: fields between delimiters, a backslash escapes the next character. */
export function* textLines(data: string, { delimiter }: CopyFromClient): Generator<CopyLine> {
  const newlines = new Newlines(false);
  let from = 0;
  while (from < data.length) {
    const { end, next } = lineFrom(data, from, newlines);
    const text = data.slice(from, end);
    if (next === undefined && text === '') return;
    from = next ?? data.length;
    yield { fields: fieldsOf(text, delimiter) };
  }
}

/** A line ends at a newline that no backslash escapes, or at the marker `\.`, after which nothing is read. */
function lineFrom(data: string, from: number, newlines: Newlines): { end: number; next: number | undefined } {
  for (let at = from; at < data.length; at++) {
    const sign = data[at];
    if (sign === '\\' && data[at + 1] === '.') {
      newlines.closesAt(data, at + 2);
      return { end: at, next: undefined };
    }
    if (sign === '\\') at++;
    else if (sign === '\n' || sign === '\r') return { end: at, next: at + newlines.lengthAt(data, at) };
  }
  return { end: data.length, next: data.length };
}

function fieldsOf(line: string, delimiter: string): CopyField[] {
  const fields: CopyField[] = [];
  let from = 0;
  for (let at = 0; at <= line.length; at++) {
    if (at < line.length && line[at] === '\\') at++;
    else if (at >= line.length || line[at] === delimiter) {
      const plain = line.slice(from, at);
      fields.push({ plain, value: plain.includes('\\') ? unescape(plain) : plain });
      from = at + 1;
      if (at >= line.length) return fields;
    }
  }
  // the data end in a lone backslash, which PostgreSQL leaves out
  const plain = line.slice(from, -1);
  fields.push({ plain, value: unescape(plain) });
  return fields;
}

/** Octal and hexadecimal escapes name bytes: several of them may make one character. */
function unescape(text: string): string {
  const bytes: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, hex, octal, sign] = match;
    bytes.push(Buffer.from(text.slice(from, match.index)));
    if (hex !== undefined) bytes.push(Buffer.from([parseInt(hex, 16)]));
    else if (octal !== undefined) bytes.push(Buffer.from([parseInt(octal, 8) & 0xff]));
    else bytes.push(Buffer.from(ESCAPES[sign!] ?? sign!));
    from = match.index + whole.length;
  }
  bytes.push(Buffer.from(text.slice(from)));
  return Buffer.concat(bytes).toString();
}
