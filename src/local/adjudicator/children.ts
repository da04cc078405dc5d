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

/** Larger tables of children are searched only by an index: the check of the foreign key itself stays PostgreSQL's. */
const SEARCHED_BYTES = 64 * 1024 * 1024;

/**
 * A row with a foreign key claims its parent against removal, change of its key and FOR UPDATE. Whether the transaction has such a claim on a
 * parent of rows that were committed after its snapshot, also of those that others have removed since.
 * @param areFreed of a child table by its unqualified name: others may have removed rows, or changed references, since the snapshot
 */
export async function conflictsWithChildren(
  tx: Transaction,
  runs: readonly { statement: Claimant }[],
  written: readonly ForeignKey[],
  areFreed: (table: string) => boolean,
  schema: SchemaFacts,
  probe: LockProbe,
): Promise<boolean> {
  const keys = written.filter(key => runs.some(run => mayClaim(run.statement, key, schema)));
  for (const key of keys) if (await claimsParent(tx, key, areFreed(key.child), probe)) return true;
  return false;
}

async function claimsParent(tx: Transaction, key: ForeignKey, areFreed: boolean, probe: LockProbe): Promise<boolean> {
  const { backend } = tx;
  const planner = await plannerOf(tx, key, probe);
  if (!backend || !planner) return false;
  const role = planner === 'client' ? tx.asker.role : undefined;
  const { id, childTable, parentTable, match } = key;
  const mine = transactionsOf(backend.pid);
  const changed = `SELECT array_agg(ctid) FROM ONLY ${parentTable} WHERE xmax <> '0' AND ${ENGINE}.holds(xmax, ${mine})`;
  const [[parents] = []] = await probe.query(changed, [], role);
  if (parents == null) return false;
  const ask: CatalogQuery = (sql, params) => runText(backend, sql, params, tx.kind === 'auto' ? 'flush' : 'sync');
  const snapshot = 'SELECT pg_snapshot_xmin(s), pg_snapshot_xmax(s) FROM pg_current_snapshot() AS s';
  const [[since, later] = []] = await ask(snapshot, []);
  const [[children, referred] = []] = await probe.query(
    `SELECT array_agg(c.ctid), array_agg(p.ctid) FROM ONLY ${parentTable} p JOIN ONLY ${childTable} c ON ${match}
     WHERE p.ctid = ANY ($1::tid[]) AND c.xmin::text::bigint >= $2::bigint
       AND NOT ${ENGINE}.holds(c.xmax, ${mine}) -- PostgreSQL let it change only children that its snapshot shows
       AND ${isSearched(key)}`,
    [parents, since ?? '0'],
    role,
  );
  if (children == null && !areFreed) return false;
  const made = await probe.query(
    'SELECT child, parent FROM pg_temp.referring($1::oid, $2::tid[], $3::tid[], $4::tid[], $5::bigint, $6::bigint, $7::bigint)',
    [id, parents, children ?? '{}', referred ?? '{}', since ?? '0', later ?? '0', String(SEARCHED_BYTES)],
  );
  if (made.length === 0) return false;
  const places = arrayOf(made.map(([child]) => child));
  const sight = planner === 'client' ? ownSight(key) : `SELECT * FROM ${ENGINE}.sees($1::regclass, $2::tid[])`;
  const seen = new Set((await ask(sight, [childTable, places])).map(([place]) => place));
  const unseen = made.flatMap(([child, parent]) => (seen.has(child) ? [] : [parent]));
  return unseen.length > 0 && isExclusive(probe, key, arrayOf(unseen), role);
}

const arrayOf = (places: readonly (string | null | undefined)[]): string =>
  `{${places.map(place => `"${place}"`).join(',')}}`;

/** What `sees` does, with the client's rights. */
const ownSight = ({ childTable }: ForeignKey): string =>
  `SELECT ctid FROM ONLY ${childTable} WHERE $1 <> '' AND ctid = ANY ($2::tid[])`;

/** The child's table is small, or has an index that leads to the children of a parent. */
const isSearched = ({ id }: ForeignKey): string => `EXISTS (SELECT FROM pg_constraint k WHERE k.oid = ${id}
  AND (pg_relation_size(k.conrelid) < ${SEARCHED_BYTES} OR EXISTS (SELECT FROM pg_index i
    WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = ANY (k.conkey))))`;

/**
 * With whose rights statements on the two tables are planned: functions of clients in their indexes are worked out then. Undefined where
 * there are such, and the tables are not the client's own.
 */
async function plannerOf(
  { asker }: Transaction,
  { childTable, parentTable }: ForeignKey,
  probe: LockProbe,
): Promise<'superuser' | 'client' | undefined> {
  const [[calls, own] = []] = await probe.query(
    `SELECT bool_or(${ENGINE}.calls_functions(oid)), bool_and(pg_get_userbyid(relowner) = $3)
     FROM pg_class WHERE oid IN ($1::regclass, $2::regclass)`,
    [childTable, parentTable, asker.role],
  );
  if (calls === 'f') return 'superuser';
  const isSet = asker.set !== undefined && asker.set !== 'none' && asker.set !== asker.role;
  return own === 't' && !isSet ? 'client' : undefined;
}

/** The rows cannot be locked FOR KEY SHARE: whoever is known to hold them claims them alone. */
async function isExclusive(
  probe: LockProbe,
  key: ForeignKey,
  parents: string,
  role: string | undefined,
): Promise<boolean> {
  const sql = `SELECT 1 FROM ONLY ${key.parentTable} WHERE ctid = ANY ($1::tid[]) FOR KEY SHARE NOWAIT`;
  try {
    await probe.query(sql, [parents], role);
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
