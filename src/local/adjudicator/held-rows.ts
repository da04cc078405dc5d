/**
 * Rows that a transaction holds, found by looking at the rows while it does: PostgreSQL writes into a row who has locked it. For locks of
 * which the statement's text does not tell the rows, or would tell others later.
 */
import { ENGINE } from '../engine-schema';
import { MINE, transactionsOf, type LockProbe } from './lock-probe';

/** Larger tables are not searched. Small ones take some hundredths of a second, any others some tenths. */
const SEARCHED_BYTES = { small: 8 * 1024 * 1024, any: 64 * 1024 * 1024 };

/** Rows of one table, by the places of the versions that were locked. */
export interface HeldRows {
  /** As SQL text. */
  table: string;
  /** An array of tid, as text. */
  places: string;
  /** They are held FOR KEY SHARE only, as by a foreign key. */
  isShared: boolean;
}

/** `tables`: as SQL text under `searchPath`. Never rejects. @returns undefined where the rows cannot be told: one of the relations is no table, or too large */
export async function heldRows(
  pid: number,
  tables: readonly string[],
  searchPath: string,
  probe: LockProbe,
  size: keyof typeof SEARCHED_BYTES,
): Promise<HeldRows[] | undefined> {
  try {
    const rows = await probe.query(
      `SELECT held_table, array_agg(place)::text, is_shared FROM pg_temp.held_rows(
         ARRAY(SELECT jsonb_array_elements_text($1::jsonb)), $2, ${transactionsOf(pid)}, $3::bigint) GROUP BY 1, 3`,
      [JSON.stringify(tables), searchPath, String(SEARCHED_BYTES[size])],
    );
    return rows.map(([table, places, shared]) => ({
      table: table ?? '',
      places: places ?? '{}',
      isShared: shared === 't',
    }));
  } catch {
    return undefined; // where PostgreSQL is away, COMMIT will say so
  }
}

/** A table of which a transaction may have locked rows. */
export interface LockedTable {
  /** Unqualified. */
  name: string;
  /** The same as SQL text, qualified. */
  table: string;
  /** It may have written children of it: those have their parents locked. */
  isParent: boolean;
}

/** Of the process `pid`. Never rejects. */
export async function lockedTables(pid: number, probe: LockProbe): Promise<LockedTable[]> {
  try {
    const rows = await probe.query(
      `SELECT c.relname, format('%I.%I', n.nspname, c.relname), EXISTS (SELECT FROM pg_constraint k
         JOIN pg_locks w ON w.relation = k.conrelid AND w.pid = l.pid AND w.mode = 'RowExclusiveLock' WHERE k.confrelid = c.oid)
       FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE l.pid = ${pid} AND l.mode = 'RowShareLock' AND c.relkind = 'r' AND c.oid >= 16384`,
    );
    return rows.map(([name, table, isParent]) => ({
      name: name ?? '',
      table: table ?? '',
      isParent: isParent === 't',
    }));
  } catch {
    return []; // where PostgreSQL is away, COMMIT will say so
  }
}

/**
 * Has a row when the transaction that the probe is asked about holds one of these. Others may have changed the rows since, so that no new
 * snapshot shows them at their places: there they are as long as an older one is open.
 */
export const holdsOne = ({ table, places }: HeldRows): string =>
  `SELECT 1 FROM pg_temp.versions('${table.replaceAll("'", "''")}', '${places}') WHERE ${ENGINE}.holds(holder, ${MINE})`;

/** SQL that gives no row, and fails when one of these rows is claimed by one transaction alone. */
export const isShared = ({ table, places }: HeldRows): string =>
  `SELECT 1 FROM (SELECT count(*) AS n FROM (SELECT FROM ONLY ${table} WHERE ctid = ANY ('${places}'::tid[]) FOR KEY SHARE NOWAIT) AS q) AS c WHERE n < 0`;
