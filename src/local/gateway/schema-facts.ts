/** What of a schema the statements themselves do not say: questions to PostgreSQL's catalogues, and what their answers mean. */
import type { NamedRelation } from '../../core/dialect/contract';
import { namedRelation } from '../../core/dialect/relations';
import { keyOf } from '../adjudicator/catalog-changes';
import { changingFunctions, rowFunctions } from '../adjudicator/row-functions';
import { CHANGING } from '../adjudicator/seen-values';
import { ENGINE, INTERNAL } from '../engine-schema';
import type { TextRows } from './catalog-query';

/** Schemas of the cluster's own, and of the gateway's connections. */
const OWN_SCHEMAS = `SELECT oid FROM pg_namespace
    WHERE nspname IN ('sys', '${INTERNAL}', '${ENGINE}', 'pg_catalog', 'information_schema') OR nspname LIKE 'pg\\_temp%'`;
/** Functions of the user's. */
const USERS = `oid >= 16384 AND pronamespace NOT IN (${OWN_SCHEMAS})`;
/** User-defined functions that may write: a query may then write through one of them. */
const MAY_WRITE = `SELECT EXISTS (SELECT FROM pg_proc WHERE provolatile = 'v' AND prokind = 'f' AND ${USERS})`;
/** Bodies of functions, views and rules, as text or as parsed. The cluster's own views are left out before anybody unpacks them: OFFSET sees to that. */
const BODIES = `SELECT prosrc, prosqlbody FROM pg_proc WHERE ${USERS}
    UNION ALL (SELECT '', r.ev_action FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE r.oid >= 16384 AND c.relnamespace NOT IN (${OWN_SCHEMAS}) OFFSET 0)`;
/** One of them may lock rows. */
const LOCKS = `SELECT EXISTS (SELECT FROM (${BODIES}) defined(source, tree)
  WHERE source ~* '\\yfor\\y.*\\y(update|share)\\y' OR strpos(tree::text, '{ROWMARKCLAUSE ') > 0)`;
/** What runs without being named may set something: bodies, and what tables compute. */
const SETS = `SELECT EXISTS (SELECT FROM (
    ${BODIES}
    UNION ALL SELECT '', adbin FROM pg_attrdef
    UNION ALL SELECT '', conbin FROM pg_constraint) defined(source, tree)
  WHERE source ~* 'set_config' OR strpos(tree::text, ':funcid ' || 'set_config(text,text,boolean)'::regprocedure::oid || ' ') > 0)`;
/**
 * Bodies kept as text that may have a moment in quotes, as in `'now'::timestamptz`: it is what PostgreSQL finds when it plans the statement
 * that calls the function, and may keep as long as the plan.
 */
const MOMENTS = `SELECT EXISTS (SELECT FROM pg_proc WHERE ${USERS} AND prosrc ~* '''[^'']*\\y(now|today|tomorrow|yesterday)\\y')`;
/** Tables whose rows carry others with them. */
const CASCADES = `SELECT DISTINCT c.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid
  WHERE k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))`;

/** Names behind which statements reach tables that they do not name. */
const VIEWS = `SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= 16384 AND relnamespace::regnamespace::text <> 'sys'`;
/** Relations and the views that rest on them, also through other views. */
const RESTING = `WITH RECURSIVE direct AS (
    SELECT d.refobjid AS base, r.ev_class AS resting FROM pg_rewrite r JOIN pg_depend d
      ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    WHERE d.refobjid >= 16384 AND d.refobjid <> r.ev_class),
  resting AS (SELECT * FROM direct UNION SELECT r.base, d.resting FROM resting r JOIN direct d ON d.base = r.resting)
  SELECT bn.nspname, b.relname, vn.nspname, v.relname FROM resting r
    JOIN pg_class b ON b.oid = r.base JOIN pg_namespace bn ON bn.oid = b.relnamespace
    JOIN pg_class v ON v.oid = r.resting JOIN pg_namespace vn ON vn.oid = v.relnamespace`;
/** Indexes and extended statistics, and the tables whose they are. */
const ATTACHED = `SELECT n.nspname, a.name, tn.nspname, t.relname FROM (
    SELECT c.relnamespace, c.relname, i.indrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid AND c.relnamespace <> 'pg_toast'::regnamespace
    UNION ALL SELECT stxnamespace, stxname, stxrelid FROM pg_statistic_ext) a(space, name, owner)
  JOIN pg_namespace n ON n.oid = a.space JOIN pg_class t ON t.oid = a.owner JOIN pg_namespace tn ON tn.oid = t.relnamespace
  WHERE t.oid >= 16384`;
/**
 * Functions that may look at rows, with their bodies where those are text, and calls name all that is called. PostgreSQL, too, takes those
 * that are declared immutable at their word.
 */
