/** What the parser's binding keeps to itself of an error: its SQLSTATE, its hint, and whether it has a place (PostgreSQL 16: gram.y, scan.l, parser.c). */

/** An error of the parser as PostgreSQL tells it. */
export interface ParserError {
  sqlstate: string;
  message: string;
  hint?: string;
  /** In UTF-16 units; absent where PostgreSQL names no place. */
  position?: number;
}

/**
 * The errors that are not 42601, that have a hint, or whose place may be the very first: the binding's number for it is that of no place.
 * The first that fits says.
 */
const KNOWN: readonly { message: RegExp; sqlstate?: string; hint?: string; placed?: true }[] = [
  { message: /^LIMIT #,# syntax is not supported/, hint: 'Use separate LIMIT and OFFSET clauses.' },
  {
    message: /^UNENCRYPTED PASSWORD is no longer supported/,
    sqlstate: '0A000',
    hint: 'Remove UNENCRYPTED to store the password in encrypted form instead.',
  },
  { message: /^role name ".*" is reserved|cannot be used as a role name here/, sqlstate: '42939' },
  { message: /^frame (?:start|end)/, sqlstate: '42P20' },
  {
    message: /^column number must be|^precision for type float|^unrecognized (?:partitioning strategy|JSON encoding)/,
    sqlstate: '22023',
  },
  { message: /for hash partition provided more than once$/, sqlstate: '42710' },
  {
    message: /^unrecognized row security option/,
    hint: 'Only PERMISSIVE or RESTRICTIVE policies are supported currently.',
  },
  { message: /^missing argument$/, hint: 'Use NONE to denote the missing argument of a unary operator.' },
  { message: /^multiple WITH clauses not allowed/, placed: true },
  { message: /^invalid byte sequence for encoding/, sqlstate: '22021' },
  { message: /^unsafe use of/, sqlstate: '22P06' },
  {
    message:
      /constraints cannot be marked|not (?:yet )?implemented|n(?:ot|o longer) supported|only supported for ON DELETE|cannot be changed|^aggregates cannot have output|cannot include schema elements|^an ordered-set aggregate with a VARIADIC/,
    sqlstate: '0A000',
  },
];

/** E'…' and U&'…' are read by different parts of PostgreSQL, which tell a wrong escape differently. */
function wrongEscape(functionName: string | undefined): Pick<ParserError, 'sqlstate' | 'hint'> {
  return functionName === 'str_udeescape'
    ? { sqlstate: '42601', hint: 'Unicode escapes must be \\XXXX or \\+XXXXXX.' }
    : { sqlstate: '22025', hint: 'Unicode escapes must be \\uXXXX or \\UXXXXXXXX.' };
}

/** Since 16.2 PostgreSQL names the whole word that begins with a number, not only up to its first letter; but not what follows an exponent's sign. */
function wholeWord(text: string, message: string, at: number): string {
  const junk = /^(trailing junk after .* at or near ")(.*)"$/s.exec(message);
  if (!junk) return message;
  const [, before, token] = junk as unknown as [string, string, string];
  if (/e[-+]$/i.test(token)) return message;
  const rest = /^[\w$\u0080-\uffff]*/.exec(text.slice(at + token.length))![0];
  return `${before}${token}${rest}"`;
}

/** Makes of what the binding hands out what a server tells. @param at the cursor's place in UTF-16 units; 0 is also that of no place */
export function parserError(
  text: string,
  { message, functionName }: { message: string; functionName?: string },
  at: number,
): ParserError {
  const known: Partial<(typeof KNOWN)[number]> | undefined = /^invalid Unicode escape$/.test(message)
    ? wrongEscape(functionName)
    : KNOWN.find(each => each.message.test(message));
  const placed = at > 0 || functionName === 'scanner_yyerror' || known?.placed === true;
  return {
    sqlstate: known?.sqlstate ?? '42601',
    message: wholeWord(text, message, at),
    ...(known?.hint !== undefined && { hint: known.hint }),
    ...(placed && { position: at }),
  };
}
