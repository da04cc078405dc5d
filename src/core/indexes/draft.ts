import { qualifiedName, sqlName } from '../catalog/names';
import type { IndexDraft, IndexKeyDraft } from '../../protocol/indexes-view';

/** PostgreSQL cuts longer names (63 bytes). */
export const MAX_NAME_BYTES = 63;

/** A key as an index definition writes it: `payer`, `(lower(email))`, with NULLS FIRST where asked for. */
export function keySql(key: IndexKeyDraft): string {
  const part = key.kind === 'column' ? sqlName(key.text) : `(${unwrapped(key.text)})`;
  return key.nulls === undefined ? part : `${part} NULLS ${key.nulls === 'first' ? 'FIRST' : 'LAST'}`;
}

/**
 * The statement, on one line. ASC and DESC do not exist for DSQL's keys: an index is read in both directions.
 * @example CREATE INDEX ASYNC transactions_payer_id_idx ON public.transactions (payer_id) INCLUDE (amount)
 */
export function draftStatement(draft: IndexDraft): string {
  const { schema, table, name, unique, nullsNotDistinct, keys, include, where } = draft;
  const parts = [`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ASYNC`];
  if (name.trim() !== '') parts.push(sqlName(name.trim()));
  parts.push(`ON ${qualifiedName({ schema, name: table })} (${keys.map(keySql).join(', ')})`);
  if (include.length > 0) parts.push(`INCLUDE (${include.map(sqlName).join(', ')})`);
  if (unique && nullsNotDistinct) parts.push('NULLS NOT DISTINCT');
  if (where.trim() !== '') parts.push(`WHERE ${where.trim()}`);
  return parts.join(' ');
}

/**
 * A name as PostgreSQL chooses it (ChooseIndexName): table, keys and included columns, `idx`, cut to 63 bytes, with a number where taken.
 * @param taken names of relations in the schema
 */
export function suggestedName(
  { table, keys, include }: Pick<IndexDraft, 'table' | 'keys' | 'include'>,
  taken: ReadonlySet<string>,
): string {
  const words = [...keys.map(({ kind, text }) => (kind === 'column' ? text : expressionWord(text))), ...include];
  const stem = [table, ...words].join('_');
  for (let number = 0; ; number++) {
    const end = number === 0 ? '_idx' : `_idx${number}`;
    const name = `${cutBytes(stem, MAX_NAME_BYTES - end.length)}${end}`;
    if (!taken.has(name)) return name;
  }
}

/** A call has its function's name, anything else `expr`. */
const expressionWord = (text: string): string =>
  /^\(*\s*(?:\w+\.)?([a-z_]\w*)\s*\(/i.exec(text)?.[1]?.toLowerCase() ?? 'expr';

export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

function cutBytes(text: string, bytes: number): string {
  let cut = text;
  while (byteLength(cut) > bytes) cut = cut.slice(0, -1);
  return cut.replace(/[\uD800-\uDBFF]$/, '');
}

/** Without parentheses that enclose the whole: they are added again. */
function unwrapped(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('(')) return trimmed;
  let depth = 0;
  for (let at = 0; at < trimmed.length; at++) {
    if (trimmed[at] === "'" || trimmed[at] === '"') {
      const end = trimmed.indexOf(trimmed[at]!, at + 1);
      if (end < 0) return trimmed;
      at = end;
    } else if (trimmed[at] === '(') depth++;
    else if (trimmed[at] === ')' && --depth === 0)
      return at === trimmed.length - 1 ? unwrapped(trimmed.slice(1, -1)) : trimmed;
  }
  return trimmed;
}
