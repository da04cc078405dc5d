import pg from 'pg';
import { withoutOwnSchemas } from '../engine-schema';

/** Being stopped, starting or recovering; connections; no room for one more. */
const AWAY = /^(?:57P|08|53300)/;

/** No space on the disk; a lock that somebody else has, a deadlock, a lost race; a cancel. */
const PASSING = /^(?:53100|55P03|40P01|40001|57014)$/;

/** Whether a request failed because PostgreSQL could not be reached, or went away over it. Everything else is its answer, or a fault of ours. */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === undefined || AWAY.test(error.code);
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError);
}

/** Whether the same request will succeed one day, with nobody mending anything. */
export const passesByItself = (error: unknown): boolean => isAway(error) || PASSING.test(codeOf(error) ?? '');

/** What is told of an error: its SQLSTATE and message, no values of rows as its detail has them. */
export function describeFailure(error: unknown): string {
  const message = withoutOwnSchemas((error as Error).message);
  const code = codeOf(error);
  return code === undefined ? message : `${code} ${message}`;
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;
