import { foldCase, Lexer, type TokenType } from './lexer';

const NOT_ASCII = /\P{ASCII}/u;

/**
 * The same statements in ASCII, by PostgreSQL's Unicode escapes: a text that means the same to a session of any client_encoding. What
 * stands in comments, and where nothing but ASCII may stand, becomes `?`.
 */
export function asciiText(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const lexer = new Lexer(text);
  let ascii = '';
  while (lexer.next()) {
    const raw = text.slice(lexer.start, lexer.end);
    ascii += NOT_ASCII.test(raw) ? asciiToken(lexer.type, raw) : raw;
  }
  return ascii;
}

function asciiToken(type: TokenType, raw: string): string {
  switch (type) {
    case 'word':
      return `U&"${escaped(foldCase(raw))}"`;
    case 'quoted':
      return raw.startsWith('"') ? `U&${escaped(raw)}` : withCodes(raw);
    case 'string':
      return asciiString(raw);
    default:
      return raw.replace(/\P{ASCII}/gu, '?');
  }
}

function asciiString(raw: string): string {
  if (/^e/i.test(raw))
    return raw.replace(/\\?\P{ASCII}|\\[^]/gu, escape => (NOT_ASCII.test(escape) ? inEscapes(escape) : escape));
  if (/^u&/i.test(raw)) return withCodes(raw);
  if (/^n/i.test(raw)) return `pg_catalog.bpchar U&${escaped(raw.slice(1))}`;
  if (!raw.startsWith('$')) return `U&${escaped(raw)}`;
  const tag = raw.slice(0, raw.indexOf('$', 1) + 1);
  const body = raw.slice(tag.length, raw.length > tag.length && raw.endsWith(tag) ? -tag.length : undefined);
  return `U&'${escaped(body.replaceAll("'", "''"))}'`;
}

const escaped = (text: string): string => withCodes(text.replaceAll('\\', '\\\\'));

const withCodes = (text: string): string =>
  text.replace(/\P{ASCII}/gu, character => {
    const code = character.codePointAt(0)!;
    return code > 0xffff ? `\\+${hex(code, 6)}` : `\\${hex(code, 4)}`;
  });

/** In E'…', where a backslash before any other character means that character. */
function inEscapes(escape: string): string {
  const code = escape.replace('\\', '').codePointAt(0)!;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
