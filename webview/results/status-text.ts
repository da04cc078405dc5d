import type { StatementView } from '../../src/protocol/results-view';
import { CodedError } from '../../src/base/errors';
import { formatCount, formatDuration } from '../shared/format';
import type { GridSelection } from '../shared/grid/selection';

const WORDS: Partial<Record<StatementView['status'], string>> = {
  pending: 'Not started',
  running: 'Running',
  cancelled: 'Cancelled',
  'not-run': 'Not run',
  failed: 'Failed',
};

/** The line of figures: rows, time, tag, retries, what is selected. */
export function statusText(view: StatementView, selection: GridSelection, elapsedMs: number | undefined): string {
  const parts: string[] = [];
  const word = WORDS[view.status];
  if (word) parts.push(word);
  if (view.columns.length > 0) {
    const fetched = rows(view.rowsFetched);
    parts.push(view.arrangement.filters.length === 0 ? fetched : `${formatCount(view.rowCount)} of ${fetched}`);
  }
  if (view.tag && (view.columns.length === 0 || !view.tag.startsWith('SELECT'))) parts.push(view.tag);
  const time = view.durationMs ?? elapsedMs;
  if (time !== undefined) parts.push(formatDuration(time));
  if (view.retries > 0) parts.push(view.retries === 1 ? '1 retry' : `${view.retries} retries`);
  if (selection.cellCount > 1) parts.push(`${formatCount(selection.cellCount)} cells selected`);
  return parts.join(' · ');
}

/** What is said in place of rows where a finished statement shows none; empty where there is something to see. */
export function blankText({
  status,
  columns,
  rowCount,
  rowsFetched,
  arrangement,
  messages,
  tag,
}: StatementView): string {
  if (status !== 'done') return '';
  if (columns.length === 0) return messages.length === 0 ? `Done: ${tag ?? 'no rows to show'}` : '';
  if (rowCount > 0) return '';
  return rowsFetched > 0 && arrangement.filters.length > 0
    ? 'No row passes the filter.'
    : 'The statement returned no rows.';
}

const rows = (count: number): string => `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;

/** What to say of a request that failed; nothing of one that was given up or came too late. */
export function failureText(error: unknown): string {
  if (error instanceof CodedError) {
    if (['CANCELLED', 'RESULT_STALE', 'CHANNEL_CLOSED'].includes(error.code)) return '';
    return error.nextStep ? `${error.message} ${error.nextStep}` : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
