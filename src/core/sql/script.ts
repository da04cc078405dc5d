/** A text of SQL as a person keeps it in a file: statements, and psql's backslash commands among them. Needs no parser. */
import type { StatementSpan } from '../dialect/contract';
import { Lexer } from '../dialect/lexer';
import { splitStatements } from '../dialect/split';

/** One part of a script, with offsets into the whole text (UTF-16 units). */
export interface ScriptPart extends StatementSpan {
  /** `meta`: a backslash command of psql, up to the end of its line. */
  type: 'statement' | 'meta';
}

/**
 * Splits a script. A backslash outside strings, quotes and comments begins a command of psql, as psql has it: it ends the statement
 * before it and runs to the end of its line.
 */
export function splitScript(text: string): ScriptPart[] {
  const metas = text.includes('\\') ? metaCommands(text) : [];
  // the same length, so that offsets stay; the semicolon ends what stands before
  const pieces = metas.map(
    ({ start, end }, i) => `${text.slice(metas[i - 1]?.end ?? 0, start)};${' '.repeat(end - start - 1)}`,
  );
  const sql = pieces.join('') + text.slice(metas.at(-1)?.end ?? 0);
  const statements = splitStatements(sql).map((span): ScriptPart => ({ type: 'statement', ...span }));
  if (metas.length === 0) return statements;
  return [...statements, ...metas].sort((one, other) => one.start - other.start);
}

function metaCommands(text: string): ScriptPart[] {
  const metas: ScriptPart[] = [];
  let lexer = new Lexer(text);
  while (lexer.next()) {
    if (lexer.type !== 'junk' || text[lexer.start] !== '\\') continue;
    const { start } = lexer;
    const newline = text.slice(start).search(/[\r\n]/);
    const end = newline < 0 ? text.length : start + newline;
    const line = text.slice(start, end).trimEnd();
    metas.push({ type: 'meta', text: line, start, end: start + line.length });
    lexer = new Lexer(text, end);
  }
  return metas;
}

/**
 * The part that "run" means with the cursor at `offset`: the one around it (its semicolon and the rest of its last line included),
 * else the next one, else the last. Undefined for a text without statements.
 */
export function partAt(text: string, parts: readonly ScriptPart[], offset: number): ScriptPart | undefined {
  let next = parts.findIndex(part => part.end >= offset);
  if (next < 0) next = parts.length;
  const around = parts[next];
  if (around && around.start <= offset) return around;
  const before = parts[next - 1];
  // behind the semicolon, on the line of the statement's end
  if (before && !/[\r\n]/.test(text.slice(before.end, offset))) {
    const behind = text.slice(before.end, offset);
    const startsHere = around && !/[\r\n]/.test(text.slice(offset, around.start)) && behind.includes(';');
    if (!startsHere) return before;
  }
  return around ?? before;
}
