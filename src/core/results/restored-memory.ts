import { MEMORY_SQL_LENGTH, type ResultsViewMemory } from '../../protocol/results-view';

/** What a panel kept over a restart of the window, or nothing when it is not of this form. */
export function restoredMemory(state: unknown): ResultsViewMemory | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { title, profileId, document, statements } = state as Record<string, unknown>;
  if (typeof title !== 'string' || title.length > 1_000) return undefined;
  const list = Array.isArray(statements) ? statements : [];
  const restored = list.flatMap((each: unknown) => {
    const { sql, offset } = (typeof each === 'object' && each !== null ? each : {}) as Record<string, unknown>;
    if (typeof sql !== 'string') return [];
    return [{ sql, ...(typeof offset === 'number' && Number.isInteger(offset) && offset >= 0 && { offset }) }];
  });
  const length = restored.reduce((sum, { sql }) => sum + sql.length, 0);
  return {
    title,
    ...(typeof profileId === 'string' && { profileId }),
    ...(typeof document === 'string' && { document }),
    statements: length <= MEMORY_SQL_LENGTH ? restored : [],
  };
}
