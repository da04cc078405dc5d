import type { ExplainStatement } from '../../core/dialect/contract';

/** An option about PostgreSQL's own storage, with a value that PostgreSQL takes for a Boolean. */
const OF_POSTGRES = /^(?:buffers|wal)(?: (?:true|false|on|off|0|1))?$/i;

/** `timing off` and its like, as the dialect hands them on. What is wrong in them, and WAL without ANALYZE, is PostgreSQL's to refuse. */
function passedOn(option: string, analyze: boolean): string | undefined {
  // Buffers and WAL of the private PostgreSQL say nothing about DSQL's storage: accepted, without lines of their own.
  return OF_POSTGRES.test(option) && (analyze || !/^wal/i.test(option)) ? undefined : option;
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
