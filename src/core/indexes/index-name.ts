/** Names as PostgreSQL 16 chooses and cuts them. */

/** PostgreSQL cuts longer names (63 bytes). */
export const MAX_NAME_BYTES = 63;

/**
 * The name of an index without one: table, columns, `idx`; table and columns lose what is too long alternately (ChooseRelationName,
 * makeObjectName).
 * @param columns of the index, distinct, included ones too
 * @param number of the try: 0, and so on while the name is taken
 */
export function indexName(table: string, columns: readonly string[], number: number): string {
  const label = number === 0 ? 'idx' : `idx${number}`;
  const joined = joinedColumns(columns);
  const room = MAX_NAME_BYTES - label.length - 2;
  let [first, second] = [byteLength(table), byteLength(joined)];
  while (first + second > room) {
    if (first > second) first--;
    else second--;
  }
  return `${cutBytes(table, first)}_${cutBytes(joined, second)}_${label}`;
}

/** Until there is more than any name holds (ChooseIndexNameAddition). */
function joinedColumns(columns: readonly string[]): string {
  let joined = '';
  for (const name of columns) {
    joined += joined === '' ? name : `_${name}`;
    if (byteLength(joined) > MAX_NAME_BYTES) break;
  }
  return joined;
}

/** In UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** No more bytes than that, and no half character. */
export function cutBytes(text: string, bytes: number): string {
  let [end, used] = [0, 0];
  for (const character of text) {
    used += byteLength(character);
    if (used > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
