import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { PostgresAddress } from '../ports';
import { connectSuperuser } from '../postgres/connection';
import { cancelUntilOver } from './cancel-statement';
import { holdToUniqueness } from './failed-unique';
import { passesByItself } from './lasting';
import { asDefined, stateOf } from './index-state';
import { quoteIdentifier } from './index-statement';
import { guardKeys } from './key-guard';
import { takeComment, willReplace } from './replaced-index';
import type { IndexRequest } from './submission';
import { invalidateForSize, makeValid } from './validity';

/** How a job ended. */
export interface JobOutcome {
  status: 'completed' | 'failed';
  details?: string;
}

export interface IndexBuildOptions {
  address: PostgresAddress;
  /** For look-ups. */
  pool: pg.Pool;
  /** The index stays invalid for at least this long, so that a client can see it so. */
  minimumMs: number;
  signal: AbortSignal;
  /** Processes whose locks the build waits for; called again and again while it does. Which of them make way is not the build's to say. */
  onHeldUp(pids: readonly number[]): void;
  /** A build was begun before and broken off: what it left is replaced. */
  resumed: boolean;
  /** The number that the catalogue showed the index under last, if it did. */
  index?: number;
  /** Whether the job still has this number for its index. Not once what is built has replaced it. */
  isCurrent(index: number): Promise<boolean>;
  /** What the catalogue shows is about to be replaced by what this request builds: it has names of now. */
  onReplace(request: IndexRequest): Promise<void>;
  /** The catalogue shows the index, still invalid. May be called again with another number when a build is begun anew. */
  onVisible(indexOid: number): Promise<void> | void;
  onProcessing(): Promise<void> | void;
}

/** The text is the User Guide's, of Asynchronous indexes. */
const DUPLICATES: JobOutcome = { status: 'failed', details: 'Found duplicate key while validating index for UCVs' };
const BUILT: JobOutcome = { status: 'completed' };
const DROPPED: JobOutcome = { status: 'failed', details: 'The index was dropped while it was being built.' };
/** A row's key is larger than the service's limit; the details are its text for a row that is written. */
const TOO_LARGE: JobOutcome = { status: 'failed', details: 'key size too large' };

const POLL_MS = 15;
const MAX_ATTEMPTS = 40;
/** After so many builds that gave way to DDL, the index is built at once, which DDL has to wait for. */
const POLITE_ATTEMPTS = 3;
/** Building at once keeps writers waiting: not for longer than this before it begins. */
const LOCK_TIMEOUT_MS = 100;

/**
 * Builds an index with CREATE INDEX CONCURRENTLY on a backend of its own. A second transaction holds a writer's lock on the table until
 * the invalid index is seen, which the command waits for; a third has an older snapshot for `minimumMs`: by then the index is filled, and
 * held to its uniqueness, and the command waits for that snapshot before it marks the index valid. DDL of a client that has to wait for the
 * build wins: the build is broken off, and begun anew when the DDL left table and index in place.
 * Rejects when the connection is lost or the signal fires; the job is then still to be done.
 */
export async function buildIndex(requested: IndexRequest, options: IndexBuildOptions): Promise<JobOutcome> {
  const { pool } = options;
  let request = requested;
  let known = options.index;
  let leftover = options.resumed || known !== undefined;
  const watched: IndexBuildOptions = {
    ...options,
    onVisible: indexOid => {
      known = indexOid;
      return options.onVisible(indexOid);
    },
  };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    options.signal.throwIfAborted();
    let state = await stateOf(request, known, pool);
    if (known !== undefined && state.request && state.index === undefined) {
      if (await options.isCurrent(known)) return DROPPED;
      // it was replaced, and whoever did so was stopped before it could say by what
      known = undefined;
      state = await stateOf(request, known, pool);
    }
    if (!state.request)
      return { status: 'completed', details: `relation "${request.schema}.${request.index}" does not exist` };
    ({ request } = state);
    const outcome =
      leftover && state.valid
        ? BUILT // what is left is to look at its keys
        : await build(request, watched, attempt, leftover ? state.index : undefined);
    if (outcome !== 'interrupted') return judge(request, outcome, options, state.valid ? state.index : known);
    leftover = true;
  }
  return { status: 'failed', details: 'The index could not be built: the schema of the table kept changing.' };
}

