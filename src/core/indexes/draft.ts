import { qualifiedName } from '../catalog/names';
import { sqlName } from '../dialect/names';
import { cutBytes, indexName, MAX_NAME_BYTES } from './index-name';
import type { IndexDraft, IndexKeyDraft } from '../../protocol/indexes-view';

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
 * A name as PostgreSQL chooses it (ChooseIndexName, makeObjectName): table, keys and included columns, `idx`; table and columns lose what is
 * too long alternately; with a number where taken.
 * @param taken names of relations in the schema
 */
export function suggestedName(
  { table, keys, include }: Pick<IndexDraft, 'table' | 'keys' | 'include'>,
  taken: ReadonlySet<string>,
): string {
  const words = [...keys.map(({ kind, text }) => (kind === 'column' ? text : expressionWord(text))), ...include];
  const columns = distinctWords(words);
  for (let number = 0; ; number++) {
    const name = indexName(table, columns, number);
    if (!taken.has(name)) return name;
  }
}

/** A word that is there already gets a number (ChooseIndexColumnNames). */
function distinctWords(words: readonly string[]): string[] {
  const distinct: string[] = [];
  for (const word of words) {
    let name = word;
    for (let number = 1; distinct.includes(name); number++)
      name = `${cutBytes(word, MAX_NAME_BYTES - String(number).length)}${number}`;
    distinct.push(name);
  }
  return distinct;
}

/** A call has its function's name, anything else `expr`. */
const expressionWord = (text: string): string =>
  /^\(*\s*(?:\w+\.)?([a-z_]\w*)\s*\(/i.exec(text)?.[1]?.toLowerCase() ?? 'expr';

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
