import { causes, CodedError } from '../../base/errors';
import type { ErrorView } from '../../protocol/results-view';
import { explainDatabaseError, offsetOfPosition } from '../sql/explain-database-error';

/** A line and a column of a document, from 1. */
export interface DocumentPlace {
  line: number;
  column: number;
}

/**
 * An error as the view shows it; undefined when it only says that the user cancelled.
 * @param start where the statement begins in its document, whose lines the error's place then counts; by default it stands alone.
 */
export function errorView(
  error: unknown,
  sql: string,
  start: DocumentPlace = { line: 1, column: 1 },
): ErrorView | undefined {
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
    ...(position !== undefined && { place: placeOf(sql, offsetOfPosition(sql, position), start) }),
  };
}

function placeOf(sql: string, offset: number, start: DocumentPlace): ErrorView['place'] {
  const before = sql.slice(0, offset).split(/\r\n|\r|\n/);
  const column = (before.at(-1)?.length ?? 0) + (before.length === 1 ? start.column : 1);
  return { offset, line: start.line + before.length - 1, column: Math.max(1, column) };
}
