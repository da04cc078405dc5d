import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';

const MIB = 1024 * 1024;
const TOO_LARGE = {
  code: '54000',
  message: 'transaction size limit 10mb exceeded',
  detail: /^Current transaction size 1[12]mb > 10mb$/,
};

describe('the limits of a cluster', () => {
  let cluster: TestGateway;
  let client: pg.Client;
  let aheadMs = 0;
  before(async () => {
    const clock = { now: () => Date.now(), monotonic: () => performance.now() + aheadMs };
    cluster = await startTestGateway({ clock });
    client = await cluster.connect();
    await client.query('CREATE TABLE big (id int PRIMARY KEY, a text, b text, c text)');
  });
  after(() => cluster?.close());
  afterEach(async () => {
    await client.query('ROLLBACK');
    await client.query('DELETE FROM big');
    assert.deepEqual(cluster.log, []);
  });
  const count = async (): Promise<number> =>
    Number((await client.query<{ n: string }>('SELECT count(*) AS n FROM big')).rows[0]!.n);
  const text = (bytes: number): string => randomBytes(bytes / 2).toString('hex');

  it('refuses at COMMIT what modifies more than 10 MiB, and keeps nothing', async () => {
    await client.query('BEGIN');
    for (let id = 0; id < 12; id++) await client.query('INSERT INTO big VALUES ($1, $2)', [id, text(1_000_000)]);
    await assert.rejects(client.query('COMMIT'), TOO_LARGE);
    assert.equal(await count(), 0);
    await client.query('BEGIN');
    for (let id = 0; id < 9; id++) await client.query('INSERT INTO big VALUES ($1, $2)', [id, text(1_000_000)]);
    await client.query('COMMIT');
    assert.equal(await count(), 9);
  });

  it('counts values that the statement makes itself, however well they compress', async () => {
    const insert = "INSERT INTO big SELECT g, repeat('x', 1000000) FROM generate_series(1, 12) g";
    for (const values of [undefined, []]) {
      const returning = client.query({ text: `${insert} RETURNING id`, ...(values ? { values } : {}) });
      await assert.rejects(returning, TOO_LARGE);
      assert.equal(await count(), 0);
    }
    await client.query('BEGIN');
    await client.query(insert);
    await assert.rejects(client.query('COMMIT'), TOO_LARGE);
    assert.equal(await count(), 0);
  });

  it('counts many rows made of few values', async () => {
    const insert = 'INSERT INTO big SELECT g, $1 FROM generate_series(1, 3000) g';
    await assert.rejects(client.query(insert, [text(4000)]), TOO_LARGE);
    await client.query(insert, [text(2000)]);
    assert.equal(await count(), 3000);
    await assert.rejects(client.query('UPDATE big SET b = $1', [text(2000)]), TOO_LARGE);
  });

  it('counts what comes behind a statement that has told how much there was', async () => {
    await client.query(
      "CREATE FUNCTION widen(v text) RETURNS bigint LANGUAGE sql AS 'WITH w AS (UPDATE big SET b = v RETURNING 1) SELECT count(*) FROM w'",
    );
    const insert = 'INSERT INTO big SELECT g FROM generate_series(1, $1) g';
    for (const widen of ['SELECT widen($1)', 'UPDATE big SET b = $1']) {
      await client.query(insert, [10]); // from here on the log is known to be short
      await client.query('DELETE FROM big');
      await client.query('BEGIN');
      await client.query(insert, [1400]);
      await client.query(widen, [text(8000)]);
      await assert.rejects(client.query('COMMIT'), TOO_LARGE);
      assert.equal(await count(), 0);
    }
  });

  it('refuses a value or a row that is too large', async () => {
    const column = (type: string): object => ({
      code: '54000',
      message: `datatype limit greater than 1048576 bytes not supported for ${type}`,
    });
    const long = text(MIB + 2);
    await assert.rejects(client.query('INSERT INTO big VALUES (1, $1)', [long]), column('text'));
    await assert.rejects(client.query(`INSERT INTO big VALUES (1, '${long}')`), column('text'));
    const most = text(MIB);
    await client.query('INSERT INTO big VALUES (1, $1)', [most]);
    const compressible = 'x'.repeat(4 * MIB);
    await client.query('INSERT INTO big VALUES (3, $1)', [compressible]);
    await client.query(`INSERT INTO big VALUES (4, '${compressible}')`);
    const row = { code: '54000', message: 'maximum row size exceeded' };
    await assert.rejects(client.query('INSERT INTO big VALUES (2, $1, $2, $3)', [most, most, most]), row);
  });

  it('counts large values of few rows that a statement takes from the table', async () => {
    for (const [first, last] of [
      [1, 6],
      [7, 11],
    ])
      await client.query('INSERT INTO big SELECT g, $1 FROM generate_series($2::int, $3::int) g', [
        text(1_000_000),
        first,
        last,
      ]);
    const { code, message } = TOO_LARGE;
    await assert.rejects(client.query('UPDATE big SET b = a'), { code, message });
    await client.query('BEGIN');
    for (let id = 1; id <= 11; id++) await client.query('UPDATE big SET b = a WHERE id = $1', [id]);
    await assert.rejects(client.query('COMMIT'), { code, message });
    await client.query('UPDATE big SET b = a WHERE id <= 4');
    assert.equal((await client.query('SELECT FROM big WHERE b = a')).rowCount, 4);
  });

  it('refuses what the statement makes itself just so: to the byte where nothing compresses', async () => {
    await client.query('CREATE DOMAIN photo AS bytea');
    await client.query('CREATE TABLE made (id int PRIMARY KEY, a text, b bytea, j jsonb, d photo, n int)');
    const column = (type: string): object => ({
      code: '54000',
      message: `datatype limit greater than 1048576 bytes not supported for ${type}`,
    });
    const digits = (bytes: number): string =>
      `(SELECT left(string_agg(md5(i::text), ''), ${bytes}) FROM generate_series(1, ${Math.ceil(bytes / 32)}) i)`;
    const bytes = (count: number): string => `decode(${digits(2 * count)}, 'hex')`;
    const numbers = `(SELECT jsonb_agg(md5(i::text)) FROM generate_series(1, 40000) i)`;
    await client.query(`INSERT INTO made (id, a, b) VALUES (1, ${digits(MIB)}, ${bytes(MIB - 16)})`);
    for (const [given, type] of [
      [`a = ${digits(MIB + 1)}`, 'text'],
      ["a = a || 'x'", 'text'],
      [`b = ${bytes(MIB + 1)}`, 'bytea'],
      [`d = b || ${bytes(17)}`, 'bytea'],
      [`j = ${numbers}`, 'jsonb'],
    ] as const) {
      await assert.rejects(client.query(`UPDATE made SET ${given}`), column(type), given);
      await assert.rejects(client.query(`UPDATE made SET ${given} WHERE id = $1 RETURNING id`, [1]), column(type));
    }
    await assert.rejects(
      client.query(`WITH w AS (INSERT INTO made (id, a) VALUES (2, ${digits(MIB + 1)}) RETURNING id) SELECT * FROM w`),
      column('text'),
    );
    await assert.rejects(client.query(`UPDATE made SET d = ${bytes(64)}`), {
      code: '54000',
      message: 'maximum row size exceeded',
    });
    await client.query("UPDATE made SET b = NULL, n = 1, d = decode(repeat('ab', 4000000), 'hex')");
    await client.query('UPDATE made SET n = 2 WHERE a <> $1', [text(2 * MIB)]);
    const { rows } = await client.query('SELECT id, octet_length(a) AS a, octet_length(d) AS d, n FROM made');
    assert.deepEqual(rows, [{ id: 1, a: MIB, d: 4_000_000, n: 2 }]);
    assert.deepEqual((await client.query("SELECT FROM pg_trigger WHERE tgrelid = 'made'::regclass")).rows, []);
    await client.query(
      'CREATE TABLE own (id int PRIMARY KEY, parent int REFERENCES own ON UPDATE CASCADE, a text, b text, c text)',
    );
    await client.query(`INSERT INTO own VALUES (1, 1, ${digits(400_000)}, ${digits(400_000)})`);
    await client.query('UPDATE own SET id = 2');
    await client.query('ALTER TABLE own DISABLE TRIGGER ALL');
    await assert.rejects(client.query('UPDATE own SET parent = 3'), { code: '23503' });
    await assert.rejects(client.query(`UPDATE own SET id = 3, c = ${digits(MIB + 1)}`), column('text'));
  });

  it('refuses a key that is too large, in the words of the service', async () => {
    await client.query('CREATE TABLE keyed (k text PRIMARY KEY)');
    await client.query('INSERT INTO keyed VALUES ($1)', [text(1800)]);
    const tooLarge = { code: '54000', message: 'key size too large' };
    await assert.rejects(client.query('INSERT INTO keyed VALUES ($1)', [text(8000)]), tooLarge);
    await assert.rejects(client.query('INSERT INTO keyed VALUES ($1)', [text(20_000)]), tooLarge);
    await client.query('INSERT INTO keyed VALUES ($1)', [text(1980)]);
    await assert.rejects(client.query('INSERT INTO keyed VALUES ($1)', [text(1982)]), tooLarge);
    await client.query("INSERT INTO keyed VALUES (repeat('x', 1981))");
    await assert.rejects(client.query("UPDATE keyed SET k = repeat('y', 1982) WHERE k LIKE 'x%'"), tooLarge);
    await assert.rejects(client.query("INSERT INTO keyed VALUES (repeat('é', 991))"), tooLarge);
  });

  it('counts all columns of a key together, those of the primary key in every index', async () => {
    const tooLarge = { code: '54000', message: 'key size too large' };
    await client.query('CREATE TABLE eight (a text, b text, c text, d text, PRIMARY KEY (a, b, c, d))');
    const insert = 'INSERT INTO eight SELECT v, v, v, v FROM repeat($1, $2) v';
    await client.query(insert, ['a', 490]);
    await assert.rejects(client.query(insert, ['b', 491]), tooLarge);
    await client.query(
      'CREATE TABLE second (id varchar(500) PRIMARY KEY, "Word" text UNIQUE, small varchar(100) UNIQUE)',
    );
    await client.query(`INSERT INTO second VALUES (repeat('i', 500), repeat('w', 1474))`);
    await assert.rejects(client.query(`UPDATE second SET "Word" = repeat('v', 1475)`), tooLarge);
    await client.query('ALTER TABLE second RENAME "Word" TO phrase');
    await assert.rejects(client.query(`UPDATE second SET phrase = repeat('v', 1475)`), tooLarge);
    await client.query('ALTER TABLE second DROP COLUMN phrase');
    await client.query(`UPDATE second SET small = repeat('s', 100)`);
    const { rows } = await client.query(
      "SELECT tgname FROM pg_trigger WHERE tgrelid IN ('eight'::regclass, 'second'::regclass)",
    );
    assert.deepEqual(rows, []);
  });

  it('counts the indexes of a table that wait to be built', async () => {
    const unique = Array.from({ length: 20 }, (_, n) => `u${n} int UNIQUE`);
    await client.query(`CREATE TABLE indexed (id int PRIMARY KEY, ${unique.join(', ')}, a int, b int, c int, d int)`);
    for (const column of ['a', 'b', 'c']) await client.query(`CREATE INDEX ASYNC ON indexed (${column})`);
    await assert.rejects(client.query('CREATE INDEX ASYNC ON indexed (d)'), {
      code: '54000',
      message: 'more than 24 indexes per table are not allowed',
    });
    await client.query('CREATE TABLE another (id int PRIMARY KEY, v int)');
    await client.query('CREATE INDEX ASYNC ON another (v)');
  });

  it('refuses a query that needs more than 128 MiB of temporary space', async () => {
    const query =
      'SELECT count(*) FROM (SELECT repeat(md5(g::text), $1) FROM generate_series(1, 40000) g ORDER BY 1) x';
    await client.query(query, [10]);
    await assert.rejects(client.query(query, [300]), {
      code: '54000',
      message: 'query requires more than allowed temp space of 131072 KB to execute',
    });
  });

  it('takes arrays to be unnested that are larger than a column', async () => {
    const texts = Array.from({ length: 20 }, () => text(100_000));
    await client.query('INSERT INTO big SELECT o, t FROM unnest($1::text[]) WITH ORDINALITY u(t, o)', [texts]);
    assert.equal(await count(), 20);
  });

  it('hangs up on a message of more than 10 MiB', async () => {
    const other = new pg.Client(cluster.config());
    other.on('error', () => undefined);
    await other.connect();
    const ended = new Promise(resolve => void other.once('end', resolve));
    await assert.rejects(other.query('SELECT $1::text', ['x'.repeat(11 * MIB)]), /terminated|ECONNRESET|EPIPE/i);
    await ended;
    await until(() => cluster.gateway.stats().connections === 1, 'the connection is freed');
  });

  it('closes a connection after its lifetime, in a transaction too', async () => {
    const other = new pg.Client(cluster.config());
    const said = new Promise<Error>(resolve => void other.once('error', resolve));
    await other.connect();
    other.on('error', () => undefined);
    client.on('error', () => undefined); // it is as old
    await other.query('BEGIN');
    await other.query("INSERT INTO big VALUES (1, 'a')");
    const ended = new Promise(resolve => void other.once('end', resolve));
    aheadMs += 60 * 60 * 1000 + 1;
    await Promise.all([said, ended]);
    await until(() => cluster.gateway.stats().connections === 0, 'all are closed');
    client = await cluster.connect();
    assert.equal(await count(), 0);
  });

  it('turns away the 10,001st connection, and crowds, in the words of the service', async () => {
    const full = 'Unable to accept connection, too many open connections.';
    const rate = 'Unable to accept connection, rate exceeded.';
    for (const [limits, code, message] of [
      [{ connections: 1 }, '53300', full],
      [{ connectionBurst: 1, connectionsPerSecond: 0 }, '53400', rate],
    ] as const) {
      const small = await startTestGateway({ postgres: cluster.postgres, limits });
      try {
        await small.connect();
        const second = new pg.Client(small.config());
        second.on('error', () => undefined);
        await assert.rejects(second.connect(), { code, message, severity: 'FATAL' });
      } finally {
        await small.close();
      }
    }
  });

  it('frees everything of a client that vanishes', async () => {
    const other = new pg.Client(cluster.config());
    other.on('error', () => undefined);
    await other.connect();
    await other.query('BEGIN');
    await other.query("INSERT INTO big VALUES (7, 'a')");
    (other as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await until(() => cluster.gateway.stats().connections === 1, 'the connection is freed');
    await client.query("INSERT INTO big VALUES (7, 'b')");
    assert.equal(await count(), 1);
  });
});