const FUNCTIONS = `SELECT proname, CASE WHEN prosqlbody IS NULL AND pronargdefaults = 0 THEN prosrc END
  FROM pg_proc WHERE provolatile <> 'i' AND ${USERS}`;

/** Domains whose CHECK calls such functions, and a body that does the same. */
const CHECKING_DOMAINS = `WITH RECURSIVE within AS (
    SELECT oid AS domain, oid AS part FROM pg_type WHERE typtype = 'd' AND oid >= 16384
    UNION ALL SELECT domain, typbasetype FROM within JOIN pg_type t ON t.oid = part WHERE typtype = 'd')
  SELECT t.typname, 'SELECT ' || string_agg(quote_ident(p.proname) || '()', ', ') FROM within
    JOIN pg_type t ON t.oid = domain JOIN pg_constraint k ON k.contypid = part
    JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid AND d.refclassid = 'pg_proc'::regclass
    JOIN (SELECT oid, proname FROM pg_proc WHERE provolatile <> 'i' AND ${USERS}) p ON p.oid = d.refobjid
  GROUP BY t.oid, t.typname`;

/** Views that call such functions, or cast to domains, and tables whose defaults and checks do, or that have columns of domains. */
const CALLING = `SELECT c.relname, c.relkind = 'v', json_agg(DISTINCT called.name) FROM (
    SELECT 'pg_proc'::regclass, oid, proname FROM pg_proc WHERE provolatile <> 'i' AND ${USERS}
    UNION ALL SELECT 'pg_type'::regclass, oid, typname FROM pg_type WHERE typtype = 'd' AND oid >= 16384) called(classid, id, name)
  JOIN pg_depend d ON d.refclassid = called.classid AND d.refobjid = called.id
  CROSS JOIN LATERAL (
    SELECT ev_class FROM pg_rewrite WHERE d.classid = 'pg_rewrite'::regclass AND oid = d.objid
    UNION ALL SELECT adrelid FROM pg_attrdef WHERE d.classid = 'pg_attrdef'::regclass AND oid = d.objid
    UNION ALL SELECT conrelid FROM pg_constraint WHERE d.classid = 'pg_constraint'::regclass AND oid = d.objid AND contype = 'c'
    UNION ALL SELECT oid FROM pg_class WHERE d.classid = 'pg_class'::regclass AND oid = d.objid AND relkind = 'r') part(relation)
  JOIN pg_class c ON c.oid = part.relation GROUP BY 1, 2`;

/** Who may log in, by object id: a role that was dropped and made again is another role. */
const ROLES = 'SELECT rolname, oid FROM pg_roles WHERE rolcanlogin';
/** Roles, and the schemas in which they find nothing. */
const CLOSED_SCHEMAS = `SELECT rolname, json_agg(nspname) FROM pg_roles r, pg_namespace n
  WHERE rolname NOT LIKE 'pg\\_%' AND n.oid NOT IN (${OWN_SCHEMAS}) AND NOT has_schema_privilege(r.oid, n.oid, 'USAGE') GROUP BY 1`;

/**
 * Foreign keys: names, the condition that joins child c and parent p, and all key columns of the parent.
 */
const FOREIGN_KEYS = `SELECT k.oid, c.relname, p.relname, cn.nspname, pn.nspname, k.conrelid::regclass, k.confrelid::regclass,
    pairs.columns, pairs.match,
    (SELECT json_agg(DISTINCT a.attname) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
        AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
      WHERE i.indrelid = k.confrelid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL),
    k.condeferrable
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
    JOIN pg_namespace cn ON cn.oid = c.relnamespace JOIN pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL (
      SELECT json_agg(a.attname) AS columns, string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ') AS match
      FROM unnest(k.conkey, k.confkey) AS pair(child, parent)
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.child
      JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.parent) pairs
  WHERE k.contype = 'f'`;

/** Columns of unique indexes by table, also those of their expressions and predicates, and those from which a key is generated. */
const KEY_COLUMNS = `WITH keys AS MATERIALIZED (
    SELECT i.indexrelid AS index, i.indrelid AS owner, unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS attnum
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm')),
  named(owner, attnum) AS (
    SELECT owner, attnum FROM keys
    UNION SELECT k.owner, d.refobjsubid FROM keys k JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = k.index
      AND d.refclassid = 'pg_class'::regclass AND d.refobjid = k.owner
    UNION SELECT k.owner, d.refobjsubid FROM keys k JOIN pg_attribute a ON a.attrelid = k.owner AND a.attnum = k.attnum AND a.attgenerated <> ''
      JOIN pg_attrdef g ON g.adrelid = k.owner AND g.adnum = k.attnum
      JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = g.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = k.owner)
  SELECT c.relname, json_agg(DISTINCT a.attname) FROM named JOIN pg_attribute a ON a.attrelid = owner AND a.attnum = named.attnum
    JOIN pg_class c ON c.oid = owner GROUP BY 1`;

