/** PostgreSQL 16's own parser, in WebAssembly. */
import { hasSqlDetails, loadModule, parseSync, type Node } from 'libpg-query';

/** What the parser makes of a text. Locations in the tree are UTF-8 bytes. */
export type Parsed =
  | { type: 'tree'; statements: Node[] }
  /** A syntax error as PostgreSQL words it; `position` in UTF-16 units. */
  | { type: 'error'; sqlstate: string; message: string; position: number }
  /** Too deep or too large for the parser here: PostgreSQL itself must say what it is. */
  | { type: 'unknown' };

/** Loads the parser once per process. */
export const loadParser = (): Promise<void> => loadModule();

/** Parses a text. Never throws. */
export function parse(text: string): Parsed {
  if (text.trim() === '') return { type: 'tree', statements: [] };
  try {
    const { stmts } = parseSync(text) as { stmts?: { stmt?: Node }[] };
    return { type: 'tree', statements: (stmts ?? []).flatMap(({ stmt }) => stmt ?? []) };
  } catch (error) {
    if (!hasSqlDetails(error)) return { type: 'unknown' };
    const { message, cursorPosition } = error.sqlDetails;
    if (message.startsWith('memory exhausted')) return { type: 'unknown' };
    return { type: 'error', sqlstate: sqlstateOf(message), message, position: codePointToUtf16(text, cursorPosition) };
  }
}

/** The parser's errors that are not 42601 (gram.y and scan.l; the binding does not hand out SQLSTATEs). */
function sqlstateOf(message: string): string {
  if (message.startsWith('syntax error')) return '42601';
  if (/constraints cannot be marked|not (?:yet )?implemented|not supported|cannot be changed/.test(message))
    return '0A000';
  if (/^invalid Unicode escape/.test(message)) return '22025';
  if (/^unsafe use of/.test(message)) return '22P06';
  if (/^precision for type float|precision .* must/.test(message)) return '22023';
  return '42601';
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
