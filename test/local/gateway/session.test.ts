import assert from 'node:assert/strict';
import type pg from 'pg';
import { connectSuperuser } from '../../../src/local/postgres/connection';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';

const failure = (code: string, message: string | RegExp): object => ({ code, message });

describe('a session through the gateway', () => {
  let cluster: TestGateway;
  let client: pg.Client;
  let nowMs = 0;
  before(async () => {
    const clock = { now: () => Date.now(), monotonic: () => performance.now() + nowMs };
    cluster = await startTestGateway({ clock, limits: { rowsPerTransaction: 100, connectionAgeMs: 1e9 } });
    client = await cluster.connect();
    await client.query('CREATE TABLE t (id int PRIMARY KEY, v int)');
    await client.query('CREATE TABLE parent (id int PRIMARY KEY)');
    await client.query('CREATE TABLE child (id int PRIMARY KEY, p int REFERENCES parent ON DELETE CASCADE)');
  });
  after(() => cluster?.close());
  afterEach(async () => {
    await client.query('ROLLBACK');
    assert.deepEqual(cluster.log, []);
  });

  const count = async (table: string): Promise<number> =>
    Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]!.n);

  it('answers simple and extended queries with their types', async () => {
    const { rows } = await client.query("SELECT 1 AS a, 'é' AS b, NULL AS c, true AS d");
    assert.deepEqual(rows, [{ a: 1, b: 'é', c: null, d: true }]);
    assert.deepEqual((await client.query('SELECT $1::int + 1 AS n', [41])).rows, [{ n: 42 }]);
    assert.equal((await client.query('')).command, null);
  });

  it('passes large results through', async () => {
    const { rows } = await client.query('SELECT g, repeat($1, 500) AS s FROM generate_series(1, 20000) g', ['x']);
    assert.equal(rows.length, 20000);
    assert.equal(rows.at(-1).s.length, 500);
  });

  it('runs several statements of one Query in one transaction', async () => {
    const results = (await client.query('SELECT 1 AS a; SELECT 2 AS a')) as unknown as pg.QueryResult[];
    assert.deepEqual(
      results.map(r => r.rows),
      [[{ a: 1 }], [{ a: 2 }]],
    );
    await assert.rejects(client.query('INSERT INTO t VALUES (1, 1); SELECT 1 / 0'), failure('22012', /division/));
    assert.equal(await count('t'), 0);
    await client.query('BEGIN; INSERT INTO t VALUES (1, 1); COMMIT; DELETE FROM t');
    assert.equal(await count('t'), 0);
  });

  it('answers a Query of which a statement that counts its rows fails before another one', async () => {
    await client.query('INSERT INTO parent VALUES (1)');
    const twice = 'INSERT INTO parent VALUES (1)';
    const taken = failure('23505', /parent_pkey/);
    for (const next of ['SELECT id FROM parent FOR UPDATE', 'SELECT 1', 'INSERT INTO parent VALUES (2)'])
      await assert.rejects(client.query(`BEGIN; ${twice}; ${next}`), taken).then(() => client.query('ROLLBACK'));
    await assert.rejects(client.query(`${twice}; SELECT 1`), taken);
    assert.equal(await count('parent'), 1);
    await client.query('DELETE FROM parent');
  });

  it('reads the whole text of a Query before it runs any of it', async () => {
    const client = await cluster.connect();
    await client.query('CREATE TABLE unread (id int PRIMARY KEY)');
    await assert.rejects(client.query('INSERT INTO unread VALUES (1); COMMIT; SELECT 1 WHERE ; SELECT 2'), {
      code: '42601',
      message: 'syntax error at or near ";"',
      position: '55',
    });
    assert.equal((await client.query('SELECT FROM unread')).rowCount, 0);
    await client.query('BEGIN');
    await assert.rejects(client.query('SELECT 1 / 0'), { code: '22012' });
    await assert.rejects(client.query('SELEC'), { code: '42601' });
    await assert.rejects(client.query('SELECT 1; TRUNCATE unread'), { code: '25P02' });
    await client.query('ROLLBACK');
    await assert.rejects(client.query('DELETE FROM unread WHERE id = $1'), { code: '42P02', position: '31' });
  });

  it('holds DDL to one a transaction, apart from DML', async () => {
    const twice = failure('0A000', 'multiple ddl statements not supported in a transaction');
    const mixed = failure('0A000', 'ddl and dml are not supported in the same transaction');
    await assert.rejects(client.query('CREATE TABLE x (a int); CREATE TABLE y (a int)'), twice);
    for (const [first, second, error] of [
      ['CREATE TABLE x (a int)', 'CREATE TABLE y (a int)', twice],
      ['CREATE TABLE x (a int)', 'INSERT INTO t VALUES (1, 1)', mixed],
      ['INSERT INTO t VALUES (1, 1)', 'CREATE TABLE x (a int)', mixed],
    ] as const) {
      for (const values of [undefined, []]) {
        await client.query('BEGIN');
        await client.query(first, values);
        await assert.rejects(client.query({ text: second, values, ...(values ? { name: '' } : {}) }), error);
        await assert.rejects(client.query('SELECT 1'), failure('25P02', /aborted/));
        assert.equal((await client.query('COMMIT')).command, 'ROLLBACK');
      }
    }
    await assert.rejects(client.query('SELECT * FROM x'), failure('42P01', /does not exist/));
  });

  it('refuses what DSQL refuses, outside and inside a block', async () => {
    await assert.rejects(client.query('TRUNCATE t'), failure('0A000', 'unsupported statement: Truncate'));
    await client.query('BEGIN');
    await assert.rejects(client.query('SAVEPOINT s'), failure('0A000', /SAVEPOINT/));
    await assert.rejects(client.query('TRUNCATE t'), failure('25P02', /aborted/));
  });

  for (const [name, sql, params] of [
    ['a simple statement', 'INSERT INTO t SELECT g, 0 FROM generate_series(1, 101) g', undefined],
    ['an extended statement', 'INSERT INTO t SELECT g, 0 FROM generate_series(1, $1::int) g', [101]],
    [
      'a CTE',
      'WITH i AS (INSERT INTO t SELECT g, 0 FROM generate_series(1, 101) g RETURNING 1) SELECT count(*) FROM i',
      undefined,
    ],
  ] as const) {
    it(`refuses the row beyond the limit in ${name}, and keeps nothing`, async () => {
      const error = failure('54000', 'transaction row limit exceeded');
      await assert.rejects(client.query(sql, params && [...params]), error);
      await client.query('BEGIN');
      await client.query('INSERT INTO t VALUES (1000, 0)');
      await assert.rejects(client.query(sql, params && [...params]), error);
      await client.query('ROLLBACK');
      assert.equal(await count('t'), 0);
      await client.query(sql.replace('101', '100'), params && [100]);
      assert.equal(await count('t'), 100);
      await client.query('DELETE FROM t');
    });
  }

  it('answers an empty Query, with which drivers ask whether the session lives, also in a block that has failed', async () => {
    await client.query('BEGIN');
    await assert.rejects(client.query('SELECT 1 / 0'));
    for (const text of ['', ';', '-- ping']) assert.equal((await client.query(text)).command, null, text);
    await assert.rejects(client.query('SELECT 1'), failure('25P02', /aborted/));
  });

  it('counts cascaded rows', async () => {
    await client.query('INSERT INTO parent VALUES (1)');
    await client.query('INSERT INTO child SELECT g, 1 FROM generate_series(1, 100) g');
    await assert.rejects(client.query('DELETE FROM parent'), failure('54000', 'transaction row limit exceeded'));
    assert.equal(await count('child'), 100);
    await client.query('DELETE FROM child WHERE id = 1');
    assert.equal((await client.query('DELETE FROM parent WHERE id = $1', [1])).rowCount, 1);
    assert.equal(await count('child'), 0);
  });

  it('refuses an old transaction its next statement and its COMMIT', async () => {
    for (const last of ['SELECT 1', 'COMMIT']) {
      await client.query('BEGIN');
      await client.query('SELECT 1');
      nowMs += 301_000;
      await assert.rejects(client.query(last), failure('54000', 'transaction age limit of 300s exceeded'));
      await client.query('ROLLBACK');
    }
  });

  it('takes the backend of a transaction that is too old and idle', async () => {
    const idle = await cluster.connect();
    await idle.query('BEGIN');
    await idle.query('SELECT 1');
    const { evictions } = cluster.gateway.stats();
    nowMs += 301_000;
    await until(() => cluster.gateway.stats().evictions > evictions, 'the backend is taken');
    await assert.rejects(idle.query('SELECT 1'), failure('54000', 'transaction age limit of 300s exceeded'));
    assert.equal((await idle.query('COMMIT')).command, 'ROLLBACK');
  });

  it('keeps settings with their session, whatever backend serves it', async () => {
    const other = await cluster.connect();
    await client.query("SET timezone = 'Asia/Tokyo'");
    await other.query("SET search_path = 'sys', 'public'");
    for (let i = 0; i < 3; i++) {
      assert.equal((await client.query('SHOW timezone')).rows[0].TimeZone, 'Asia/Tokyo');
      assert.equal((await other.query('SHOW timezone')).rows[0].TimeZone, 'UTC');
      assert.equal((await client.query('SHOW search_path')).rows[0].search_path, '"$user", public');
    }
    await client.query('BEGIN');
    await client.query("SET timezone = 'Europe/Berlin'");
    assert.equal((await client.query('SHOW timezone')).rows[0].TimeZone, 'Europe/Berlin');
    await client.query('ROLLBACK');
    assert.equal((await client.query('SHOW timezone')).rows[0].TimeZone, 'Asia/Tokyo');
    await client.query('RESET timezone');
    assert.equal((await client.query('SHOW timezone')).rows[0].TimeZone, 'UTC');
  });

  it('makes a session read-only', async () => {
    const reader = await cluster.connect();
    await reader.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
    const refused = failure('25006', /read-only transaction/);
    await assert.rejects(reader.query('INSERT INTO t VALUES (1, 1)'), refused);
    await reader.query('BEGIN');
    await assert.rejects(reader.query('INSERT INTO t VALUES (1, 1)'), refused);
    await reader.query('ROLLBACK');
    assert.equal(
      (await reader.query('SHOW default_transaction_read_only')).rows[0].default_transaction_read_only,
      'on',
    );
    await client.query('INSERT INTO t VALUES (1, 1)');
    await client.query('DELETE FROM t');
  });

  it('makes a block read-only that is open when BEGIN says so', async () => {
    const client = await cluster.connect();
    await client.query('CREATE TABLE kept (id int PRIMARY KEY)');
    const refused = { code: '25006', message: 'cannot execute INSERT in a read-only transaction' };
    for (const before of ['SELECT 1', 'BEGIN', 'INSERT INTO kept VALUES (1)', 'BEGIN; INSERT INTO kept VALUES (2)']) {
      const sql = `${before}; BEGIN READ ONLY; SHOW transaction_read_only`;
      const shown = ((await client.query(sql)) as unknown as pg.QueryResult[]).at(-1);
      assert.deepEqual(shown?.rows, [{ transaction_read_only: 'on' }], before);
      await assert.rejects(client.query('INSERT INTO kept VALUES (3)'), refused, before);
      assert.equal((await client.query('COMMIT')).command, 'ROLLBACK');
      await assert.rejects(
        client.query(`${before}; START TRANSACTION READ ONLY; INSERT INTO kept VALUES (3)`),
        refused,
      );
      await client.query(`ROLLBACK; ${before}; BEGIN READ ONLY; SELECT set_config('timezone', 'UTC', true); RESET ALL`);
      assert.equal((await client.query('SHOW transaction_read_only')).rows[0].transaction_read_only, 'on');
      await client.query('ROLLBACK AND CHAIN');
      await assert.rejects(client.query('INSERT INTO kept VALUES (3)'), refused, before);
      await client.query('ROLLBACK');
      assert.equal((await client.query('SHOW transaction_read_only')).rows[0].transaction_read_only, 'off');
    }
    assert.deepEqual((await client.query('SELECT id FROM kept')).rows, []);
  });

  it('serves prepared statements after their columns have changed when they are prepared anew', async () => {
    const other = await cluster.connect();
    const statement = { name: 'all', text: 'SELECT * FROM parent WHERE id = $1', values: [1] };
    await client.query('INSERT INTO parent VALUES (1)');
    assert.deepEqual((await client.query(statement)).rows, [{ id: 1 }]);
    assert.deepEqual((await other.query(statement)).rows, [{ id: 1 }]);
    await other.query('ALTER TABLE parent ADD COLUMN note text');
    await other.query('UPDATE parent SET note = $1', ['new']);
    await assert.rejects(client.query(statement), failure('40001', /OC001/));
    for (const each of [client, other]) {
      await assert.rejects(each.query(statement), failure('0A000', /^cached plan must not change result type$/));
      assert.equal((await each.query({ ...statement, name: 'anew' })).rowCount, 1);
    }
    await client.query('DELETE FROM parent');
  });

  it('builds indexes asynchronously and waits for them', async () => {
    for (const begin of [false, true]) {
      if (begin) await client.query('BEGIN');
      const created = await client.query('CREATE INDEX ASYNC ON t (v)');
      assert.equal(created.command, 'CREATE');
      const { job_id: id } = created.rows[0] as { job_id: string };
      assert.match(id, /^[a-z2-7]{26}$/);
      if (begin) {
        await assert.rejects(
          client.query(`CALL sys.wait_for_job('${id}')`),
          failure('0A000', /^CALL sys.wait_for_job not supported in transaction block$/),
        );
        await client.query('ROLLBACK');
        assert.equal((await client.query('SELECT 1 FROM sys.jobs WHERE job_id = $1', [id])).rowCount, 0);
      } else {
        assert.deepEqual((await client.query(`CALL sys.wait_for_job('${id}')`)).rows, [{ succeeded: true }]);
        assert.deepEqual((await client.query('CALL sys.wait_for_job($1)', [id])).rows, [{ succeeded: true }]);
      }
    }
  });

  it('prints plans as DSQL does, in both protocols', async () => {
    const simple = await client.query('EXPLAIN SELECT * FROM t WHERE id = 1');
    const extended = await client.query('EXPLAIN SELECT * FROM t WHERE id = $1', [1]);
    for (const { rows, command, fields } of [simple, extended]) {
      assert.equal(command, 'EXPLAIN');
      assert.deepEqual(
        fields.map(f => [f.name, f.dataTypeID]),
        [['QUERY PLAN', 25]],
      );
      assert.ok(rows.some(row => /Storage Scan/.test(row['QUERY PLAN'])));
    }
    await client.query('EXPLAIN ANALYZE INSERT INTO t VALUES (5, 5)');
    assert.equal(await count('t'), 1);
    await client.query('DELETE FROM t');
  });

  it('shows no schemas of the connections beneath', async () => {
    const beneath = await connectSuperuser(cluster.postgres.address);
    await beneath.query('CREATE TEMP TABLE aside (id int)');
    const { rows } = await client.query<{ nspname: string }>('SELECT nspname FROM pg_namespace ORDER BY nspname');
    await beneath.end();
    assert.deepEqual(
      rows.map(row => row.nspname),
      ['information_schema', 'pg_catalog', 'public', 'sys'],
    );
  });

  it('grants and revokes roles to principals', async () => {
    await client.query('CREATE ROLE teller WITH LOGIN');
    const arn = 'arn:aws:iam::000000000000:role/teller';
    await client.query(`AWS IAM GRANT teller TO '${arn}'`);
    const mapped = 'SELECT pg_role_name FROM sys.iam_pg_role_mappings WHERE arn = $1';
    assert.deepEqual((await client.query(mapped, [arn])).rows, [{ pg_role_name: 'teller' }]);
    const teller = await cluster.connect('teller');
    assert.equal((await teller.query('SELECT current_user AS u')).rows[0].u, 'teller');
    await assert.rejects(teller.query('SELECT * FROM t'), failure('42501', /permission denied/));
    await client.query(`AWS IAM REVOKE teller FROM '${arn}'`);
    assert.equal((await client.query(mapped, [arn])).rowCount, 0);
  });
});
