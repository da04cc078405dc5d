import type { DraftView, IndexDraft } from '../../protocol/indexes-view';
import type { TableInfo } from '../catalog/model';
import type { Refusal } from '../dialect/contract';
import { draftStatement, suggestedName } from './draft';
import { draftProblems, refusalProblems } from './draft-problems';
import { isIndexable } from './key-types';

/**
 * A draft with all that is to be said of it before it is sent.
 * @param taken names of relations in its schema
 * @param refuse what DSQL refuses of a statement; undefined while the parser is not loaded
 */
export function draftView(
  draft: IndexDraft,
  table: TableInfo | undefined,
  taken: ReadonlySet<string>,
  refuse?: (sql: string) => readonly Refusal[],
): DraftView {
  const sql = draftStatement(draft);
  const known = draftProblems(draft, table, taken);
  // without a key there is no statement to be refused
  const complete = draft.keys.length > 0 && draft.keys.every(({ text }) => text.trim() !== '');
  const problems = [...(complete && refuse ? refusalProblems(refuse(sql), known) : []), ...known];
  return {
    draft,
    sql,
    columns: (table?.columns ?? []).map(({ name, type }) => ({ name, type, indexable: isIndexable(type) })),
    suggestedName: suggestedName(draft, taken),
    problems,
    ready: problems.every(({ severity }) => severity !== 'error'),
  };
}

/** A draft to begin with. */
export const emptyDraft = (schema: string, table: string): IndexDraft => ({
  schema,
  table,
  name: '',
  unique: false,
  nullsNotDistinct: false,
  keys: [],
  include: [],
  where: '',
});

/** What a view or a memory sent as a draft; undefined when it is not of this form. */
export function checkedDraft(value: unknown): IndexDraft | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { schema, table, name, unique, nullsNotDistinct, keys, include, where } = value as Record<string, unknown>;
  const texts = [schema, table, name, where];
  if (!texts.every(text => typeof text === 'string' && text.length <= 10_000)) return undefined;
  if (!Array.isArray(keys) || keys.length > 100 || !Array.isArray(include) || include.length > 300) return undefined;
  if (!include.every(column => typeof column === 'string')) return undefined;
  const checkedKeys = keys.map(checkedKey);
  if (checkedKeys.some(key => key === undefined)) return undefined;
  return {
    schema: schema as string,
    table: table as string,
    name: name as string,
    unique: unique === true,
    nullsNotDistinct: nullsNotDistinct === true,
    keys: checkedKeys.filter(key => key !== undefined),
    include,
    where: where as string,
  };
}

function checkedKey(value: unknown): IndexDraft['keys'][number] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, text, nulls } = value as Record<string, unknown>;
  if ((kind !== 'column' && kind !== 'expression') || typeof text !== 'string' || text.length > 10_000)
    return undefined;
  return { kind, text, ...((nulls === 'first' || nulls === 'last') && { nulls }) };
}
