import { MAX_PLAN_LENGTH, type PlanSource } from '../../protocol/plan-view';

/** What a panel kept over a restart, or a workspace under a name; nothing when it is not of this form. */
export function restoredSource(kept: unknown): PlanSource | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { name, text, index, statement, connection, region, local } = kept as Record<string, unknown>;
  if (typeof name !== 'string' || typeof text !== 'string' || text.length > MAX_PLAN_LENGTH) return undefined;
  return {
    name,
    text,
    ...(typeof index === 'number' && { index }),
    ...(typeof statement === 'string' && { statement }),
    ...(typeof connection === 'string' && { connection }),
    ...(typeof region === 'string' && { region }),
    ...(local === true && { local }),
  };
}

/** The source in a view's memory. */
export function restoredMemory(state: unknown): PlanSource | undefined {
  return typeof state === 'object' && state !== null
    ? restoredSource((state as { source?: unknown }).source)
    : undefined;
}

const NAME_LENGTH = 48;

/** A short name for the plan of a statement: its first words on one line. */
export function nameOfStatement(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  return line.length <= NAME_LENGTH ? line : `${line.slice(0, NAME_LENGTH - 1).trimEnd()}…`;
}
