/** PostgreSQL 16's own parser, in WebAssembly. */
import { hasSqlDetails, loadModule, parseSync, type Node } from 'libpg-query';
import { Lexer } from './lexer';
import { parserError } from './parser-errors';
import { all, as } from './tree';

/** What the parser makes of a text. Locations in the tree are UTF-8 bytes. */
export type Parsed =
  | { type: 'tree'; statements: Node[] }
  /** A syntax error as PostgreSQL words it; `position` in UTF-16 units, absent where PostgreSQL names no place. */
  | { type: 'error'; sqlstate: string; message: string; hint?: string; position?: number }
  /** Too deep or too large for the parser here: PostgreSQL itself must say what it is. */
  | { type: 'unknown' };

/** Loads the parser once per process. */
export const loadParser = (): Promise<void> => loadModule();

/** Parses a text. Never throws. */
export function parse(text: string): Parsed {
  const parsed = parseAsWritten(text);
  if (parsed.type !== 'error') return parsed;
  const blanked = withoutComments(text);
  if (blanked === undefined) return parsed;
  const again = parseAsWritten(blanked);
  if (again.type !== 'error' || again.position === undefined) return again;
  return { ...again, position: byteToUtf16(text, utf8Length(blanked.slice(0, again.position))) };
}

/**
 * The text with blanks for its comments, as many as they have bytes, so that places in the tree stay. Where PostgreSQL reads two words as
 * one token (NOT IN, NULLS LAST, WITH TIME ZONE), it looks past a comment between them; the parser here does not. Undefined without one.
 */
function withoutComments(text: string): string | undefined {
  if (!/--|\/\*/.test(text)) return undefined;
  const lexer = new Lexer(text);
  let blanked = '';
  while (lexer.next()) {
    const token = text.slice(lexer.start, lexer.end);
    blanked += lexer.type === 'comment' && !lexer.unterminated ? ' '.repeat(utf8Length(token)) : token;
  }
  return blanked === text ? undefined : blanked;
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

function parseAsWritten(text: string): Parsed {
  if (text.trim() === '') return { type: 'tree', statements: [] };
  try {
    const { stmts } = parseSync(text) as { stmts?: { stmt?: Node }[] };
    const statements = (stmts ?? []).flatMap(({ stmt }) => stmt ?? []);
    return errorBesideSet(text, statements) ?? { type: 'tree', statements };
  } catch (error) {
    if (!hasSqlDetails(error)) return { type: 'unknown' };
    const { sqlDetails } = error;
    if (sqlDetails.message.startsWith('memory exhausted')) return { type: 'unknown' };
    return { type: 'error', ...parserError(text, sqlDetails, codePointToUtf16(text, sqlDetails.cursorPosition)) };
  }
}

/** SET takes constants; this parser, made for normalised texts as well, takes placeholders too. */
function errorBesideSet(text: string, statements: readonly Node[]): Parsed | undefined {
  const [placeholder] = statements.flatMap(node => all(as(node, 'VariableSetStmt')?.args, 'ParamRef'));
  if (!placeholder) return undefined;
  const { number = 0, location = 0 } = placeholder;
  const message = `syntax error at or near "$${number}"`;
  return { type: 'error', sqlstate: '42601', message, position: byteToUtf16(text, location) };
}

function codePointToUtf16(text: string, codePoints: number): number {
  let at = 0;
  for (let seen = 0; seen < codePoints && at < text.length; seen++) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** Where the UTF-8 byte `bytes` of a text lies in UTF-16 units. */
export function byteToUtf16(text: string, bytes: number): number {
  let at = 0;
  for (let seen = 0; seen < bytes && at < text.length;) {
    const code = text.codePointAt(at) ?? 0;
    seen += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}
