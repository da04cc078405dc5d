/**
 * Catalogues of which clients of the local cluster see something else than PostgreSQL has. A statement that reads one reads a view of it
 * instead, under the catalogue's name; the catalogue itself keeps its name and number, by which clients find it in pg_class, pg_depend and
 * pg_description. Views that clients define, and bodies of functions, read PostgreSQL's own: what is stored must mean the same elsewhere. So
 * does EXPLAIN: a plan of a view would list what that leaves out.
 *
 * A view has no system columns (tableoid, xmin, ctid…), so a statement that names one reads the view's twin, which has them as columns:
 * pg_dump reads `tableoid` of pg_namespace, DataGrip `xmin`. A whole row of a twin (`SELECT *`) has them too.
 */
import type { ColumnRef, RangeVar } from 'libpg-query';
import { identifierOf, isWord, tokenize, type Token } from './lexer';
import { byteToUtf16 } from './parser';
import type { Replacement } from './replacements';
import { namesOf, type NodeOf, type NodeTag } from './tree';

const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** The catalogues that have views (`src/local/postgres/bootstrap/visibility`). */
export const VIEWED_CATALOGUES: ReadonlySet<string> = new Set([
  'pg_am',
  'pg_amop',
  'pg_attrdef',
  'pg_attribute',
  'pg_class',
  'pg_constraint',
  'pg_database',
  'pg_depend',
  'pg_event_trigger',
  'pg_index',
  'pg_namespace',
  'pg_opclass',
  'pg_opfamily',
  'pg_proc',
  'pg_rewrite',
  'pg_sequence',
  'pg_tablespace',
  'pg_trigger',
  'pg_type',
]);

/** The view that clients read in a catalogue's place. */
export const viewOf = (catalogue: string): string => `pg_catalog.dsql_${catalogue}`;

/** The same with system columns. */
export const twinOf = (catalogue: string): string => `${viewOf(catalogue)}_twin`;

/** Finds in a statement's tree where it reads viewed catalogues. */
export class CatalogueReferences {
  private readonly relations: RangeVar[] = [];
  /** Columns named with the schema: `pg_catalog.pg_index.indkey`, which no alias answers to. */
  private readonly qualified: ColumnRef[] = [];
  private readonly commonTables = new Set<string>();
  private namesSystemColumns = false;

  /** Takes in one node of the tree. */
  visit(tag: NodeTag, node: object): void {
    if (tag === 'RangeVar') this.relation(node);
    else if (tag === 'ColumnRef') this.column(node);
    else if (tag === 'CommonTableExpr') this.commonTables.add((node as NodeOf<'CommonTableExpr'>).ctename ?? '');
  }

  /** What stands in `text` for catalogues becomes their views, under the names they had. */
  replacements(text: string): Replacement[] {
    const relations = this.relations.filter(
      ({ relname, schemaname }) => schemaname !== undefined || !this.commonTables.has(relname ?? ''),
    );
    if (relations.length === 0) return [];
    const tokens = tokenize(text);
    const places = new Map(tokens.map(({ start }, at) => [start, at]));
    const placeOf = ({ location = 0 }: { location?: number }): number => places.get(byteToUtf16(text, location)) ?? NaN;
    const view = this.namesSystemColumns ? twinOf : viewOf;
    return [
      ...relations.flatMap(relation => inFrom(text, tokens, placeOf(relation), relation, view)),
      ...this.qualified.flatMap(column => withoutSchema(tokens, placeOf(column))),
    ].sort((a, b) => a.start - b.start);
  }

  private relation(relation: RangeVar): void {
    const { relname = '', schemaname = 'pg_catalog', inh } = relation;
    // FROM ONLY (name) takes no alias inside, and nobody asks catalogues that way
    if (inh && schemaname === 'pg_catalog' && VIEWED_CATALOGUES.has(relname)) this.relations.push(relation);
  }

  private column(column: ColumnRef): void {
    const names = namesOf(column.fields);
    this.namesSystemColumns ||= SYSTEM_COLUMNS.has(names.at(-1) ?? '');
    const [schema, catalogue = ''] = names;
    const isQualified = (column.fields?.length ?? 0) > 2 && schema === 'pg_catalog';
    if (isQualified && VIEWED_CATALOGUES.has(catalogue)) this.qualified.push(column);
  }
}

function inFrom(
  text: string,
  tokens: readonly Token[],
  at: number,
  { relname = '', schemaname, catalogname, alias }: RangeVar,
  view: (catalogue: string) => string,
): Replacement[] {
  const first = tokens[at];
  const last = tokens[at + 2 * [catalogname, schemaname].filter(name => name !== undefined).length];
  if (!first || identifierOf(text, last) !== relname) return [];
  // TABLE name is a whole SELECT, and takes no alias
  const named = alias !== undefined || isWord(text, tokens[at - 1], 'table');
  return [{ start: first.start, end: last!.end, text: view(relname) + (named ? '' : ` AS ${relname}`) }];
}

function withoutSchema(tokens: readonly Token[], at: number): Replacement[] {
  const [schema, , catalogue] = tokens.slice(at, at + 3);
  return schema && catalogue ? [{ start: schema.start, end: catalogue.start, text: '' }] : [];
}
