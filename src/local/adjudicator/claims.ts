import type { Classified } from '../../core/dialect/contract';
import type { RestingView, SchemaFacts } from '../gateway/schema-facts';
import { clausesOf } from './clauses';

/** Tables that a statement changes, as its text names them: by `NamedRelation.key`. */
export interface Claims {
  written: Set<string>;
  /** Those of which rows go or keys change, so that rows of other tables may depend on it. */
  removed: Set<string>;
}

/** Whether one of the calls may be of one of these functions. A dot parts a schema from the name, or stands in it. */
export const callsOneOf = (calls: readonly string[] | undefined, names: ReadonlySet<string>): boolean =>
  calls?.some(call => call.split('.').some((_, at, parts) => names.has(parts.slice(at).join('.')))) === true;

/** The name in a `NamedRelation.key`, without its schema. */
export const nameIn = (key: string): string => key.slice(key.lastIndexOf('\0') + 1);

/** What a view rests on, by its unqualified name; nothing of a table. */
export const beneath = (name: string, { resting }: Pick<SchemaFacts, 'resting'>): readonly RestingView['base'][] =>
  resting.flatMap(({ view, base }) => (view.name === name ? base : []));

/** The relations, and those that the views among them rest on. Unqualified names. */
export function throughViews(names: readonly string[], schema: Pick<SchemaFacts, 'resting'>): readonly string[] {
  // asked several times for each statement: most name no view
  if (!schema.resting.some(({ view }) => names.includes(view.name))) return names;
  const bases = names.flatMap(name => beneath(name, schema)).map(({ name }) => name);
  return [...new Set([...names, ...bases])];
}

/** The tables that a statement writes, by unqualified names: those that it names, and those beneath views. */
export const targetsOf = ({ writeTargets }: Classified, schema: Pick<SchemaFacts, 'resting'>): readonly string[] =>
  throughViews(writeTargets.some(isQualified) ? writeTargets.map(nameIn) : writeTargets, schema);

const isQualified = (key: string): boolean => key.includes('\0');

/** What a statement may change, told from its text and the foreign keys. */
export function claimsOf({ classified, sql }: { classified: Classified; sql: string }, schema: SchemaFacts): Claims {
  const none = new Set<string>();
  const { explain } = classified;
  if (explain && !explain.analyze) return { written: none, removed: none };
  const c = explain ? explain.inner : classified;
  const written = new Set(c.writes ? c.writeTargets : []);
  if (written.size !== 1 || explain) return { written, removed: written };
  const clauses = clausesOf(sql);
  if (clauses?.type === 'insert' && clauses.onConflict !== 'update') return { written, removed: none };
  if (clauses?.type !== 'update' || namesView(c, schema)) return { written, removed: written };
  const parent = nameIn(c.writeTargets[0]!);
  const keys = schema.foreignKeys.filter(key => key.parent === parent).flatMap(key => key.parentKeys);
  return { written, removed: clauses.assignments.some(({ column }) => keys.includes(column)) ? written : none };
}

/** Unqualified names of the relations a statement names; undefined where they are not known. */
export const relationsOf = (c: Classified): readonly string[] | undefined =>
  c.relations ?? (c.maxRows === undefined ? undefined : c.writeTargets.map(nameIn));

/**
 * It calls one of these functions, or names a domain among them: a cast to it calls what its CHECK calls. Or a view that it names does, or
 * a default or a check of a table that it writes.
 */
function runsOneOf(c: Classified, names: ReadonlySet<string>, schema: SchemaFacts): boolean {
  if (names.size === 0) return false;
  const { checkingDomains, callingViews, callingTables } = schema;
  return (
    callsOneOf(c.functions, names) ||
    (checkingDomains.size > 0 && [...checkingDomains].some(name => names.has(name) && isInText(name, c.text))) ||
    (callingViews.size > 0 &&
      throughViews(relationsOf(c) ?? [], schema).some(name => callsOneOf(callingViews.get(name), names))) ||
    (callingTables.size > 0 && targetsOf(c, schema).some(name => callsOneOf(callingTables.get(name), names)))
  );
}

const isInText = (name: string, text: string): boolean =>
  text.toLowerCase().includes(name.toLowerCase().replaceAll('"', '""'));

/** It runs a function that may write, into whatever table. */
export const callsWriter = (c: Classified, schema: SchemaFacts): boolean =>
  schema.queriesMayWrite && runsOneOf(c, schema.rowFunctions, schema);

/** It may lock rows without saying so: by a function or a view. */
export const mayLockUnnamed = (c: Classified, schema: SchemaFacts): boolean =>
  schema.locksUnnamed && runsKept(c, schema);

/** It changes settings of the session or the transaction, and no rows: SET, RESET, a query that calls set_config. */
export const isSetting = ({ kind, configures, locking }: Classified): boolean =>
  kind === 'set' || kind === 'reset' || (kind === 'query' && configures !== undefined && !locking);

/** PostgreSQL's catalogues, and the functions and types that look into them, by how they are named. */
const OF_CATALOGUE =
  /\b(?:pg_|to_reg|reg(?:class|type|namespace|role|proc|oper|config)|information_schema\b|current_schemas\b|sys\s*\.)/i;

const NAMES_NO_ROWS: ReadonlySet<Classified['kind']> = new Set(['set', 'reset', 'show']);

/** It may read or write tables that neither it nor a view names: through functions and procedures. */
export function callsUnknown(classified: Classified, schema: SchemaFacts): boolean {
  const c = classified.explain?.inner ?? classified;
  if (NAMES_NO_ROWS.has(c.kind)) return false;
  if (c.kind === 'call' || !relationsOf(c)) return true;
  return runsOneOf(c, schema.rowFunctions, schema);
}

/** A query about the catalogue that reads no rows of clients'. */
export const readsCatalogueAlone = (c: Classified, schema: SchemaFacts): boolean =>
  c.kind === 'query' && !c.writes && c.named === undefined && OF_CATALOGUE.test(c.sql) && !callsUnknown(c, schema);

/** It may read or write tables that it does not name: through views, functions and procedures. */
export const isOpaque = (c: Classified, schema: SchemaFacts): boolean =>
  callsUnknown(c, schema) || namesView(c, schema);

/** It runs what clients have kept: the bodies of their functions, also of those that look at no rows, and of their views. */
export const runsKept = (c: Classified, schema: SchemaFacts): boolean =>
  isOpaque(c, schema) || runsOneOf(c.explain?.inner ?? c, schema.functions, schema);

/** A view is among the relations that it names. */
const namesView = (c: Classified, { views }: SchemaFacts): boolean =>
  views.size > 0 && relationsOf(c.explain?.inner ?? c)?.some(name => views.has(name)) === true;
