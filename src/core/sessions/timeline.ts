import { counted } from '../../base/number-text';
import type { LaneView, SeenView, TimelineRow, TimelineView } from '../../protocol/sessions-view';
import type { LineOutcome, WatchedRows } from './contract';
import { showAnswer } from './judge';
import { lineName } from './line-name';
import { kindOf } from './statement-kind';

const MAX_ANSWER_ROWS = 8;
const MAX_SEEN_ROWS = 12;

/** Rows as the view shows them, `1 | 100`. */
export function rowTexts(rows: readonly (string | null)[][], limit = MAX_SEEN_ROWS): string[] {
  const texts = rows.slice(0, limit).map(row => row.map(value => value ?? 'NULL').join(' | '));
  return rows.length > limit ? [...texts, `… ${rows.length - limit} more`] : texts;
}

/** The lines of a run as a timeline: lanes of transactions, marks, and what is seen after each line. */
export function timelineOf(
  sessions: readonly string[],
  lines: readonly LineOutcome[],
  initial?: WatchedRows,
): TimelineView {
  const lanes: LaneView['state'][] = sessions.map(() => 'idle');
  const seen: (readonly (string | null)[][] | undefined)[] = sessions.map(() => undefined);
  let committed = initial?.rows;
  const rows = lines.map((line, at): TimelineRow => {
    const session = sessions.indexOf(line.session);
    const before = lanes[session] ?? 'idle';
    lanes[session] = line.transaction;
    // a new snapshot begins with what is committed
    const base = line.snapshot ? committed : seen[session];
    seen[session] = line.transaction === 'open' ? (line.sees?.rows ?? seen[session]) : undefined;
    const wasCommitted = committed;
    committed = line.committed?.rows ?? committed;
    return {
      number: at + 1,
      step: line.step,
      name: lineName(line),
      session,
      sql: line.sql,
      answer: showAnswer(line.answer, false),
      answerRows: rowTexts(line.answer.rows, MAX_ANSWER_ROWS),
      failed: line.answer.error !== undefined,
      notes: notesOf(line),
      lanes: lanes.map((state, index) => ({ state, ...(index === session && { mark: markOf(line, before) }) })),
      seen: [
        ...seen.map((view, index) => (view ? seenView(view, index === session ? base : view) : null)),
        committed ? seenView(committed, wasCommitted) : null,
      ],
    };
  });
  return { sessions: [...sessions], rows, watched: initial !== undefined || lines.some(line => line.committed) };
}

function markOf(line: LineOutcome, before: LaneView['state']): LaneView['mark'] {
  if (line.ended === 'committed' || line.ended === 'autocommit') return 'commit';
  if (line.ended === 'refused' || line.answer.error) return 'refused';
  if (line.ended === 'rolled-back') return 'rollback';
  if (line.snapshot) return 'snapshot';
  return before === 'idle' && kindOf(line.sql) === 'begin' ? 'begin' : 'statement';
}

function notesOf({ snapshot, ended, commit, claims, wrote, published }: LineOutcome): string[] {
  const notes: string[] = [];
  if (snapshot)
    notes.push(snapshot.commits === 0 ? 'takes its snapshot' : `takes its snapshot, after commit ${snapshot.commits}`);
  if (claims) notes.push(`puts the rows on its list (${claims})`);
  if (ended === undefined && wrote.length > 0)
    notes.push(`${counted(wrote.length, 'row')} changed, seen by itself alone`);
  if (ended === 'committed' || ended === 'autocommit')
    notes.push(
      `commit ${commit ?? ''}${published.length > 0 ? `: ${counted(published.length, 'row')} published` : ''}`,
    );
  if (ended === 'refused') notes.push('nothing of it stays');
  if (ended === 'rolled-back') notes.push('rolled back');
  return notes;
}

function seenView(rows: readonly (string | null)[][], before: readonly (string | null)[][] | undefined): SeenView {
  const texts = rowTexts(rows);
  if (!before) return { rows: texts, changed: texts.map(() => false), gone: [] };
  const old = new Set(rowTexts(before));
  const keys = new Set(rows.map(([key]) => key));
  const gone = rowTexts(before.filter(([key]) => !keys.has(key)));
  return { rows: texts, changed: texts.map(text => !old.has(text)), gone };
}
