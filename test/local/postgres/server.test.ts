import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { CodedError } from '../../../src/base/errors';
import { twinOf, VIEWED_CATALOGUES } from '../../../src/core/dialect/viewed-catalogues';
import { ENGINE, INTERNAL } from '../../../src/local/engine-schema';
import type { PostgresAddress, PostgresServer } from '../../../src/local/ports';
import { removeAbandonedBases } from '../../../src/local/postgres/abandoned';
import { GUARDS } from '../../../src/local/postgres/bootstrap/guards';
import { lockDataDirectory } from '../../../src/local/postgres/owner-lock';
import { isAlive } from '../../../src/local/postgres/process-table';
import { startPostgres } from '../../../src/local/postgres/server';
import { connectBeneath, postgresData, removeDirectory, temporaryDirectory, until } from '../../support/postgres';
import { socketDirectory } from '../../support/scratch';

interface Ready {
  pid: number;
  address: PostgresAddress;
}

/** Field 41 of Linux's `/proc/<pid>/stat`. */
const policyOf = (pid: number): number => {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
};

describe('PostgreSQL supervisor', () => {
  let dataDir: string;
  const open: { close(): Promise<void> }[] = [];
  const owners: ChildProcess[] = [];

  beforeEach(() => (dataDir = temporaryDirectory()));
  afterEach(async () => {
    for (const owner of owners.splice(0)) {
      if (owner.exitCode !== null || owner.signalCode !== null) continue;
      const exited = once(owner, 'exit');
      owner.kill('SIGKILL');
      await exited;
    }
    await Promise.all(open.splice(0).map(server => server.close()));
    const pid = Number(fs.existsSync(pidFile()) && fs.readFileSync(pidFile(), 'utf8').split('\n')[0]);
    await until(() => !isAlive(pid), 'the watchdog to stop PostgreSQL');
    removeDirectory(dataDir);
  });

  const pidFile = () => path.join(dataDir, 'postgres', 'postmaster.pid');
  const start = async (directory = dataDir): Promise<PostgresServer> => {
    const server = await startPostgres({ dataDir: directory });
    open.push(server);
    return server;
  };
  const startOwner = async (): Promise<Ready & { owner: ChildProcess; code?: string }> => {
    const owner = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'owner.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    owners.push(owner);
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
    return { owner, ...(JSON.parse(line) as Ready) };
  };
  const query = async (address: PostgresAddress, sql: string): Promise<Record<string, unknown>[]> => {
    const client = await connectBeneath(address);
    try {
      const answer = await client.query<Record<string, unknown>>(sql);
      return answer.rows;
    } finally {
      await client.end();
    }
  };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'no error',
      (error: CodedError) => (assert.ok(error.nextStep, String(error)), error.code),
    );

  it('keeps data from one start to the next, and leaves no process behind', async () => {
    const first = await start();
    await query(first.address, 'CREATE TABLE t AS SELECT 42 AS a');
    await first.close();
    assert.equal(isAlive(first.pid), false);
    const second = await start();
    assert.deepEqual(await query(second.address, 'SELECT a FROM t'), [{ a: 42 }]);
  });

  it('lets the gateway finish its turn before it takes the core from it', async function () {
    if (process.platform !== 'linux') this.skip(); // there alone
    const { address, pid } = await start();
    const client = await connectBeneath(address);
    try {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const SCHED_BATCH = 3;
      assert.deepEqual([policyOf(pid), policyOf(rows[0]!.pid)], [SCHED_BATCH, SCHED_BATCH]);
    } finally {
      await client.end();
    }
  });

  it('starts where the lock file of a killed postmaster names a process that lives', async () => {
    const first = await start();
    await query(first.address, 'CREATE TABLE t AS SELECT 42 AS a');
    const socketLock = path.join(first.address.host, '.s.PGSQL.5432.lock');
    const locks = [pidFile(), socketLock].map(file => [file, fs.readFileSync(file, 'utf8')] as const);
    await first.close();
    // a stranger with the number, as after a restart of the machine; a zombie that nobody reaps looks the same to PostgreSQL
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    owners.push(stranger);
    await once(stranger, 'spawn');
    for (const [file, text] of locks) {
      // sockets that lie outside the data directory, whose path is too long, get a new directory at each start
      if (!fs.existsSync(path.dirname(file))) continue;
      fs.writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)));
      // where PostgreSQL is another user than this process, its own file is one that it may read
      fs.chmodSync(file, 0o644);
    }
    const second = await start();
    assert.deepEqual(await query(second.address, 'SELECT a FROM t'), [{ a: 42 }]);
    assert.equal(isAlive(stranger.pid!), true);
  });

  it('brings the data directory of a former version up to date, and keeps what is in it', async () => {
    const FUNCTIONS = `SELECT count(*)::int AS n FROM pg_proc WHERE pronamespace IN ('sys'::regnamespace, '${INTERNAL}'::regnamespace, '${ENGINE}'::regnamespace)`;
    const first = await start();
    const before = await query(first.address, FUNCTIONS);
    const [version] = await query(first.address, `SELECT version FROM ${INTERNAL}.bootstrap`);
    await query(
      first.address,
      `CREATE TABLE t AS SELECT 42 AS a; DROP FUNCTION ${ENGINE}.private_copies;
       CREATE TABLE keyed (k text PRIMARY KEY); CREATE TABLE numbered (k int PRIMARY KEY);
       UPDATE ${INTERNAL}.bootstrap SET version = 4`,
    );
    // as it was when views took the catalogues' names
    const LATER = [
      'pg_amop',
      'pg_attrdef',
      'pg_class',
      'pg_constraint',
      'pg_depend',
      'pg_opclass',
      'pg_opfamily',
      'pg_proc',
      'pg_rewrite',
      'pg_sequence',
      'pg_type',
    ];
    const swapped = [...VIEWED_CATALOGUES]
      .filter(catalogue => !LATER.includes(catalogue))
      .map(
        catalogue => `ALTER VIEW dsql_${catalogue} RENAME TO v; ALTER TABLE ${catalogue} RENAME TO dsql_${catalogue};
        ALTER VIEW pg_catalog.v RENAME TO ${catalogue};`,
      );
    await query(
      first.address,
      `SET allow_system_table_mods = on; ${swapped.join('')}
       ALTER TABLE pg_description RENAME TO dsql_pg_description;
       CREATE VIEW pg_catalog.pg_description AS SELECT * FROM dsql_pg_description;
       CREATE VIEW public.schemas AS SELECT nspname FROM pg_namespace`,
    );
    // as it was when the schema of the cluster's functions had a name that clients could guess
    const SCHEMATA = `'information_schema.schemata'::regclass`;
    await query(
      first.address,
      `SET allow_system_table_mods = on; ALTER SCHEMA ${ENGINE} RENAME TO dsql_engine; ALTER SCHEMA ${INTERNAL} RENAME TO dsql_internal;
       UPDATE pg_proc SET prosrc = replace(prosrc, '${INTERNAL}.', 'dsql_internal.');
       DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW information_schema.schemata AS ' ||
         regexp_replace(pg_get_viewdef(${SCHEMATA}), '\\(\\(''(dsql_engine|dsql_internal)''::regnamespace\\)::text\\)::name', '''\\1''::name', 'g'); END $$`,
    );
    await first.close();
    const second = await start();
    assert.deepEqual(await query(second.address, FUNCTIONS), before);
    assert.deepEqual(await query(second.address, `SELECT version FROM ${INTERNAL}.bootstrap`), [version]);
    assert.deepEqual(await query(second.address, 'SELECT a FROM t'), [{ a: 42 }]);
    const HIDDEN = `SELECT pg_get_viewdef(${SCHEMATA}) LIKE '%(''${ENGINE}''::regnamespace)%' AS hidden`;
    assert.deepEqual(await query(second.address, HIDDEN), [{ hidden: true }]);
    const NAMED = `SELECT nspname FROM pg_namespace WHERE nspname ~ '^dsql_(engine|internal)$'`;
    assert.deepEqual(await query(second.address, NAMED), []);
    const CATALOGUES = `SELECT string_agg(DISTINCT relkind::text, '') AS kinds, (SELECT nspname::text FROM schemas WHERE nspname = 'sys') AS schema
      FROM pg_class WHERE relname = ANY ('{${[...VIEWED_CATALOGUES].join()},pg_description}')`;
    assert.deepEqual(await query(second.address, CATALOGUES), [{ kinds: 'r', schema: 'sys' }]);
    // tables of the former version are held to the sizes of keys and values, and each viewed catalogue has its twin
    const GUARDED = 'SELECT tgrelid::regclass::text AS table, tgname::text AS guard FROM pg_trigger ORDER BY tgname';
    const guards = GUARDS.map(guard => ({ table: 'keyed', guard }));
    assert.deepEqual(await query(second.address, GUARDED), guards);
    const TWINS = `SELECT relname::text AS twin FROM pg_class WHERE relname LIKE '%\\_twin' ORDER BY 1`;
    const twins = [...VIEWED_CATALOGUES]
      .sort()
      .map(catalogue => ({ twin: twinOf(catalogue).replace('pg_catalog.', '') }));
    assert.deepEqual(await query(second.address, TWINS), twins);
  });

  it('is closed by any number of calls', async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });

  it('restarts a killed PostgreSQL, with every acknowledged row', async () => {
    const server = await start();
    const killed = server.pid;
    await query(server.address, 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS a');
    let restarted = 0;
    server.onRestart(() => restarted++);
    process.kill(killed, 'SIGKILL');
    await until(() => restarted === 1, 'the restart');
    assert.notEqual(server.pid, killed);
    assert.deepEqual(await query(server.address, 'SELECT count(*)::int AS n FROM t'), [{ n: 1000 }]);
  });

  it('gives up a data directory that was moved away under it, and says so', async () => {
    const moved = `${dataDir}-moved`;
    const failed = new Promise<CodedError>((resolve, reject) => {
      const starting = startPostgres({ dataDir, onFailure: resolve });
      starting.then(server => {
        open.push(server);
        const { pid } = server;
        fs.renameSync(dataDir, moved);
        process.kill(pid, 'SIGKILL');
      }, reject);
    });
    const { code, message } = await failed;
    removeDirectory(moved);
    assert.deepEqual([code, message.includes(dataDir)], ['LOCAL_DATA_UNWRITABLE', true], message);
  });

  it('is taken down by the watchdog when its owner is killed, and loses nothing', async () => {
    const { owner, pid, address } = await startOwner();
    await query(address, 'CREATE TABLE t (a int)');
    const client = await connectBeneath(address);
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await client.query('INSERT INTO t VALUES ($1)', [acknowledged + 1]);
        acknowledged++;
      }
    })().catch(() => undefined);
    await until(() => acknowledged > 200, 'some rows');
    owner.kill('SIGKILL');
    await writing;
    await until(() => !isAlive(pid), 'PostgreSQL to be stopped');
    const server = await start();
    const rows = await query(server.address, 'SELECT count(*)::int AS n, max(a) AS last FROM t');
    const { n, last } = rows[0] as { n: number; last: number };
    assert.equal(n, last, 'no row is missing between the first and the last');
    assert.ok(n === acknowledged || n === acknowledged + 1, `${acknowledged} acknowledged, ${n} there`);
  });

  it('starts at once on the directory of an owner that was just killed', async () => {
    const { owner, address } = await startOwner();
    await query(address, 'CREATE TABLE t AS SELECT 1 AS a');
    const exited = once(owner, 'exit');
    owner.kill('SIGKILL');
    await exited;
    const server = await start();
    assert.deepEqual(await query(server.address, 'SELECT a FROM t'), [{ a: 1 }]);
  });

  it('refuses a directory that another process uses, and leaves that one alone', async () => {
    const { owner, pid, address } = await startOwner();
    const error = await startPostgres({ dataDir }).then(
      () => assert.fail('started twice'),
      e => e as CodedError,
    );
    assert.equal(error.code, 'LOCAL_ALREADY_RUNNING');
    assert.match(error.message, new RegExp(`process ${owner.pid}`));
    assert.equal(isAlive(pid), true);
    assert.equal((await query(address, 'SELECT 1 AS one')).length, 1);
  });

  it('lets one of many starters win', async () => {
    const results = await Promise.allSettled([start(), start(), start()]);
    assert.equal(results.filter(result => result.status === 'fulfilled').length, 1);
    const losers = results.filter(result => result.status === 'rejected');
    for (const { reason } of losers) assert.equal((reason as CodedError).code, 'LOCAL_ALREADY_RUNNING');
  });

  it('takes over a lock whose process id now belongs to another process', async () => {
    fs.writeFileSync(path.join(dataDir, 'owner.lock'), JSON.stringify({ pid: process.pid, start: 'long ago' }));
    await start();
  });

  it('takes over a lock whose process had the id that is its own now, where starts cannot be told', async () => {
    fs.writeFileSync(path.join(dataDir, 'owner.lock'), JSON.stringify({ pid: process.pid }));
    await start();
    assert.equal(await codeOf(startPostgres({ dataDir })), 'LOCAL_ALREADY_RUNNING');
  });

  it('takes over from one that was killed while it took over', async () => {
    fs.writeFileSync(path.join(dataDir, 'owner.lock'), JSON.stringify({ pid: 0 }));
    const taking = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(__dirname, 'killed-taking-over.ts'), dataDir],
      {
        stdio: 'inherit',
      },
    );
    assert.deepEqual(await once(taking, 'exit'), [null, 'SIGKILL']);
    await start();
    const { pid } = JSON.parse(fs.readFileSync(path.join(dataDir, 'owner.lock'), 'utf8')) as { pid: number };
    assert.equal(pid, process.pid);
    const drafts = new RegExp(`^owner\\.lock\\.${taking.pid}\\.`);
    const left = fs.readdirSync(dataDir).filter(name => name.startsWith('owner.lock.') && !drafts.test(name));
    assert.deepEqual(left, []);
  });

  it('knows a process of another container, whose number says nothing here, by the pipe that it holds', async function () {
    if (process.platform !== 'linux') this.skip(); // there alone
    const pipe = path.join(dataDir, 'owner.other.pipe');
    execFileSync('mkfifo', [pipe]);
    const held = fs.openSync(pipe, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const lock = path.join(dataDir, 'owner.lock');
    fs.writeFileSync(lock, JSON.stringify({ pid: 1, start: '1', nonce: 'other', namespace: 'pid:[1]' }));
    try {
      await assert.rejects(startPostgres({ dataDir }), { code: 'LOCAL_ALREADY_RUNNING', message: /another container/ });
    } finally {
      fs.closeSync(held);
    }
    await (await start()).close();
    assert.deepEqual(
      fs.readdirSync(dataDir).filter(name => name.startsWith('owner.')),
      [],
    );
  });

  it('lets a copy of a data directory in use go its own way', function () {
    if (process.platform !== 'linux') this.skip(); // there alone
    const [one, copy] = [path.join(dataDir, 'one'), path.join(dataDir, 'copy')];
    fs.mkdirSync(one);
    const unlock = lockDataDirectory(one);
    execFileSync('cp', ['-a', one, copy]);
    assert.throws(() => lockDataDirectory(one), { code: 'LOCAL_ALREADY_RUNNING' });
    lockDataDirectory(copy)();
    unlock();
    assert.deepEqual([fs.readdirSync(one), fs.readdirSync(copy)], [[], []]);
  });

  it('takes over a damaged lock', async () => {
    fs.writeFileSync(path.join(dataDir, 'owner.lock'), 'garbage');
    await start();
  });

  it('leaves data of a later form to the version that made it, and takes older ones', async () => {
    const first = await start();
    await query(first.address, 'CREATE TABLE t AS SELECT 42 AS a');
    await first.close();
    const file = path.join(dataDir, 'format');
    const format = fs.readFileSync(file, 'utf8');
    for (const later of [`${Number(format) + 1}\n`, '1a\n']) {
      fs.writeFileSync(file, later);
      const before = fs.readdirSync(dataDir);
      const error = await refusal();
      assert.deepEqual([error.code, error.message.includes(dataDir)], ['LOCAL_DATA_VERSION', true], error.message);
      assert.match(error.message, /newer version/);
      assert.deepEqual(fs.readdirSync(dataDir), before);
      assert.equal(fs.readFileSync(file, 'utf8'), later);
    }
    // as before there were forms
    fs.rmSync(file);
    const again = await start();
    assert.deepEqual(await query(again.address, 'SELECT a FROM t'), [{ a: 42 }]);
    assert.equal(fs.readFileSync(file, 'utf8'), format);
  });

  it('says of data of another version that it cannot be brought up to date', async () => {
    const first = await start();
    // as a version to come may have it
    await query(
      first.address,
      `SET allow_system_table_mods = on; UPDATE ${INTERNAL}.bootstrap SET version = 4;
       ALTER TABLE ${INTERNAL}.jobs RENAME COLUMN request TO work`,
    );
    await first.close();
    const error = await refusal();
    assert.equal(error.code, 'LOCAL_DATA_VERSION', error.message);
    assert.match(error.message, /another version of DSQL Workshop.*: column .* does not exist\.$/);
  });

  it('refuses data of another version of PostgreSQL', async () => {
    fs.mkdirSync(path.join(dataDir, 'postgres'));
    fs.writeFileSync(path.join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
    assert.equal(await codeOf(start()), 'LOCAL_DATA_VERSION');
    assert.deepEqual(fs.readdirSync(dataDir), ['postgres']);
  });

  it('never touches the data directory of another installation', async () => {
    fs.writeFileSync(path.join(dataDir, 'PG_VERSION'), '16\n');
    assert.equal(await codeOf(start()), 'LOCAL_DATA_FOREIGN');
    assert.deepEqual(fs.readdirSync(dataDir), ['PG_VERSION']);
  });

  it('says that a directory cannot be made', async () => {
    fs.writeFileSync(path.join(dataDir, 'file'), '');
    assert.equal(await codeOf(start(path.join(dataDir, 'file'))), 'LOCAL_DATA_UNWRITABLE');
    assert.equal(await codeOf(start(path.join(dataDir, 'file', 'below'))), 'LOCAL_DATA_UNWRITABLE');
    if (process.platform === 'linux') assert.equal(await codeOf(start('/proc/nope/below')), 'LOCAL_DATA_UNWRITABLE');
  });

  const endedIn = async (directory: string): Promise<{ pgData: string }> => {
    await (await start(directory)).close();
    return { pgData: postgresData(directory) };
  };
  const refusal = (): Promise<CodedError> =>
    startPostgres({ dataDir }).then(
      () => assert.fail('started'),
      (error: CodedError) => (assert.ok(error.nextStep, String(error)), error),
    );

  it('reports a damaged cluster with what PostgreSQL says of it', async () => {
    const { pgData } = await endedIn(dataDir);
    fs.rmSync(path.join(pgData, 'global'), { recursive: true });
    const error = await refusal();
    assert.equal(error.code, 'LOCAL_POSTGRES_FAILED');
    assert.match(error.message, /pg_control|global/);
    assert.equal(fs.existsSync(path.join(dataDir, 'owner.lock')), false);
  });

  for (const file of ['global/pg_filenode.map', 'base/5/pg_filenode.map', 'base/5/PG_VERSION'])
    it(`reports an empty ${file}, with which PostgreSQL starts and does not work`, async () => {
      const { pgData } = await endedIn(dataDir);
      fs.truncateSync(path.join(pgData, file));
      const error = await refusal();
      assert.equal(error.code, 'LOCAL_POSTGRES_FAILED', error.message);
      assert.match(error.message, /pg_filenode|base\/5/);
    });

  it('says what to do where the file that names the version of the data is empty', async () => {
    const { pgData } = await endedIn(dataDir);
    const file = path.join(pgData, 'PG_VERSION');
    const version = fs.readFileSync(file, 'utf8').trim();
    fs.truncateSync(file);
    const error = await refusal();
    assert.deepEqual([error.code, error.message.includes(file)], ['LOCAL_DATA_VERSION', true], error.message);
    assert.match(error.nextStep!, new RegExp(`write ${version} into`));
  });

  it('works below a path that is too long for a socket, and with blanks and quotes in it', async () => {
    fs.chmodSync(dataDir, 0o755);
    const deep = path.join(dataDir, `it's a "deep" directory, with commas ${'x'.repeat(80)}`);
    const server = await start(deep);
    assert.equal((await query(server.address, 'SELECT 1 AS one')).length, 1);
    const { host } = server.address;
    await server.close();
    assert.equal(fs.existsSync(host), false);
  });

  it('works where the path of the socket itself has blanks, quotes and backslashes in it', async function () {
    if (process.platform === 'win32') this.skip(); // no such names there
    const short = socketDirectory();
    try {
      fs.chmodSync(short, 0o755);
      const server = await start(path.join(short, `C:\\new, it's "\\bob"`));
      assert.equal((await query(server.address, 'SELECT 1 AS one')).length, 1);
    } finally {
      await Promise.all(open.splice(0).map(server => server.close()));
      removeDirectory(short);
    }
  });

  it('works below a path that is too long for a socket where TMPDIR is of no use', async function () {
    if (process.platform === 'win32') this.skip(); // no sockets there
    fs.chmodSync(dataDir, 0o755);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = '/nonexistent';
    try {
      const server = await start(path.join(dataDir, 'x'.repeat(110)));
      assert.equal((await query(server.address, 'SELECT 1 AS one')).length, 1);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  it('works where nobody but the owner is given anything (umask 077), as root too', async () => {
    const umask = process.umask(0o077);
    try {
      const closed = path.join(dataDir, 'closed');
      fs.mkdirSync(closed);
      const server = await start(path.join(closed, 'data'));
      assert.equal((await query(server.address, 'SELECT 1 AS one')).length, 1);
    } finally {
      process.umask(umask);
    }
  });

  it('works where only the owner may look, as root too', async () => {
    const closed = path.join(dataDir, 'closed');
    fs.mkdirSync(closed, { mode: 0o700 });
    const server = await start(path.join(closed, 'data'));
    assert.equal((await query(server.address, 'SELECT 1 AS one')).length, 1);
    await server.close();
    const record = path.join(closed, 'data', 'postgres-location.json');
    if (!fs.existsSync(record)) return;
    // root: the files lie elsewhere, and go when the data directory has gone
    const { base } = JSON.parse(fs.readFileSync(record, 'utf8')) as { base: string };
    // damaged, it is no reason to take the files for nobody's, and is made again by what they say themselves
    fs.truncateSync(record);
    removeAbandonedBases(path.dirname(base));
    await (await start(path.join(closed, 'data'))).close();
    assert.deepEqual(JSON.parse(fs.readFileSync(record, 'utf8')), { base });
    removeAbandonedBases(path.dirname(base));
    assert.equal(fs.existsSync(base), true);
    // a copy of the data directory has not a copy of these files
    const copy = path.join(closed, 'copy');
    fs.cpSync(path.join(closed, 'data'), copy, { recursive: true });
    assert.equal(await codeOf(start(copy)), 'LOCAL_DATA_DAMAGED');
    // without them nobody begins with an empty cluster, unasked
    fs.writeFileSync(path.join(closed, 'data', 'identity.json'), '{}');
    fs.renameSync(path.join(base, 'postgres'), path.join(base, 'away'));
    assert.equal(await codeOf(start(path.join(closed, 'data'))), 'LOCAL_DATA_DAMAGED');
    removeDirectory(closed);
    removeAbandonedBases(path.dirname(base));
    assert.equal(fs.existsSync(base), false);
  });
});
