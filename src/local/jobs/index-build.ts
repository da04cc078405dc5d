import type pg from 'pg';
import type { PostgresAddress } from '../ports';
import { connectSuperuser } from '../postgres/connection';
import { INTERNAL } from '../engine-schema';
import { isAway } from './away';
import { cancelUntilOver } from './cancel-statement';
import { holdToUniqueness } from './failed-unique';
import { asDefined, stateOf } from './index-state';
import { quoteIdentifier } from './index-statement';
import { guardKeys } from './key-guard';
import { makeValid } from './make-valid';
import type { IndexRequest } from './submission';

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
  /** A build was begun before and broken off: what it left is dropped first. */
  resumed: boolean;
  /** The number that the catalogue showed the index under last, if it did. */
  index?: number;
  /** A client has dropped the index that the catalogue showed last. */
  wasDropped(): Promise<boolean>;
  /** What the catalogue shows is about to be dropped, and built again by this request: it has names of now. */
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
  let seen = !options.resumed && known !== undefined;
  const watched: IndexBuildOptions = {
    ...options,
    onVisible: indexOid => {
      seen = true;
      known = indexOid;
      return options.onVisible(indexOid);
    },
  };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    options.signal.throwIfAborted();
    let state = await stateOf(request, known, pool);
    if (known !== undefined && state.request && state.index === undefined) {
      if (seen || (await options.wasDropped())) return DROPPED;
      // whoever stopped it had dropped it, to build it again
      known = undefined;
      state = await stateOf(request, known, pool);
    }
    if (!state.request)
      return { status: 'completed', details: `relation "${request.schema}.${request.index}" does not exist` };
    ({ request } = state);
    const { index } = state;
    const replace = async (): Promise<'replaced' | 'interrupted' | JobOutcome> => {
      if (index !== undefined) {
        const now = await stateOf(request, index, pool);
        if (!now.request || now.index === undefined) return 'interrupted';
        request = await asDefined(now.request, index, pool);
        await options.onReplace(request);
        if (!(await dropLeftover(request, options))) return 'interrupted';
        seen = false;
        known = undefined;
      }
      // also by who came first while the leftover was to be dropped
      return (await options.wasDropped()) ? DROPPED : 'replaced';
    };
    const outcome =
      leftover && state.valid
        ? BUILT // what is left is to look at its keys
        : await build(() => request, watched, attempt, leftover ? replace : undefined);
    if (outcome !== 'interrupted') return judge(request, outcome, options, state.valid ? state.index : known);
    leftover = true;
  }
  return { status: 'failed', details: 'The index could not be built: the schema of the table kept changing.' };
}

/** Drops what is left of a former build, where there is one. `interrupted`: a client's DDL goes first. Else what the job has come to. */
type Replace = () => Promise<'replaced' | 'interrupted' | JobOutcome>;

/** @param request asked for anew once what is left of a former build was dropped: the catalogue had the names of then */
async function build(
  request: () => IndexRequest,
  options: IndexBuildOptions,
  attempt: number,
  replace: Replace = async () => 'replaced',
): Promise<JobOutcome | 'interrupted'> {
  if (attempt < POLITE_ATTEMPTS) return buildOnce(request, options, attempt === 0 ? options.minimumMs : 0, replace);
  const replaced = await replace();
  if (replaced !== 'replaced') return replaced;
  return (await buildAtOnce(request(), options)) || buildOnce(request, options, 0, async () => 'replaced');
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
  return outcome.status === 'completed' && (await invalidateForSize(index, pool)) ? TOO_LARGE : outcome;
}

/** Drops what a broken-off build left. @returns false when a client's DDL had to wait for it: it goes first. */
async function dropLeftover(request: IndexRequest, options: IndexBuildOptions): Promise<boolean> {
  const { address, pool, signal } = options;
  const client = await connectSuperuser(address);
  const stop = () => void endQuickly(client);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { pid } = rows[0]!;
    const name = `${quoteIdentifier(request.schema)}.${quoteIdentifier(request.index)}`;
    let settled = false;
    const drop = client
      .query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
      .then(() => BUILT, toOutcome)
      .finally(() => (settled = true));
    drop.catch(() => {});
    while (!settled) {
      if (await isDdlWaiting(request.tableOid, pid, pool)) await pool.query('SELECT pg_cancel_backend($1)', [pid]);
      else await clearWay(pid, options);
      await Promise.race([drop.catch(() => undefined), delay(POLL_MS)]);
    }
    return (await drop) !== 'interrupted';
  } finally {
    signal.removeEventListener('abort', stop);
    await endQuickly(client);
  }
}