/** @param replaced the index whose place the one that is built takes: it waited for its turn, or is left of a former build */
async function build(
  request: IndexRequest,
  options: IndexBuildOptions,
  attempt: number,
  replaced: number | undefined,
): Promise<JobOutcome | 'interrupted'> {
  if (attempt < POLITE_ATTEMPTS) return buildOnce(request, options, attempt === 0 ? options.minimumMs : 0, replaced);
  return (await buildAtOnce(request, options, replaced)) || buildOnce(request, options, 0, replaced);
}

/** What the service holds an index to that has been built, or could not be. */
async function judge(
  built: IndexRequest,
  outcome: JobOutcome,
  { address, pool, signal }: IndexBuildOptions,
  index: number | undefined,
): Promise<JobOutcome> {
  if (outcome === DUPLICATES) {
    const { request = built } = await stateOf(built, index, pool);
    await holdToUniqueness(request, address, signal);
  }
  await guardKeys(built.tableOid, address, signal);
  return outcome.status === 'completed' && (await invalidateForSize(index, pool, signal)) ? TOO_LARGE : outcome;
}

/**
 * Has the builder's next CREATE INDEX replace the index `replaced`. `holder` has a lock on the table: what PostgreSQL defines an index by
 * cannot change, and asking for it waits for nobody. @returns the request as the catalogue has that index now; undefined when it is gone
 */
async function prepareReplacement(
  request: IndexRequest,
  replaced: number | undefined,
  holder: pg.Client,
  builder: pg.Client,
  { pool, onReplace }: IndexBuildOptions,
): Promise<IndexRequest | undefined> {
  if (replaced === undefined) return request;
  const now = await stateOf(request, replaced, pool);
  if (!now.request || now.index === undefined) return undefined;
  const replacing = await asDefined(now.request, replaced, holder);
  await onReplace(replacing);
  await willReplace(builder, replacing, replaced);
  return replacing;
}

/** Tells of the index that a build has brought into the catalogue. @returns its number; undefined while there is none but `replaced` */
async function tellVisible(
  request: IndexRequest,
  replaced: number | undefined,
  { pool, onVisible }: IndexBuildOptions,
): Promise<number | undefined> {
  const { index } = await stateOf(request, undefined, pool);
  if (index === undefined || index === replaced) return undefined;
  if (replaced !== undefined) await takeComment(replaced, index, pool);
  await onVisible(index);
  return index;
}

