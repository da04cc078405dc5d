import type { CatalogQuery } from '../ports';
import { ENGINE } from '../engine-schema';
import { QueryFailed, runText } from '../gateway/catalog-query';
import type { ForeignKey, SchemaFacts } from '../gateway/schema-facts';
import { callsUnknown, isOpaque, mayLockUnnamed, throughViews } from './claims';
import { clausesOf } from './clauses';
import { transactionsOf, type LockProbe } from './lock-probe';
import { freedBy } from './reused-keys';
import type { Transaction } from './transaction';
import type { SharedStatement } from '../gateway/statements';

type Claimant = Pick<SharedStatement, 'classified' | 'sql'>;

/** Larger tables of children are not searched: the check of the foreign key itself stays PostgreSQL's. */
const SEARCHED_BYTES = 64 * 1024 * 1024;
/** The same for who removes children, which is done more often than a parent is removed or locked. Some hundredths of a second. */
const SEARCHED_BY_REMOVERS = 8 * 1024 * 1024;

/** Children that a transaction has removed, or given another parent, though older snapshots do not know of them. */
export interface RemovedChildren {
  /** Of the foreign key, see `nameOf`. */
  key: string;
  /** A JSON array of objects: `ForeignKey.reference`, and the places of child and parent. */
  rows: string;
}

/** Unique in the database. */
export const nameOf = ({ childTable, match }: ForeignKey): string => `${childTable} ${match}`;

/** While the transaction of the process `pid` is open. Undefined where there are none, or they cannot be told. Never rejects. */
export async function removedChildren(
  pid: number,
  key: ForeignKey,
  probe: LockProbe,
): Promise<RemovedChildren | undefined> {
  try {
    if (await callsFunctions(probe, key)) return undefined;
    const [[rows] = []] = await probe.query(
      `SELECT json_agg(json_build_object('reference', ${key.reference}, 'child', c.ctid, 'parent', p.ctid))
       FROM ONLY ${key.childTable} c JOIN ONLY ${key.parentTable} p ON ${key.match}
       WHERE ${isSmall(key, SEARCHED_BY_REMOVERS)} AND c.xmax <> '0' AND ${ENGINE}.holds(c.xmax, ${transactionsOf(pid)})
         AND c.xmin::text::bigint >= (SELECT min(backend_xmin::text::bigint) FROM pg_stat_activity)`,
    );
    return rows == null ? undefined : { key: nameOf(key), rows };
  } catch {
    return undefined; // where PostgreSQL is away, COMMIT will say so
  }
}

const isSmall = ({ childTable }: ForeignKey, bytes: number): string =>
  `pg_relation_size('${childTable.replaceAll("'", "''")}'::regclass) < ${bytes}`;

/**
 * A row with a foreign key claims its parent against removal, change of its key and FOR UPDATE. Whether the transaction has such a claim on a
 * parent of rows that were committed after its snapshot, those among them that others have `removed` since.
 */
export async function conflictsWithChildren(
  tx: Transaction,
  runs: readonly { statement: Claimant }[],
  written: readonly ForeignKey[],
  removed: readonly RemovedChildren[],
  schema: SchemaFacts,
  probe: LockProbe,
): Promise<boolean> {
  const keys = written.filter(key => runs.some(run => mayClaim(run.statement, key, schema)));
  const { backend } = tx;
  if (keys.length === 0 || !backend) return false;
  const ask: CatalogQuery = (sql, params) => runText(backend, sql, params, tx.kind === 'auto' ? 'flush' : 'sync');
  const [[oldest] = []] = await ask('SELECT pg_snapshot_xmin(pg_current_snapshot())', []);
  const mine = transactionsOf(backend.pid);
  for (const key of keys) {
    if (await callsFunctions(probe, key)) continue;
    const candidates = await probe.query(
      `SELECT ${key.reference}, c.ctid, p.ctid FROM ONLY ${key.childTable} c JOIN ONLY ${key.parentTable} p ON ${key.match}
       WHERE ${isSmall(key, SEARCHED_BYTES)}
         AND c.xmin::text::bigint >= $1::bigint AND ${ENGINE}.holds(p.xmax, ${mine})
         AND NOT ${ENGINE}.holds(c.xmax, ${mine}) -- PostgreSQL let it change only children that its snapshot shows
       UNION ALL SELECT gone.reference, gone.child, p.ctid
       FROM jsonb_array_elements($2::jsonb) AS lists, jsonb_to_recordset(lists) AS gone(reference text, child tid, parent tid)
         JOIN ONLY ${key.parentTable} p ON p.ctid = gone.parent WHERE ${ENGINE}.holds(p.xmax, ${mine})`,
      [oldest ?? '0', `[${removed.flatMap(({ key: of, rows }) => (of === nameOf(key) ? [rows] : [])).join(',')}]`],
    );
    if (candidates.length === 0) continue;
    const seen = await visible(ask, key, candidates);
    const changed = candidates.filter(([reference, child]) => seen.get(reference) !== child);
    const same = await unchanged(
      probe,
      key,
      changed.map(([reference, child]) => [seen.get(reference) ?? null, child ?? null]),
    );
    const parents = new Set(changed.flatMap(([, , parent], at) => (same[at] ? [] : [parent ?? ''])));
    if (parents.size > 0 && (await isExclusive(probe, key, [...parents]))) return true;
  }
  return false;
}

