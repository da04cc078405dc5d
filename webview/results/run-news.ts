import type { ResultsState, StatementView } from '../../src/protocol/results-view';
import { counted } from '../../src/base/number-text';

/** One sentence for a screen reader when a statement or the run has ended; undefined for every other change. */
export function runNews(before: ResultsState | undefined, after: ResultsState): string | undefined {
  if (!before || before.run !== after.run) return after.running ? 'Running.' : undefined;
  const ended = after.statements.filter(
    (each, index) => before.statements[index]?.status === 'running' && each.status !== 'running',
  );
  const last = ended.at(-1);
  return last && sentence(last);
}

function sentence(statement: StatementView): string {
  const number = statement.index + 1;
  switch (statement.status) {
    case 'failed':
      return `Statement ${number} failed: ${statement.error?.message ?? ''}`;
    case 'cancelled':
      return `Statement ${number} was cancelled.`;
    default:
      return statement.columns.length > 0
        ? `Statement ${number} is done: ${counted(statement.rowsFetched, 'row')}.`
        : `Statement ${number} is done: ${statement.tag ?? ''}.`;
  }
}