async function buildOnce(
  requested: () => IndexRequest,
  options: IndexBuildOptions,
  holdMs: number,
  replace: Replace,
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
    // all is at hand: between the index that goes and the one that comes its name leads nowhere
    const replaced = await replace();
    if (replaced !== 'replaced') return replaced;
    const request = requested();
    await builder.query(`SET search_path = ${request.searchPath || "''"}`);
    if (!(await holdTable(holder, request, options))) return 'interrupted';
    let settled = false;
    const build = builder
      .query(request.sql)
      .then((): JobOutcome => ({ status: 'completed' }), toOutcome)
      .finally(() => (settled = true));
    build.catch(() => {});
    const pause = () => Promise.race([build.catch(() => undefined), delay(POLL_MS)]);
    // the holder keeps its lock meanwhile: a cancel request that is lost would leave DDL, command and holder waiting in a ring
    const giveWay = () => cancelUntilOver(build, builderPid, (sql, params) => pool.query(sql, params));
    let indexOid: number | undefined;
    while (!settled && indexOid === undefined) {
      indexOid = (await stateOf(request, undefined, pool)).index;
      if (indexOid !== undefined) break;
      // DDL that came between the holder's lock and the command's: the command waits behind it, and it for the holder
      if (await isDdlWaiting(request.tableOid, builderPid, pool)) {
        await giveWay();
      } else {
        await clearWay(builderPid, options);
        await pause();
      }
    }
    if (indexOid !== undefined) await options.onVisible(indexOid);
    await holder.query('ROLLBACK');
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
  request: IndexRequest,
  options: IndexBuildOptions,
): Promise<JobOutcome | 'interrupted' | false> {
  const { address, signal, onVisible, onProcessing, pool } = options;
  const client = await connectSuperuser(address);
  const stop = () => void endQuickly(client);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await onProcessing();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(`SET search_path = ${request.searchPath || "''"}`);
    const sql = request.sql.replace(/^CREATE (UNIQUE )?INDEX CONCURRENTLY /, 'CREATE $1INDEX ');
    await clearingWay(client.query(sql), rows[0]!.pid, options);
    const { index } = await stateOf(request, undefined, pool);
    if (index !== undefined) await onVisible(index);
    return { status: 'completed' };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '23505') return false;
    // the table went meanwhile: the next look says so
    if (code === '42P01' || code === '3F000') return 'interrupted';
    if (code !== '55P03') return toOutcome(error);
    await delay(LOCK_TIMEOUT_MS);
    return 'interrupted';
  } finally {
    signal.removeEventListener('abort', stop);
    await endQuickly(client);
  }
}

/**
 * Takes a writer's lock on the table for the holder's transaction. @returns false when the name no longer leads to the table, because
 * it was dropped or renamed meanwhile; once the lock is held it cannot be.
 */
async function holdTable(holder: pg.Client, request: IndexRequest, options: IndexBuildOptions): Promise<boolean> {
  const name = `${quoteIdentifier(request.schema)}.${quoteIdentifier(request.table)}`;
  await holder.query('BEGIN');
  const { rows: pids } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  try {
    await clearingWay(holder.query(`LOCK TABLE ${name} IN ROW EXCLUSIVE MODE`), pids[0]!.pid, options);
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

/** A refusal ends the job; a cancel, a deadlock or a lost race begins it anew; a lost connection is the caller's to handle. */
function toOutcome(error: unknown): JobOutcome | 'interrupted' {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '57014' || code === '40P01' || code === '40001') return 'interrupted';
  if (isAway(error)) throw error;
  if (code === '23505') return DUPLICATES;
  if (code === '54000' && message?.startsWith('index row')) return TOO_LARGE;
  return { status: 'failed', details: message };
}

/** The index is built, and a row has a key that the service would not have taken into it: it stays behind, invalid. */
async function invalidateForSize(index: number | undefined, pool: pg.Pool): Promise<boolean> {
  const sql = `UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1 AND ${INTERNAL}.exceeds_key_size(indexrelid)`;
  try {
    return (await pool.query(sql, [index])).rowCount === 1;
  } catch (error) {
    // table or index were dropped meanwhile: nothing is left to judge
    if (/^(?:42P01|42601|XX000)$/.test((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
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

const delay = (timeMs: number): Promise<void> => new Promise(resolve => setTimeout(resolve, timeMs));
