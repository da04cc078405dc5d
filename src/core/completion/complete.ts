/** From a text, a place in it and a catalogue to what may be written there. Pure: the editor only shows what comes out. */
import { sqlName } from '../dialect/names';
import type { CatalogSnapshot, SnapshotRelation } from '../catalog/snapshot';
import { SETTABLE_PARAMETERS } from '../dialect/rules/parameters';
import { BUILTIN_FUNCTIONS, FUNCTION_LIKE } from './builtin-functions';
import { expectedAt } from './context';
import type { Completion, CompletionEntry, CompletionKind } from './contract';
import { joinConditions } from './join-conditions';
import {
  AFTER_TABLE_PHRASES,
  ALTER_TABLE_PHRASES,
  COLUMN_TYPES,
  DEFINITION_PHRASES,
  EXPRESSION_PHRASES,
  QUERY_PHRASES,
  STATEMENT_PHRASES,
  VALUE_TYPES,
} from './keywords';
import type { OutputColumn } from './output-columns';
import { commonTablesInSight, findRelation, tablesInSight, type TableRef } from './scope';
import { placeAt, type Place } from './statement';

/** Order of kinds in the list. */
const RANK = {
  join: 0,
  column: 1,
  common: 2,
  alias: 3,
  near: 2,
  far: 5,
  schema: 4,
  routine: 6,
  builtin: 8,
  keyword: 7,
};

/**
 * What may be written at `offset` (UTF-16 units). Undefined in strings, comments and numbers. Tolerates unfinished text. All that fits the
 * place is in it; the editor filters by what is typed.
 */
export function complete(text: string, offset: number, catalog: CatalogSnapshot): Completion | undefined {
  const place = placeAt(text, offset);
  if (!place) return undefined;
  const found = entriesAt(place, catalog);
  const entries = place.quoted ? found.filter(({ kind }) => QUOTABLE.has(kind)).map(inQuotes) : found;
  return { start: place.start, end: place.end, quoted: place.quoted, entries: unique(entries) };
}

const QUOTABLE: ReadonlySet<CompletionKind> = new Set(['schema', 'table', 'view', 'column', 'alias']);
const inQuotes = (entry: CompletionEntry): CompletionEntry => ({
  ...entry,
  insertText: `"${entry.label.replaceAll('"', '""')}"`,
});

function unique(entries: CompletionEntry[]): CompletionEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ kind, insertText, detail }) => {
    const key = `${kind === 'view' ? 'table' : kind}\0${insertText}\0${kind === 'function' ? detail : ''}`;
    return !seen.has(key) && seen.add(key);
  });
}

function entriesAt(place: Place, catalog: CatalogSnapshot): CompletionEntry[] {
  const expected = expectedAt(place);
  const refs = () => tablesInSight(place.frame, place.index, catalog);
  switch (expected.what) {
    case 'nothing':
      return [];
    case 'statement':
      return STATEMENT_PHRASES.map(({ phrase }) => keyword(phrase));
    case 'subquery':
      return [...['SELECT', 'WITH', 'VALUES', 'TABLE', 'ALL'].map(keyword), ...values(refs(), catalog)];
    case 'value':
      return values(refs(), catalog);
    case 'joinCondition': {
      const visible = refs();
      return [...joinConditions(visible, place.start), ...values(visible, catalog)];
    }
    case 'continuation':
      return (expected.afterTable ? [...AFTER_TABLE_PHRASES, ...QUERY_PHRASES] : QUERY_PHRASES).map(keyword);
    case 'relation':
      return relations(place, catalog, expected.kinds);
    case 'schema':
      return catalog.schemas.map(schemaEntry);
    case 'targetColumn':
      return targetColumns(refs(), expected.listed);
    case 'member':
      return members(expected.qualifier, expected.relations, refs(), catalog);
    case 'columnType':
      return COLUMN_TYPES.map(typeEntry);
    case 'valueType':
      return [...COLUMN_TYPES, ...VALUE_TYPES].map(typeEntry);
    case 'parameter':
      return [...SETTABLE_PARAMETERS].map(name => ({ kind: 'parameter', label: name, insertText: name, rank: 1 }));
    case 'definition':
      return [...definedColumns(refs()), ...DEFINITION_PHRASES.map(keyword)];
    case 'alterTable':
      return [...definedColumns(refs()), ...ALTER_TABLE_PHRASES.map(keyword)];
  }
}

const keyword = (phrase: string): CompletionEntry => ({
  kind: 'keyword',
  label: phrase,
  insertText: phrase,
  rank: RANK.keyword,
});
const typeEntry = (name: string): CompletionEntry => ({ kind: 'type', label: name, insertText: name, rank: 1 });
const schemaEntry = (name: string): CompletionEntry => ({
  kind: 'schema',
  label: name,
  insertText: sqlName(name),
  detail: 'schema',
  rank: RANK.schema,
});

function relationEntry(relation: SnapshotRelation, qualified: boolean): CompletionEntry {
  const name = sqlName(relation.name);
  return {
    kind: relation.kind,
    label: relation.name,
    insertText: qualified ? `${sqlName(relation.schema)}.${name}` : name,
    detail: `${relation.kind} in ${relation.schema}`,
    ...(relation.comment !== undefined && { documentation: relation.comment }),
    rank: qualified ? RANK.far : RANK.near,
  };
}