async function buildOnce(
  requested: IndexRequest,
  options: IndexBuildOptions,
  holdMs: number,
  replaced: number | undefined,
): Promise<JobOutcome | 'interrupted'> {
  const { pool, signal } = options;
  const holder = await connectSuperuser(options.address);
  const builder = await connectSuperuser(options.address).catch(async error => {
    await holder.end();
    throw error;
  });
  let reader: pg.Client | undefined;
  let stop: (() => void) | undefined;
  try {
    reader = await connectSuperuser(options.address);
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const pids = await builder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const builderPid = pids.rows[0]!.pid;
    // a closed socket alone would leave the command running
    stop = () => void pool.query('SELECT pg_terminate_backend($1)', [builderPid]).catch(() => {});
    signal.addEventListener('abort', stop, { once: true });
    signal.throwIfAborted();
    if (!(await holdTable(holder, 'ROW EXCLUSIVE', requested, options))) return 'interrupted';
    const request = await prepareReplacement(requested, replaced, holder, builder, options);
    if (!request) return 'interrupted';
    await builder.query(`SET search_path = ${request.searchPath || "''"}`);
    let settled = false;
    const build = builder
      .query(request.sql)
      .then(() => BUILT, toOutcome)
      .finally(() => (settled = true));
    build.catch(() => {});
    const pause = () => Promise.race([build.catch(() => undefined), delay(POLL_MS)]);
    // the holder keeps its lock meanwhile: a cancel request that is lost would leave DDL, command and holder waiting in a ring
    const giveWay = () => cancelUntilOver(build, builderPid, (sql, params) => pool.query(sql, params));
    let indexOid: number | undefined;
    while (!settled) {
      indexOid = await tellVisible(request, replaced, options);
      if (indexOid !== undefined) break;
      // DDL that came between the holder's lock and the command's: the command waits behind it, and it for the holder
      if (await isDdlWaiting(request.tableOid, builderPid, pool)) {
        await giveWay();
      } else {
        await clearWay(builderPid, options);
        await pause();
      }
    }
    // a command that gave way may have come so far, and what it gave way to may be about to drop the index
    indexOid ??= await tellVisible(request, replaced, options);
    await holdDdlOff(holder, request);
    const heldUntil = performance.now() + holdMs;
    while (!settled && performance.now() < heldUntil) {
      // before the holder lets go: a small table's build would be done before the next look
      if (await isDdlWaiting(request.tableOid, builderPid, pool)) await giveWay();
      else await pause();
    }
    signal.throwIfAborted();
    await options.onProcessing();
    await reader.query('ROLLBACK');
    let complete = false;
    while (!settled) {
      if (await isDdlWaiting(request.tableOid, builderPid, pool)) {
        await giveWay();
      } else if (await isHeldUpBySnapshots(builderPid, pool)) {
        complete = true;
        await giveWay();
      } else {
        await clearWay(builderPid, options);
        await pause();
      }
    }
    const outcome = await build;
    if (outcome === 'interrupted' && complete && (await makeValid(indexOid, pool))) return BUILT;
    await holder.query('ROLLBACK');
    while (outcome === 'interrupted' && (await isDdlWaiting(request.tableOid, builderPid, pool))) await delay(POLL_MS);
    signal.throwIfAborted();
    return outcome;
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
    await Promise.all([holder, builder, ...(reader ? [reader] : [])].map(endQuickly));
  }
}

/**
 * Builds the index in one transaction: where DDL follows on DDL, giving way each time would never end. @returns false when the rows
 * violate the index: only a build in steps leaves it behind, invalid, as the service does.
 */
async function buildAtOnce(
  requested: IndexRequest,
  options: IndexBuildOptions,
  replaced: number | undefined,
): Promise<JobOutcome | 'interrupted' | false> {
  const { address, signal, onProcessing } = options;
  const client = await connectSuperuser(address);
  const stop = () => void endQuickly(client);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await onProcessing();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    if (!(await holdTable(client, 'SHARE', requested, options))) return 'interrupted';
    const request = await prepareReplacement(requested, replaced, client, client, options);
    if (!request) return 'interrupted';
    await client.query(`SET search_path = ${request.searchPath || "''"}`);
    const sql = request.sql.replace(/^CREATE (UNIQUE )?INDEX CONCURRENTLY /, 'CREATE $1INDEX ');
    await clearingWay(client.query(sql), rows[0]!.pid, options);
    await client.query('COMMIT');
    await tellVisible(request, replaced, options);
    return BUILT;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '23505') return false;
    // the table went meanwhile: the next look says so
    if (code === '3F000') return 'interrupted';
    if (code !== '55P03') return toOutcome(error);
    await delay(LOCK_TIMEOUT_MS);
    return 'interrupted';
  } finally {
    signal.removeEventListener('abort', stop);
    await endQuickly(client);
  }
}

/**
 * Takes a lock on the table in a transaction that it begins: a writer's, or one that keeps writers out. @returns false when the name no
 * longer leads to the table, because it was dropped or renamed meanwhile; once the lock is held it cannot be.
 */
