/** Every part of a statement that DSQL refuses, for tools that show them all at once. The service itself names the first only. */
import type { RuleBook } from './check';
import type { Refusal } from './contract';
import { prepare } from './extensions';
import { parse } from './parser';
import { refusalOf } from './refusal';

/** Rules that say the same as one that comes before them at the same place. */
const SHADOWED: Readonly<Record<string, readonly string[]>> = {
  index_async: ['index_concurrently'],
  unsupported_parameter: ['reserved_parameter', 'set_isolation_level'],
  too_many_columns: ['too_many_keyed_columns'],
  deferrable: ['add_unique_deferrable', 'add_constraint'],
  add_unique_deferrable: ['add_constraint'],
  identity_cache: ['add_column_constraint'],
  identity_cache_size: ['add_column_constraint'],
  identity_type: ['add_column_constraint'],
  key_type: ['add_column_constraint'],
  alter_table: [
    ...['validate_constraint_sync', 'alter_column_type', 'set_not_null', 'set_statistics', 'row_security'],
    'alter_composite_type',
  ],
};

/**
 * The refusals of a statement, `first` (what `classify` answers) among them. What is no tree, such as a syntax error, stays alone.
 * Never throws.
 */
export function allRefusals(text: string, first: Refusal, book: RuleBook): Refusal[] {
  try {
    const { parseText, async, using } = prepare(text);
    const parsed = parse(parseText);
    const [node, ...others] = parsed.type === 'tree' ? parsed.statements : [];
    if (!node || others.length > 0) return [first];
    const hits = book.checkAll(node, { async: async !== undefined, using, onNode: () => undefined });
    return hits.length === 0 ? [first] : distinct(hits.map(hit => refusalOf(text, hit)));
  } catch {
    return [first];
  }
}

function distinct(refusals: Refusal[]): Refusal[] {
  const present = new Set(refusals.map(({ ruleId }) => ruleId));
  const seen = new Set<string>();
  return refusals.filter(({ ruleId, position, message }) => {
    const key = `${ruleId} ${position} ${message}`;
    if (seen.has(key) || (SHADOWED[ruleId] ?? []).some(other => present.has(other))) return false;
    seen.add(key);
    return true;
  });
}
