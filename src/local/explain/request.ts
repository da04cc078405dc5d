import type { ExplainStatement } from '../../core/dialect/contract';

/** `timing off` and its like, as the dialect hands them on. Unknown options, and WAL without ANALYZE, are PostgreSQL's to refuse. */
function passedOn(option: string, analyze: boolean): string | undefined {
  const [name = ''] = option
    .trim()
    .toLowerCase()
    .split(/[\s=]+/);
  // Buffers and WAL of the private PostgreSQL say nothing about DSQL's storage: accepted, without lines of their own.
  return name === 'buffers' || (name === 'wal' && analyze) || name === '' ? undefined : option.trim();
}

/**
 * The EXPLAIN for PostgreSQL. VERBOSE is always on: storage projections need the nodes' target lists; what the client did not ask for
 * is left out again when the plan is printed.
 */
export function explainForPostgres(statement: ExplainStatement): string {
  const options = ['FORMAT JSON', 'VERBOSE', 'COSTS'];
  if (statement.analyze) options.push('ANALYZE');
  if (statement.settings) options.push('SETTINGS');
  for (const option of statement.otherOptions) {
    const kept = passedOn(option, statement.analyze);
    if (kept) options.push(kept);
  }
  return `EXPLAIN (${options.join(', ')}) ${statement.inner.sql}`;
}
