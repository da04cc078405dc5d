import { offsetOfPosition } from '../../core/sql/explain-database-error';
import { displayWidth } from './display-width';

/** So much of a line is shown before the place; columns, about. */
const BEFORE = 60;
const AFTER = 40;

/**
 * The line of a statement in which the server found its error, with a mark below the place, as psql shows it.
 * @param position the server's, see `offsetOfPosition`
 */
export function errorExcerpt(sql: string, position: number): string {
  const at = offsetOfPosition(sql, position);
  const lines = sql.slice(0, at).split('\n');
  const before = lines.at(-1)!;
  const [after = ''] = sql.slice(at).split('\n', 1);
  const lead = `LINE ${lines.length}: ${before.length > BEFORE ? `…${before.slice(-BEFORE)}` : before}`.replaceAll(
    '\t',
    ' ',
  );
  const rest = (after.length > AFTER ? `${after.slice(0, AFTER)}…` : after).replaceAll('\t', ' ').trimEnd();
  return `${lead}${rest}\n${' '.repeat(displayWidth(lead))}^`;
}
