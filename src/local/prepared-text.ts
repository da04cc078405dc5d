/**
 * The text of a prepared statement as the client sent it. PostgreSQL prepares another where statements are rewritten, and shows that one in
 * pg_prepared_statements: what was sent goes along, as a comment at its end.
 */

/** Begins the comment; no text of SQL has a reason to hold this character. */
const MARK = '\u0003';
/** Stand for the ends of lines, which would end the comment. */
const [LINE_FEED, CARRIAGE_RETURN] = ['\u0001', '\u0002'];

/** What is prepared as `sql`, for a client that sent `text`. */
export function withSentText(sql: string, text: string): string {
  if (sql === text) return sql;
  return `${sql}\n--${MARK}${text.replaceAll('\n', LINE_FEED).replaceAll('\r', CARRIAGE_RETURN)}`;
}

/** SQL for the text that was sent, of a `column` with the text that was prepared. Raises for no text. */
export const sentText = (column: string): string =>
  `coalesce(nullif(translate(split_part(${column}, chr(10) || '--' || chr(3), 2), chr(1) || chr(2), chr(10) || chr(13)), ''), ${column})`;
