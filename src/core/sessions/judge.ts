import type { ExpectationOutcome, Interleaving, LineAnswer, LineOutcome, WatchedRows } from './contract';
import type { Expectation, ScriptOrder, SessionScript } from './script';
import { verdictOf } from './verdict';

/** What came of an order: each expectation against what was answered, and a verdict. */
export function judge(
  script: SessionScript,
  order: ScriptOrder,
  lines: readonly LineOutcome[],
  final: WatchedRows | undefined,
): Interleaving {
  const expectations = order.expectations.map(expectation => judgeOne(expectation, lines));
  if (order.finalRows) expectations.push(judgeFinal(order.finalRows, final));
  const held = expectations.every(outcome => outcome.held);
  return {
    title: script.title,
    order: order.name,
    sessions: script.sessions.map(({ name }) => name),
    lines: [...lines],
    expectations,
    held,
    // what the author says of the order is true only if it went as the author expects
    verdict: held && order.verdict !== undefined ? order.verdict : verdictOf(lines),
    ...(final && { final }),
    postgres: script.postgres,
  };
}

/** One expectation; of a step that was run several times the last counts. */
export function judgeOne({ step, answer: expected }: Expectation, lines: readonly LineOutcome[]): ExpectationOutcome {
  const line = lines.findLast(outcome => outcome.step === step);
  const describe = `${step}: ${showExpected(expected)}`;
  if (!line) return { expected: describe, actual: 'not run', held: false };
  return {
    expected: describe,
    actual: showAnswer(line.answer, expected.type === 'rows'),
    held: holds(expected, line.answer),
  };
}

function judgeFinal(expected: string[][], final: WatchedRows | undefined): ExpectationOutcome {
  const actual = final?.error ?? (final ? showRows(textRows(final.rows)) : 'not looked at');
  const held = final !== undefined && !final.error && sameRows(expected, final.rows);
  return { expected: `in the end: ${showRows(expected)}`, actual, held };
}

function holds(expected: Expectation['answer'], answer: LineAnswer): boolean {
  const { error } = answer;
  switch (expected.type) {
    case 'ok':
      return !error;
    case 'tag':
      return !error && answer.tag === expected.tag;
    case 'rows':
      return !error && sameRows(expected.rows, answer.rows);
    case 'error': {
      const text = `${error?.message ?? ''}\n${error?.hint ?? ''}`.toLowerCase();
      return (
        error?.sqlstate !== undefined &&
        expected.sqlstates.includes(error.sqlstate) &&
        text.includes((expected.contains ?? '').toLowerCase())
      );
    }
  }
}

const textRows = (rows: readonly (string | null)[][]): string[][] => rows.map(row => row.map(value => value ?? 'NULL'));
const sameRows = (expected: readonly string[][], rows: readonly (string | null)[][]): boolean =>
  JSON.stringify(expected) === JSON.stringify(textRows(rows));

/** Rows on one line: `1 | 100, 2 | 50`. */
export function showRows(rows: readonly string[][]): string {
  if (rows.length === 0) return '(no rows)';
  const shown = rows.slice(0, 6).map(row => row.join(' | '));
  return `${shown.join(', ')}${rows.length > 6 ? `, … (${rows.length} rows)` : ''}`;
}

/** An answer on one line: its error, its rows where asked for and there are any, else its tag. */
export function showAnswer({ error, tag, rows }: LineAnswer, withRows = true): string {
  if (error) return `error ${error.sqlstate ? `${error.sqlstate} ` : ''}${error.message}`;
  return withRows && rows.length > 0 ? showRows(textRows(rows)) : tag;
}

function showExpected(expected: Expectation['answer']): string {
  switch (expected.type) {
    case 'ok':
      return 'accepted';
    case 'tag':
      return expected.tag;
    case 'rows':
      return showRows(expected.rows);
    case 'error':
      return `error ${expected.sqlstates.join(' or ')}${expected.contains ? ` ${expected.contains}` : ''}`;
  }
}
