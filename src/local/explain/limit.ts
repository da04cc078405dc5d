import { isInput, type PostgresNode } from './postgres-plan';

/** LIMIT and OFFSET at the end of a statement, when both are whole numbers. */
const TAIL = /\blimit\s+(\d+)(?:\s+offset\s+(\d+)(?:\s+rows?)?)?\s*(?:;\s*)?$/i;
const OFFSET_FIRST =
  /\boffset\s+(\d+)(?:\s+rows?)?\s+(?:limit\s+(\d+)|fetch\s+(?:first|next)\s+(\d+)\s+rows?\s+only)\s*(?:;\s*)?$/i;
const FETCH = /\bfetch\s+(?:first|next)\s+(\d+\s+)?rows?\s+only\s*(?:;\s*)?$/i;

const OFFSET_ALONE = /\boffset\s+(\d+)(?:\s+rows?)?\s*(?:;\s*)?$/i;
const LIMITS = /\b(?:limit|fetch)\b/i;

/** What a statement's own LIMIT and OFFSET say, of OFFSET alone `Infinity` rows; undefined when the text does not tell how many. */
export function limitOfText(sql: string): { rows: number; offset: number } | undefined {
  const offsetFirst = OFFSET_FIRST.exec(sql);
  if (offsetFirst) return { rows: Number(offsetFirst[2] ?? offsetFirst[3]), offset: Number(offsetFirst[1]) };
  const tail = TAIL.exec(sql);
  if (tail) return { rows: Number(tail[1]), offset: Number(tail[2] ?? 0) };
  const fetch = FETCH.exec(sql);
  if (fetch) return { rows: Number(fetch[1] ?? 1), offset: 0 };
  const alone = LIMITS.test(sql) ? undefined : OFFSET_ALONE.exec(sql);
  return alone ? { rows: Infinity, offset: Number(alone[1]) } : undefined;
}

/** How many rows are equal to the last one nobody knows before. */
const WITH_TIES = /\bwith\s+ties\b/i;

/**
 * Rows a Limit node asks of its input: from the text for the plan's top, else where the planner's figures show it, which they do not where rows
 * are skipped before, or where a subquery says how many.
 */
export function limitOfNode(limit: PostgresNode, isTop: boolean, sql: string): number | undefined {
  if (WITH_TIES.test(sql)) return undefined;
  const said = isTop ? limitOfText(sql) : undefined;
  if (said) return said.rows === Infinity ? undefined : said.rows + said.offset;
  const [input] = limit.Plans ?? [];
  if (!input || !isInput(input) || skipsRows(limit, input)) return undefined;
  const [rows, most] = [limit['Plan Rows'] ?? 0, input['Plan Rows'] ?? 0];
  return rows > 0 && rows < most ? rows : undefined;
}

/** OFFSET pays for the rows it skips before it starts; alone it reads all of its input. */
function skipsRows(limit: PostgresNode, input: PostgresNode): boolean {
  const isMore = (cost: 'Startup Cost' | 'Total Cost', by: number): boolean =>
    (limit[cost] ?? 0) > (input[cost] ?? 0) + by;
  return isMore('Startup Cost', 0.005) || isMore('Total Cost', -0.005);
}
