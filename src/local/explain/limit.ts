import type { PostgresNode } from './postgres-plan';

/** LIMIT and OFFSET at the end of a statement, when both are whole numbers. */
const TAIL = /\blimit\s+(\d+)(?:\s+offset\s+(\d+)(?:\s+rows?)?)?\s*(?:;\s*)?$/i;
const OFFSET_FIRST =
  /\boffset\s+(\d+)(?:\s+rows?)?\s+(?:limit\s+(\d+)|fetch\s+(?:first|next)\s+(\d+)\s+rows?\s+only)\s*(?:;\s*)?$/i;
const FETCH = /\bfetch\s+(?:first|next)\s+(\d+\s+)?rows?\s+only\s*(?:;\s*)?$/i;

/** What a statement's own LIMIT and OFFSET say; undefined when the text does not tell how many rows. */
export function limitOfText(sql: string): { rows: number; offset: number } | undefined {
  const offsetFirst = OFFSET_FIRST.exec(sql);
  if (offsetFirst) return { rows: Number(offsetFirst[2] ?? offsetFirst[3]), offset: Number(offsetFirst[1]) };
  const tail = TAIL.exec(sql);
  if (tail) return { rows: Number(tail[1]), offset: Number(tail[2] ?? 0) };
  const fetch = FETCH.exec(sql);
  return fetch ? { rows: Number(fetch[1] ?? 1), offset: 0 } : undefined;
}

/** Rows a Limit node asks of its input: from the text for the plan's top, else where the planner's row counts show it. */
export function limitOfNode(limit: PostgresNode, isTop: boolean, sql: string): number | undefined {
  const said = isTop ? limitOfText(sql) : undefined;
  if (said) return said.rows + said.offset;
  const [rows, input] = [limit['Plan Rows'] ?? 0, limit.Plans?.[0]?.['Plan Rows'] ?? 0];
  return rows > 0 && rows < input ? rows : undefined;
}
