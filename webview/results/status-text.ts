import type { StatementView } from '../../src/protocol/results-view';
import { formatCount, formatDuration } from '../shared/format';
import type { GridSelection } from '../shared/grid/selection';

/** The line of figures: rows, time, tag, retries, what is selected. */
export function statusText(view: StatementView, selection: GridSelection): string {
  const parts: string[] = [];
  const { status } = view;
  if (status === 'pending') parts.push('Not started');
  if (status === 'running') parts.push('Running');
  if (status === 'cancelled') parts.push('Cancelled');
  if (status === 'not-run') parts.push('Not run');
  if (status === 'failed') parts.push('Failed');
  if (view.columns.length > 0) {
    const fetched = rows(view.rowsFetched);
    parts.push(view.rowCount === view.rowsFetched ? fetched : `${formatCount(view.rowCount)} of ${fetched}`);
    if (view.limited) parts.push('limited');
  }
  if (view.tag && (view.columns.length === 0 || !view.tag.startsWith('SELECT'))) parts.push(view.tag);
  if (view.durationMs !== undefined) parts.push(formatDuration(view.durationMs));
  else if (view.elapsedMs !== undefined) parts.push(formatDuration(view.elapsedMs));
  if (view.retries > 0) parts.push(view.retries === 1 ? '1 retry' : `${view.retries} retries`);
  if (selection.cellCount > 1) parts.push(`${formatCount(selection.cellCount)} cells selected`);
  return parts.join(' · ');
}

const rows = (count: number): string => `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;
