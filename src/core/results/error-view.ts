import { causes, CodedError } from '../../base/errors';
import type { ErrorView } from '../../protocol/results-view';
import { explainDatabaseError, offsetOfPosition } from '../sql/explain-database-error';

/** An error as the view shows it; undefined when it only says that the user cancelled. */
export function errorView(error: unknown, sql: string): ErrorView | undefined {
  const coded = causes(error).find((each): each is CodedError => each instanceof CodedError);
  if (coded?.code === 'CANCELLED' || (error instanceof Error && error.name === 'AbortError')) return undefined;
  const { message, sqlstate, detail, hint, why, nextStep, position } = explainDatabaseError(error);
  return {
    code: coded?.code ?? 'INTERNAL',
    message,
    ...(sqlstate !== undefined && { sqlstate }),
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
    ...(why !== undefined && { why }),
    ...(nextStep !== undefined && { nextStep }),
    ...(position !== undefined && { place: placeOf(sql, offsetOfPosition(sql, position)) }),
  };
}

/** Line and column, from 1. */
function placeOf(sql: string, offset: number): ErrorView['place'] {
  const before = sql.slice(0, offset).split(/\r\n|\r|\n/);
  return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