/**
 * Columns that get another value each time, by table: identity, and defaults that call functions other than now(). Read from the parsed
 * expression: pg_get_expr would wait for DDL on the table, which another's transaction may keep open.
 */
const CHANGING_DEFAULTS = `SELECT c.relname, json_agg(a.attname) FROM (
    SELECT attrelid, attnum FROM pg_attribute WHERE attrelid >= 16384 AND attidentity <> ''
    UNION SELECT adrelid, adnum FROM pg_attrdef
      WHERE replace(adbin::text, '{FUNCEXPR :funcid ' || 'now()'::regprocedure::oid, '') ~ '{FUNCEXPR [^{}]* :funcformat 0 ') changing
  JOIN pg_attribute a USING (attrelid, attnum) JOIN pg_class c ON c.oid = attrelid WHERE a.attgenerated = '' AND c.oid >= 16384 GROUP BY 1`;

/**
 * The primary key of each relation a name may mean, as SQL writes its columns, and the other indexes that a query may read in its place: with
 * the columns they hold, and those by which they are looked into. Who may read some columns alone may not be asked for the key's.
 */
const KEYS = `SELECT n.nspname, c.relname,
    (SELECT json_agg(a.attname ORDER BY array_position((k.indkey::int2[])[0:k.indnkeyatts - 1], a.attnum)) FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum = ANY ((k.indkey::int2[])[0:k.indnkeyatts - 1])),
    (SELECT json_agg(json_build_array(
        ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]) AND i.indpred IS NULL),
        ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND CASE WHEN i.indpred IS NULL AND i.indexprs IS NULL
          THEN a.attnum = i.indkey[0] ELSE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
            AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum) END)))
      FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND NOT i.indisprimary)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary
    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'v', 'm', 'S', 'p', 'f') AND c.relnamespace NOT IN (${OWN_SCHEMAS})`;
/** Nobody adds to them: they are asked for once. */
export const AGGREGATES = `SELECT DISTINCT proname FROM pg_proc WHERE prokind = 'a'`;

/** The questions that `SchemaFacts` is made of. */
export const FACTS = {
  mayWrite: MAY_WRITE,
  locks: LOCKS,
  sets: SETS,
  moments: MOMENTS,
  cascades: CASCADES,
  roles: ROLES,
  closedSchemas: CLOSED_SCHEMAS,
  foreignKeys: FOREIGN_KEYS,
  views: VIEWS,
  functions: FUNCTIONS,
  checkingDomains: CHECKING_DOMAINS,
  calling: CALLING,
  keyColumns: KEY_COLUMNS,
  changingDefaults: CHANGING_DEFAULTS,
  resting: RESTING,
  attached: ATTACHED,
  keys: KEYS,
};

/** A foreign key as the adjudicator needs it. */
export interface ForeignKey {
  /** Its object id. */
  id: string;
  /** Unqualified names. */
  child: string;
  parent: string;
  childSchema: string;
  parentSchema: string;
  /** Names as SQL text, qualified where need be. */
  childTable: string;
  parentTable: string;
  /** Columns of the child. */
  columns: string[];
  /** SQL condition between a child `c` and its parent `p`. */
  match: string;
  /** Columns of unique indexes of the parent. */
  parentKeys: string[];
  /** Its checks may be put off to COMMIT. */
  deferrable: boolean;
}

/** What a table's primary key is, and what may be read in its place. */
export interface TableKey {
  /** In the key's order; empty for a relation without one, or whose key not everybody may read. */
  columns: readonly string[];
  /** Of each other index the columns it holds, and those by which it is looked into. */
  others: readonly (readonly [holds: readonly string[], leads: readonly string[]])[];
}

/** A view, and a relation it is made from. */
export interface RestingView {
  base: { schema: string; name: string };
  view: { schema: string; name: string };
}

