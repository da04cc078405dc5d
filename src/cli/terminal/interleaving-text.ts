import type { Interleaving, LineOutcome, RowChange } from '../../core/sessions/contract';
import { lineName } from '../../core/sessions/line-name';
import { showAnswer, showRows } from '../../core/sessions/judge';
import { createStyle, printable, type Style } from './style';

/** A run of sessions as a person reads it: a line for each line that was run, indented by session and named as checks name it. */
export function interleavingLines(run: Interleaving, style: Style = createStyle({ isTTY: false, env: {} })): string[] {
  const names = run.lines.map(lineName);
  const width = Math.max(...names.map(name => name.length));
  const indent = (session: string): string => ' '.repeat(4 * run.sessions.indexOf(session));
  const lines = run.lines.flatMap((line, at) => {
    const sql = printable(line.sql).replace(/\s+/g, ' ');
    const answer = printable(showAnswer(line.answer));
    const notes = notesOf(line).map(note => style.dim(` · ${note}`));
    return [
      `${indent(line.session)}${style.cyan((names[at] ?? '').padEnd(width))} ${sql}`,
      `${indent(line.session)}${' '.repeat(width)} → ${line.answer.error ? style.red(answer) : answer}${notes.join('')}`,
    ];
  });
  const unmet = run.expectations.filter(({ held }) => !held);
  return [
    style.bold(`${run.title}: ${run.order}`),
    ...lines,
    ...(run.final ? [`In the end: ${finalText(run)}`] : []),
    ...unmet.map(({ expected, actual }) => `${style.red('✘')} expected ${expected}; got ${printable(actual)}`),
    `${run.held ? style.green('✔') : style.red('✘')} ${run.verdict}`,
    ...(run.postgres ? [style.dim(`PostgreSQL at READ COMMITTED: ${run.postgres}`)] : []),
  ];
}

function finalText({ final }: Interleaving): string {
  if (!final) return '';
  return printable(final.error ?? showRows(final.rows.map(row => row.map(value => value ?? 'NULL'))));
}

function notesOf({ snapshot, ended, commit, published }: LineOutcome): string[] {
  const notes: string[] = [];
  if (snapshot)
    notes.push(snapshot.commits === 0 ? 'takes its snapshot' : `takes its snapshot after commit ${snapshot.commits}`);
  if (ended === 'committed' || ended === 'autocommit') notes.push(`commit ${commit ?? ''}`.trim());
  notes.push(...published.map(changeText));
  return notes;
}

/** `1 | 100 → 1 | 90`, `+ 1 | 90`, `− 1 | 100`. */
function changeText({ before, after }: RowChange): string {
  const text = (row: (string | null)[]): string => printable(row.map(value => value ?? 'NULL').join(' | '));
  if (before && after) return `${text(before)} → ${text(after)}`;
  return after ? `+ ${text(after)}` : `− ${text(before ?? [])}`;
}