/** The superuser plans no statement on one of the two tables: functions of clients would be worked out as it. */
async function callsFunctions(probe: LockProbe, { childTable, parentTable }: ForeignKey): Promise<boolean> {
  const sql = `SELECT ${ENGINE}.calls_functions($1::regclass) OR ${ENGINE}.calls_functions($2::regclass)`;
  const [[calls] = []] = await probe.query(sql, [childTable, parentTable]);
  return calls === 't';
}

/** Of pairs of places, whether the child at the second is what has become of that at the first, and has referred to the same ever since. */
async function unchanged(
  probe: LockProbe,
  { childTable, columns }: ForeignKey,
  pairs: readonly (string | null)[][],
): Promise<boolean[]> {
  if (pairs.every(([before]) => before === null)) return [];
  const sql = `SELECT before IS NOT NULL AND pg_temp.became($1::regclass, before, now, ARRAY(SELECT jsonb_array_elements_text($2::jsonb)))
    FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS pair(places, n), LATERAL (SELECT (places->>0)::tid, (places->>1)::tid) AS p(before, now) ORDER BY n`;
  const rows = await probe.query(sql, [childTable, JSON.stringify(columns), JSON.stringify(pairs)]);
  return rows.map(([same]) => same === 't');
}

/** References that the transaction sees, with the places of their rows. */
async function visible(
  ask: CatalogQuery,
  key: ForeignKey,
  candidates: (string | null)[][],
): Promise<Map<string | null | undefined, string | null | undefined>> {
  const sql = `SELECT ${key.reference}, c.ctid FROM ONLY ${key.childTable} c
    WHERE ${key.reference} = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))`;
  const rows = await ask(sql, [JSON.stringify(candidates.map(([reference]) => reference))]);
  return new Map(rows.map(([reference, place]) => [reference, place]));
}

/** The rows cannot be locked FOR KEY SHARE: whoever is known to hold them claims them alone. */
async function isExclusive(probe: LockProbe, key: ForeignKey, parents: string[]): Promise<boolean> {
  const rows = `{${parents.map(ctid => `"${ctid}"`).join(',')}}`;
  try {
    await probe.query(`SELECT 1 FROM ONLY ${key.parentTable} WHERE ctid = ANY ($1::tid[]) FOR KEY SHARE NOWAIT`, [
      rows,
    ]);
    return false;
  } catch (error) {
    if (error instanceof QueryFailed) return true;
    throw error;
  }
}

/** Whether the statement may lock rows of the parent FOR UPDATE, remove them or change a key. */
function mayClaim(statement: Claimant, key: ForeignKey, schema: SchemaFacts): boolean {
  const c = statement.classified;
  if (callsUnknown(c, schema) || mayLockUnnamed(c, schema)) return true;
  if (c.relations && !throughViews(c.relations, schema).includes(key.parent)) return false;
  if (c.locking) return !/\bfor\s+key\s+share[\s;]*$/i.test(statement.sql);
  if (!c.writes || freedBy(c, schema).length === 0) return false;
  if (isOpaque(c, schema)) return true;
  const clauses = clausesOf(statement.sql);
  return clauses?.type !== 'update' || clauses.assignments.some(({ column }) => key.parentKeys.includes(column));
}