/** What the gateway knows of the schema beyond the statements themselves. */
export interface SchemaFacts {
  /** A query may write through a function, or lock rows through a view. */
  queriesMayWrite: boolean;
  /** A function or a view of a client's may lock rows: statements that do not say so may. */
  locksUnnamed: boolean;
  /** Something that a client has defined calls set_config: statements that do not name it may set what a session has. */
  setsUnnamed: boolean;
  /** The body of a client's function names the moment at which it is planned: plans of statements that call it are not kept. */
  momentsUnnamed: boolean;
  /** Unqualified names of tables whose changes cascade. */
  cascading: ReadonlySet<string>;
  /** Object id of each role that may log in. */
  roles: ReadonlyMap<string, string>;
  /** By role, the schemas that it may not use: names are not looked for there. */
  closedSchemas: ReadonlyMap<string, readonly string[]>;
  foreignKeys: readonly ForeignKey[];
  /** Columns of unique indexes, by the table's unqualified name. */
  keyColumns: ReadonlyMap<string, readonly string[]>;
  /** Columns that get a value made anew each time, by the table's unqualified name. */
  changingDefaults: ReadonlyMap<string, readonly string[]>;
  /** Unqualified names of the user's views, and of the functions that are not immutable. */
  views: ReadonlySet<string>;
  functions: ReadonlySet<string>;
  /** Unqualified names of domains whose CHECK calls such functions: they are among the functions. */
  checkingDomains: ReadonlySet<string>;
  /** By unqualified names, the functions that views call, and the domains that they cast to. */
  callingViews: ReadonlyMap<string, readonly string[]>;
  /** The same of tables' defaults and checks, when they are written. */
  callingTables: ReadonlyMap<string, readonly string[]>;
  /** Of these functions those that may look at rows. */
  rowFunctions: ReadonlySet<string>;
  /** Of these functions those that may make another value each time they run in the same snapshot. */
  changingFunctions: ReadonlySet<string>;
  /** Which views rest on which relations, also through other views. */
  resting: readonly RestingView[];
  /** The table of each index and each extended statistics, by `keyOf`. */
  attached: ReadonlyMap<string, NamedRelation>;
  /** The keys of clients' relations, by `keyOf`. */
  keys: ReadonlyMap<string, TableKey>;
  /** Unqualified names of aggregate functions. */
  aggregates: ReadonlySet<string>;
}

/** A list that PostgreSQL has written as JSON; none where it has found nothing to write. */
const listIn = <T>(json: string | null | undefined): T[] => JSON.parse(json ?? '[]') as T[];

/** Of what `FACTS` and `AGGREGATES` have found. */
export function factsOf(rows: Record<keyof typeof FACTS, TextRows>, aggregates: TextRows): SchemaFacts {
  const functions = [...rows.functions, ...rows.checkingDomains];
  const names = (found: TextRows): Set<string> => new Set(found.map(row => row[0] ?? ''));
  const listsOf = (found: TextRows): Map<string, string[]> =>
    new Map(found.map(([name, list]) => [name ?? '', listIn(list)]));
  const bodies = functions.map(([name, body]) => ({ name: name ?? '', body: body ?? undefined }));
  const changingDefaults = listsOf(rows.changingDefaults);
  const calling = (isView: string): Map<string, string[]> =>
    listsOf(rows.calling.flatMap(([name, view, calls]) => (view === isView ? [[name ?? null, calls ?? null]] : [])));
  const [callingViews, callingTables] = [calling('t'), calling('f')];
  const mayChange = (relation: string): boolean =>
    changingDefaults.has(relation) || callingViews.has(relation) || callingTables.has(relation);
  return {
    queriesMayWrite: rows.mayWrite[0]?.[0] === 't' || rows.locks[0]?.[0] === 't',
    locksUnnamed: rows.locks[0]?.[0] === 't',
    setsUnnamed: rows.sets[0]?.[0] === 't',
    momentsUnnamed: rows.moments[0]?.[0] === 't',
    cascading: names(rows.cascades),
    roles: new Map(rows.roles.map(([name, oid]) => [name ?? '', oid ?? ''])),
    closedSchemas: listsOf(rows.closedSchemas),
    foreignKeys: rows.foreignKeys.map(
      ([id, child, parent, childSchema, parentSchema, childTable, parentTable, columns, match, keys, deferrable]) => ({
        id: id ?? '',
        child: child ?? '',
        parent: parent ?? '',
        childSchema: childSchema ?? '',
        parentSchema: parentSchema ?? '',
        childTable: childTable ?? '',
        parentTable: parentTable ?? '',
        columns: listIn(columns),
        match: match ?? '',
        parentKeys: listIn(keys),
        deferrable: deferrable === 't',
      }),
    ),
    keyColumns: listsOf(rows.keyColumns),
    changingDefaults,
    views: names(rows.views),
    functions: names(functions),
    checkingDomains: names(rows.checkingDomains),
    callingViews,
    callingTables,
    rowFunctions: rowFunctions(bodies),
    changingFunctions: changingFunctions(bodies, name => CHANGING.test(name), mayChange),
    resting: rows.resting.map(([baseSchema, base, viewSchema, view]) => ({
      base: { schema: baseSchema ?? '', name: base ?? '' },
      view: { schema: viewSchema ?? '', name: view ?? '' },
    })),
    attached: new Map(
      rows.attached.map(([schema, name, tableSchema, table]) => [
        keyOf(schema ?? '', name ?? ''),
        namedRelation(table ?? '', tableSchema ?? undefined),
      ]),
    ),
    keys: new Map(
      rows.keys.map(([schema, table, columns, others]) => [
        keyOf(schema ?? '', table ?? ''),
        { columns: listIn(columns), others: listIn(others) },
      ]),
    ),
    aggregates: names(aggregates),
  };
}
