import { withoutOwnSchemas } from '../engine-schema';
import { isAway } from '../postgres/recovery';

/** No space on the disk; a lock that somebody else has, a deadlock, a lost race; a cancel. */
const PASSING = /^(?:53100|55P03|40P01|40001|57014)$/;

/** Whether the same request will succeed one day, with nobody mending anything. */
export const passesByItself = (error: unknown): boolean => isAway(error) || PASSING.test(codeOf(error) ?? '');

/** What is told of an error: its SQLSTATE and message, no values of rows as its detail has them. */
export function describeFailure(error: unknown): string {
  const message = withoutOwnSchemas((error as Error).message);
  const code = codeOf(error);
  return code === undefined ? message : `${code} ${message}`;
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;