function columnEntry(column: OutputColumn, prefix: string, from: string): CompletionEntry {
  const detail = [column.type, column.primaryKey ? 'key' : column.notNull ? 'not null' : '']
    .filter(Boolean)
    .join(' · ');
  return {
    kind: 'column',
    label: column.name,
    insertText: `${prefix}${sqlName(column.name)}`,
    ...(detail && { detail }),
    documentation: [from, column.comment].filter(Boolean).join('\n'),
    rank: RANK.column,
  };
}

/** Tables of the search path by their name alone, others with their schema; a name that another schema hides gets its own too. */
function relations(place: Place, catalog: CatalogSnapshot, kinds: 'any' | 'table' | 'view'): CompletionEntry[] {
  const common = commonTablesInSight(place.frame, catalog).map(({ name }): CompletionEntry => ({
    kind: 'table',
    label: name,
    insertText: sqlName(name),
    detail: 'common table expression',
    rank: RANK.common,
  }));
  const fitting = catalog.relations.filter(({ kind }) => kinds === 'any' || kind === kinds);
  return [
    ...(kinds === 'any' ? common : []),
    ...fitting.map(relation => relationEntry(relation, findRelation(catalog, relation.name, undefined) !== relation)),
    ...catalog.schemas.map(schemaEntry),
    ...(kinds === 'any' ? ['SELECT', 'LATERAL', 'ONLY'] : ['IF EXISTS', 'ONLY']).map(keyword),
  ];
}

function targetColumns(refs: TableRef[], listed: readonly string[]): CompletionEntry[] {
  const target = refs.find(ref => ref.target) ?? refs[0];
  return (target?.columns ?? [])
    .filter(({ name }) => !listed.includes(name))
    .map(column => columnEntry(column, '', target?.alias ?? ''));
}

const definedColumns = (refs: TableRef[]): CompletionEntry[] => targetColumns(refs, []);

/** Columns in sight, prefixed where several tables have them; aliases; functions; words. */
function values(refs: TableRef[], catalog: CatalogSnapshot): CompletionEntry[] {
  const count = new Map<string, number>();
  for (const { name } of refs.flatMap(ref => ref.columns)) count.set(name, (count.get(name) ?? 0) + 1);
  const columns = refs.flatMap(ref =>
    ref.columns.map(column =>
      columnEntry(column, (count.get(column.name) ?? 0) > 1 ? `${sqlName(ref.alias)}.` : '', ref.alias),
    ),
  );
  const aliases = refs.map((ref): CompletionEntry => ({
    kind: 'alias',
    label: ref.alias,
    insertText: sqlName(ref.alias),
    detail: ref.relation ? `${ref.relation.schema}.${ref.relation.name}` : 'subquery',
    rank: RANK.alias,
  }));
  return [
    ...columns,
    ...aliases,
    ...catalog.routines.filter(({ kind }) => kind === 'function').map(routine => routineEntry(routine, catalog)),
    ...BUILTINS,
    ...catalog.schemas.map(schemaEntry),
    ...EXPRESSION_PHRASES.map(keyword),
  ];
}

const routineEntry = (
  { schema, name, parameters, result, comment }: CatalogSnapshot['routines'][number],
  catalog: CatalogSnapshot,
  qualify = !catalog.searchPath.includes(schema),
): CompletionEntry => ({
  kind: 'function',
  label: name,
  insertText: `${qualify ? `${sqlName(schema)}.` : ''}${sqlName(name)}`,
  detail: `(${parameters}) → ${result}`,
  documentation: [schema, comment].filter(Boolean).join('\n'),
  rank: RANK.routine,
});

const BUILTINS: readonly CompletionEntry[] = [...BUILTIN_FUNCTIONS, ...FUNCTION_LIKE].map(
  ({ name, parameters, result }) => ({
    kind: 'function',
    label: name,
    insertText: name,
    detail: `(${parameters}) → ${result}`,
    rank: RANK.builtin,
  }),
);

/** Behind a dot: columns of an alias or table, or what a schema holds. */
function members(
  qualifier: readonly string[],
  wantsRelation: boolean,
  refs: TableRef[],
  catalog: CatalogSnapshot,
): CompletionEntry[] {
  const last = qualifier.at(-1) ?? '';
  const schema = qualifier.length > 1 ? qualifier.at(-2) : undefined;
  const columnsOf = (columns: readonly OutputColumn[], from: string) =>
    columns.map(column => columnEntry(column, '', from));
  if (schema !== undefined) {
    const relation = findRelation(catalog, last, schema);
    return relation ? columnsOf(relation.columns, `${schema}.${last}`) : [];
  }
  const contents = catalog.relations
    .filter(relation => relation.schema === last)
    .map(relation => ({ ...relationEntry(relation, false), rank: RANK.near }));
  if (wantsRelation && contents.length > 0) return contents;
  const ref = refs.find(({ alias }) => alias === last);
  if (ref) return columnsOf(ref.columns, ref.relation ? `${ref.relation.schema}.${ref.relation.name}` : ref.alias);
  const routines = catalog.routines
    .filter(routine => routine.schema === last)
    .map(routine => routineEntry(routine, catalog, false));
  if (contents.length > 0 || routines.length > 0) return [...contents, ...routines];
  const relation = findRelation(catalog, last, undefined);
  return relation ? columnsOf(relation.columns, `${relation.schema}.${relation.name}`) : [];
}
