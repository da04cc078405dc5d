import { MEMORY_SQL_LENGTH, type ResultsState, type ResultsViewMemory } from '../../src/protocol/results-view';

/** What to keep of this state: enough to offer the run again, and where the user was. Never a value of a row. */
export function memoryOf(
  state: ResultsState,
  before: Partial<ResultsViewMemory>,
  place: NonNullable<ResultsViewMemory['place']>,
): ResultsViewMemory {
  const { title, profileId, document } = state;
  // a restored panel has no statements of its own: what it was restored from stays
  const kept = state.gone ? (before.statements ?? []) : statementsOf(state);
  return {
    title,
    ...(profileId !== undefined && { profileId }),
    ...(document !== undefined && { document }),
    statements: kept,
    place,
  };
}

function statementsOf({ statements }: ResultsState): ResultsViewMemory['statements'] {
  const length = statements.reduce((sum, { sql }) => sum + sql.length, 0);
  if (length > MEMORY_SQL_LENGTH || statements.some(({ sqlCut }) => sqlCut)) return [];
  return statements.map(({ sql, offset }) => ({ sql, ...(offset !== undefined && { offset }) }));
}