async function holdTable(
  holder: pg.Client,
  mode: 'ROW EXCLUSIVE' | 'SHARE',
  request: IndexRequest,
  options: IndexBuildOptions,
): Promise<boolean> {
  const name = tableOf(request);
  await holder.query('BEGIN');
  const { rows: pids } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  try {
    await clearingWay(holder.query(`LOCK TABLE ${name} IN ${mode} MODE`), pids[0]!.pid, options);
  } catch (error) {
    if ((error as { code?: string }).code === '42P01' || (error as { code?: string }).code === '3F000') return false;
    throw error;
  }
  const { rows } = await holder.query<{ same: boolean }>('SELECT to_regclass($1)::oid = $2 AS same', [
    name,
    request.tableOid,
  ]);
  return rows[0]?.same === true;
}

/**
 * Ends the holder's transaction for one that holds up DDL alone, which the command does not wait for: CREATE INDEX CONCURRENTLY lets the
 * table go before it commits that the index is valid, and a DROP INDEX that came in between would fail, "tuple concurrently updated".
 */
async function holdDdlOff(holder: pg.Client, request: IndexRequest): Promise<void> {
  await holder.query('ROLLBACK');
  try {
    await holder.query(`BEGIN; LOCK TABLE ${tableOf(request)} IN ACCESS SHARE MODE NOWAIT`);
  } catch (error) {
    // DDL waits already: the next look gives way to it
    if ((error as { code?: string }).code !== '55P03') throw error;
    await holder.query('ROLLBACK');
  }
}

const tableOf = ({ schema, table }: IndexRequest): string => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;

/**
 * A refusal ends the job; a cancel, a deadlock, a lost race or another name of what is replaced begins it anew; a lost connection, and a
 * disk without space, are the caller's to handle.
 */
function toOutcome(error: unknown): JobOutcome | 'interrupted' {
  const { code, message } = error as { code?: string; message?: string };
  if (/^(?:57014|40P01|40001|42P01)$/.test(code ?? '')) return 'interrupted';
  if (passesByItself(error)) throw error;
  if (code === '23505') return DUPLICATES;
  if (code === '54000' && message?.startsWith('index row')) return TOO_LARGE;
  return { status: 'failed', details: message };
}

/** A client's DDL (COMMENT and CREATE STATISTICS among it) waits for a lock on the table that the build keeps from it. */
async function isDdlWaiting(tableOid: number, builderPid: number, pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_locks WHERE relation = $1 AND NOT granted AND pid <> $2
     AND mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareUpdateExclusiveLock') LIMIT 1`,
    [tableOid, builderPid],
  );
  return (rowCount ?? 0) > 0;
}

/** Waits for a statement that the process `pid` runs, and has its way cleared meanwhile. */
async function clearingWay(statement: Promise<unknown>, pid: number, options: IndexBuildOptions): Promise<void> {
  let settled = false;
  const over = statement.then(
    () => void (settled = true),
    () => void (settled = true),
  );
  for (;;) {
    await Promise.race([over, delay(POLL_MS)]);
    if (settled) break;
    await clearWay(pid, options);
  }
  await statement;
}

/** Tells who holds locks that the process `pid` waits for, so that they make way. */
async function clearWay(pid: number, { pool, onHeldUp }: IndexBuildOptions): Promise<void> {
  const { rows } = await pool.query<{ pids: number[] }>('SELECT pg_blocking_pids($1) AS pids', [pid]);
  const pids = rows[0]?.pids ?? [];
  // by now it may have come to wait for snapshots, whose owners have no lock in its way
  if (pids.length > 0 && !(await isHeldUpBySnapshots(pid, pool))) onHeldUp(pids);
}

/**
 * CREATE INDEX CONCURRENTLY has done its work and waits for older snapshots, of whatever tables, to go: until then somebody might look for
 * a row in the index that was gone before it. The service's builds wait for nobody.
 */
async function isHeldUpBySnapshots(pid: number, pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_stat_progress_create_index
     WHERE pid = $1 AND phase = 'waiting for old snapshots' AND pg_blocking_pids($1) <> '{}'`,
    [pid],
  );
  return rowCount === 1;
}

/** Ends a client whose statement may still run: the server notices the closed socket and gives up. */
async function endQuickly(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), delay(500)]);
}
