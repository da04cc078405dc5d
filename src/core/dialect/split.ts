import type { StatementSpan } from './contract';
import { Lexer, foldCase } from './lexer';

/**
 * Splits a text at the semicolons that end statements: those outside strings, quotes, comments and parentheses, and outside the
 * BEGIN ATOMIC … END body of a function. Empty statements are left out; a comment that never ends is an error, and part of its statement.
 */
export function splitStatements(text: string): StatementSpan[] {
  const spans: StatementSpan[] = [];
  const lexer = new Lexer(text);
  let start = -1;
  let end = -1;
  let depth = 0;
  let words = 0;
  let routine = false;
  let body = 0;
  const finish = () => {
    if (start >= 0) spans.push({ text: text.slice(start, end), start, end });
    start = end = -1;
    depth = words = body = 0;
    routine = false;
  };
  while (lexer.next()) {
    if (lexer.type === 'space' || (lexer.type === 'comment' && !lexer.unterminated)) continue;
    const isPunctuation = lexer.type === 'punctuation';
    const symbol = isPunctuation ? text[lexer.start] : undefined;
    if (symbol === ';' && depth === 0 && body === 0) {
      finish();
      continue;
    }
    if (start < 0) start = lexer.start;
    end = lexer.end;
    if (symbol === '(') depth++;
    else if (symbol === ')' && depth > 0) depth--;
    else if (lexer.type === 'word' && (words < 4 || routine)) {
      const word = foldCase(text.slice(lexer.start, lexer.end));
      if (words === 0 && word !== 'create') words = 4;
      else if (words > 0 && words < 4 && (word === 'function' || word === 'procedure')) routine = true;
      else if (routine && depth === 0) {
        if (word === 'begin') body++;
        else if (body > 0 && word === 'case') body++;
        else if (body > 0 && word === 'end') body--;
      }
      words++;
    }
  }
  finish();
  return spans;
}
