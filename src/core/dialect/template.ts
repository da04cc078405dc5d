/** Statements that differ only in their literals share one template, so that simple-protocol texts need not be parsed anew. */
import { isWhole } from './bound';
import { Lexer } from './lexer';
import { TEXT_SEARCH } from './rules/functions';

/** Functions with a rule about a constant argument. */
const CONSTANT_MATTERS = new RegExp(`\\b(?:set_config|${Object.keys(TEXT_SEARCH).join('|')})\\b`, 'i');
const STARTS = /^\s*(?:select|insert|update|delete|values|with)\b/i;
const HAS_LITERAL = /['0-9]/;
const ESCAPED_CODE = /\\[uUx0-7]/;

/** A text without its literals. */
export interface Template {
  /** The text with its literals replaced by a mark that no SQL text holds. */
  template: string;
  /** The literals, where all are numbers that are `integer`s. */
  numbers: string[] | undefined;
}

/** Undefined when there is nothing to gain (no literal, or a statement whose literals matter). */
export function normalize(text: string): Template | undefined {
  if (!STARTS.test(text) || !HAS_LITERAL.test(text) || CONSTANT_MATTERS.test(text) || /[\u0000\u0001]/.test(text))
    return undefined;
  const lexer = new Lexer(text);
  let template = '';
  let from = 0;
  let found = false;
  let numbers: string[] | undefined = [];
  while (lexer.next()) {
    if (lexer.unterminated || lexer.type === 'junk') return undefined;
    if (lexer.type !== 'string' && lexer.type !== 'number') continue;
    if (mayBeRefused(text, lexer)) return undefined;
    const { type, start, end } = lexer;
    template += text.slice(from, start) + (type === 'string' ? mark(text, start) : '\u0001n');
    from = end;
    found = true;
    if (numbers === undefined) continue;
    const literal = text.slice(start, end);
    if (isWhole(literal)) numbers.push(literal);
    else numbers = undefined;
  }
  return found ? { template: template + text.slice(from), numbers } : undefined;
}

/** Strings with codes of characters are checked by the parser: one may be an error where another is none. */
function mayBeRefused(text: string, { type, start, end }: Lexer): boolean {
  const prefix = type === 'string' ? text[start]!.toLowerCase() : '';
  return prefix === 'u' || (prefix === 'e' && ESCAPED_CODE.test(text.slice(start, end)));
}

/** Strings of different prefixes are different to the parser. */
function mark(text: string, start: number): string {
  const first = text[start] as string;
  return first === "'" || first === '$' ? '\u0001s' : `\u0001${first.toLowerCase()}`;
}
