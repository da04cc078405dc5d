import type { CodedError } from '../../base/errors';

/** A statement of a block and how many lines into the block it starts. */
export interface BlockStatement {
  sql: string;
  lineOffset: number;
}

/**
 * The statements of an `sql` block. A statement ends with a semicolon at the end of a line (a comment may follow it), so that
 * strings and function bodies need no parser. A block that starts with BEGIN is one unit: it runs as a whole on one connection.
 */
export function statementsOf(block: string): BlockStatement[] {
  const lines = block.split('\n');
  const first = lines.findIndex(line => line.trim() !== '' && !line.trim().startsWith('--'));
  if (first < 0) return [];
  if (/^\s*begin\b/i.test(lines[first] ?? ''))
    return [{ sql: lines.slice(first).join('\n').trim(), lineOffset: first }];
  const statements: BlockStatement[] = [];
  let start: number | undefined;
  for (const [i, line] of lines.entries()) {
    const blank = line.trim() === '' || line.trim().startsWith('--');
    if (start === undefined && blank) continue;
    start ??= i;
    if (/;\s*(--.*)?$/.test(line)) {
      statements.push({ sql: withoutEnd(lines.slice(start, i + 1)), lineOffset: start });
      start = undefined;
    }
  }
  if (start !== undefined) statements.push({ sql: withoutEnd(lines.slice(start)), lineOffset: start });
  return statements;
}

function withoutEnd(lines: string[]): string {
  return lines
    .join('\n')
    .trim()
    .replace(/;\s*(--.*)?$/, '')
    .trim();
}

/** An `sql check` block: `-- what it shows`, if wanted `-- otherwise: what to do`, the query, then the expected rows as `-- a | b`. */
export interface CheckBlock {
  describe: string;
  otherwise?: string;
  sql: string;
  /** Undefined when no row is written: then `min` or `max` must be given in the info string. */
  expect?: string[][];
}

const OTHERWISE = 'otherwise:';

/** @param fail builds the error for a line offset, a problem and what was expected. */
export function parseCheckBlock(
  block: string,
  fail: (lineOffset: number, problem: string, expected: string) => CodedError,
): CheckBlock {
  const lines = block.split('\n').map(line => line.trim());
  const isComment = (line: string): boolean => line.startsWith('--');
  const queryStart = lines.findIndex(line => line !== '' && !isComment(line));
  if (queryStart < 0) throw fail(0, 'the check holds no query', 'a comment line, a query, and its rows as comments');
  const words = lines
    .slice(0, queryStart)
    .filter(isComment)
    .map(line => line.slice(2).trim());
  const advised = words.findIndex(line => line.startsWith(OTHERWISE));
  const describe = words.slice(0, advised < 0 ? undefined : advised).join(' ');
  const told = {
    describe,
    ...(advised >= 0 && { otherwise: words.slice(advised).join(' ').slice(OTHERWISE.length).trim() }),
  };
  if (!describe) throw fail(0, 'the check does not say what it shows', 'a first line such as "-- payer 1 has 90"');
  const queryEnd = lines.findLastIndex(line => line !== '' && !isComment(line));
  const rows = lines.slice(queryEnd + 1).filter(isComment);
  const sql = withoutEnd(block.split('\n').slice(queryStart, queryEnd + 1));
  if (rows.length === 0) return { ...told, sql };
  if (rows.length === 1 && /^--\s*\(no rows\)$/i.test(rows[0] ?? '')) return { ...told, sql, expect: [] };
  return {
    ...told,
    sql,
    expect: rows.map(row =>
      row
        .slice(2)
        .split('|')
        .map(cell => cell.trim()),
    ),
  };
}
