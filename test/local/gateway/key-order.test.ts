import assert from 'node:assert/strict';
import type pg from 'pg';
import * as m from '../../../src/local/gateway/wire/client-messages';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { connectBeneath } from '../../support/postgres';
import { WireClient } from './wire-client';

/** DSQL stores a table in the order of its primary key, and reads it so; PostgreSQL stores rows as they come, changed ones last. */
describe('rows of one table that no ORDER BY asks for', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    await admin.query('CREATE TABLE t (id int PRIMARY KEY, v text, n int, "limit" int)');
    await admin.query("INSERT INTO t VALUES (3, 'c', 1, 1), (1, 'a', 2, 1), (2, 'b', 1, 1)");
    await admin.query("UPDATE t SET v = 'A' WHERE id = 1");
    await admin.query('CREATE TABLE pair (x int, y int, "Ü ""k" text, PRIMARY KEY (y, "Ü ""k"))');
    await admin.query("INSERT INTO pair VALUES (1, 2, 'a'), (2, 1, 'b'), (3, 1, 'a')");
    await admin.query('CREATE TABLE bare (id int, v text)');
    await admin.query("INSERT INTO bare VALUES (2, 'b'), (1, 'a')");
    await admin.query('CREATE VIEW seen AS SELECT * FROM t');
  });
  after(() => cluster?.close());
  afterEach(() => assert.deepEqual(cluster.log, []));

  async function both(text: string, client = admin): Promise<string> {
    const answers: string[] = [];
    for (const queryMode of ['simple', 'extended']) {
      const result = await client.query<unknown[]>({ text, rowMode: 'array', queryMode } as pg.QueryArrayConfig);
      answers.push(result.rows.map(row => row.join(',')).join(' '));
    }
    assert.equal(answers[0], answers[1], text);
    return answers[0]!;
  }

  for (const [text, expected] of [
    ['SELECT * FROM t', '1,A,2,1 2,b,1,1 3,c,1,1'],
    ['TABLE t', '1,A,2,1 2,b,1,1 3,c,1,1'],
    ['(SELECT id FROM t)', '1 2 3'],
    ['SELECT v FROM t', 'A b c'],
    ['SELECT v FROM public.t;', 'A b c'],
    ['SELECT v FROM ONLY t AS "T t" -- all of it', 'A b c'],
    ['SELECT v FROM t /* all */ ; ', 'A b c'],
    ['SELECT upper(v), -id AS id FROM t', 'A,-1 B,-2 C,-3'],
    ['SELECT id, generate_series(1, 2) FROM t', '1,1 1,2 2,1 2,2 3,1 3,2'],
    ['SELECT t FROM t', '(1,A,2,1) (2,b,1,1) (3,c,1,1)'],
    ['SELECT id FROM t WHERE n = 1', '2 3'],
    ['SELECT id FROM t WHERE id > 1', '2 3'],
    ['SELECT id AS limit FROM t WHERE t.limit = 1 LIMIT 2', '1 2'],
    ['SELECT id FROM t OFFSET 1', '2 3'],
    ['SELECT id FROM t\nfetch first 2 rows only', '1 2'],
    ['SELECT id FROM t FOR READ ONLY', '1 2 3'],
    ['SELECT id FROM t FOR UPDATE', '1 2 3'],
    ['SELECT v FROM t WHERE n = 1 FOR KEY SHARE OF t NOWAIT', 'b c'],
    ['SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED', '1'],
    ['(SELECT id FROM t LIMIT 1)', '1'],
    ['SELECT x FROM pair', '3 2 1'],
    ['SELECT x FROM pair p WHERE p.y = 1', '3 2'],
  ] as const) {
    it(`come in the order of its primary key: ${text}`, async () => {
      assert.equal(await both(text), expected);
    });
  }

  for (const [text, expected] of [
    ['SELECT v FROM bare', 'b a'],
    ['SELECT count(*), max(v) FROM t', '3,c'],
    ['SELECT json_arrayagg(n ORDER BY id) FROM t', '2,1,1'],
    ["SELECT string_agg(n::text, '' ORDER BY id) FROM t", '211'],
    ['SELECT n FROM t GROUP BY n ORDER BY n DESC', '2 1'],
    ['SELECT id FROM t ORDER BY v DESC', '3 2 1'],
    ["SELECT a FROM t AS u (a, b) WHERE b = 'A'", '1'],
    ['SELECT id FROM t WHERE id = 2', '2'],
    ['SELECT v FROM t UNION SELECT v FROM bare ORDER BY 1', 'A a b c'],
    ['SELECT id FROM seen WHERE id = 2', '2'],
  ] as const) {
    it(`are what they were where the key says nothing of it: ${text}`, async () => {
      assert.equal(await both(text), expected);
    });
  }

  it('come as PostgreSQL finds them where DSQL may read another index than that of the key', async () => {
    await admin.query('CREATE TABLE looked (id int PRIMARY KEY, a int UNIQUE, b int)');
    await admin.query('INSERT INTO looked VALUES (2, 1, 1), (1, 2, 1)');
    assert.equal(await both('SELECT id FROM looked WHERE a > 0'), '2 1');
    assert.equal(await both('SELECT id, a FROM looked'), '2,1 1,2');
    assert.equal(await both('SELECT id, b FROM looked'), '1,1 2,1');
    assert.equal(await both('SELECT * FROM looked WHERE b = 1'), '1,2,1 2,1,1');
  });

  it('are shown to who may read them, whether or not he may read the key', async () => {
    await admin.query('CREATE ROLE part LOGIN');
    await admin.query('CREATE TABLE granted (id int PRIMARY KEY, v text)');
    await admin.query('GRANT SELECT (v) ON granted TO part');
    const part = await cluster.connect('part');
    assert.equal(await both('SELECT v FROM granted', part), '');
  });

  it('come in the order of the table that the name means to the session', async () => {
    await admin.query('CREATE SCHEMA s');
    await admin.query('CREATE TABLE s.t (k int PRIMARY KEY, v text)');
    await admin.query("INSERT INTO s.t VALUES (2, 'two'), (1, 'one')");
    const other = await cluster.connect();
    await other.query('SET search_path = s, public');
    assert.equal(await both('SELECT v FROM t', other), 'one two');
    assert.equal(await both('SELECT v FROM t'), 'A b c');
    await other.query('SET search_path = public');
    await other.query('BEGIN');
    await other.query('SET LOCAL search_path = s');
    assert.equal((await other.query('SELECT v FROM t')).rowCount, 2);
    await other.query('ROLLBACK');
    await other.query('BEGIN');
    await other.query('CREATE TABLE made (id int PRIMARY KEY)');
    assert.equal(await both('SELECT * FROM made', other), '');
    await other.query('ROLLBACK');
  });

  it('come in the order of the key that the table has by now', async () => {
    const client = await WireClient.session(cluster);
    const answers = async (...frames: Buffer[]): Promise<string[]> => {
      client.send(...frames, m.SYNC);
      return (await client.until('ready')).filter(answer => /^(?:dataRow|error)/.test(answer));
    };
    const ddl = (sql: string) => answers(m.parse('', sql), m.bind('', ''), m.execute());
    await ddl('CREATE TABLE changing (a int PRIMARY KEY, b int)');
    await ddl('INSERT INTO changing VALUES (2, 1), (1, 2)');
    await answers(m.parse('read', 'SELECT b FROM changing'));
    await answers(m.parse('all', 'SELECT * FROM changing'));
    const read = () => answers(m.bind('', 'read'), m.execute());
    assert.deepEqual(await read(), ['dataRow ["2"]', 'dataRow ["1"]']);
    await ddl('ALTER TABLE changing RENAME COLUMN a TO z');
    assert.deepEqual(await read(), ['dataRow ["2"]', 'dataRow ["1"]']);
    assert.deepEqual(await answers(m.bind('', 'all'), m.execute()), [
      'error ERROR 0A000 cached plan must not change result type',
    ]);
    await admin.query('ALTER TABLE changing RENAME COLUMN z TO y');
    assert.deepEqual(await read(), ['error ERROR 40001 schema has been updated by another transaction (OC001)']);
    assert.deepEqual(await read(), ['dataRow ["2"]', 'dataRow ["1"]']);
    await ddl('DROP TABLE changing');
    await ddl('CREATE TABLE changing (c int, b int PRIMARY KEY)');
    await ddl('INSERT INTO changing VALUES (1, 2), (2, 1)');
    assert.deepEqual(await read(), ['dataRow ["1"]', 'dataRow ["2"]']);
    client.close();
  });

  it('may have been asked for by a key that was renamed meanwhile: OC001, as for whoever knows the table of old', async () => {
    await admin.query('CREATE TABLE renamed (a int PRIMARY KEY, b int)');
    const named = { name: 'renamed', text: 'SELECT * FROM renamed LIMIT 5' };
    await admin.query(named);
    const beneath = await connectBeneath(cluster.postgres.address);
    await beneath.query('ALTER TABLE renamed RENAME COLUMN a TO z');
    await beneath.end();
    const stale = { code: '40001', message: 'schema has been updated by another transaction (OC001)' };
    for (const queryMode of ['simple', 'extended']) {
      await assert.rejects(admin.query({ text: 'SELECT b FROM renamed', queryMode } as pg.QueryConfig), stale);
      await assert.rejects(admin.query({ text: 'SELECT a FROM renamed LIMIT 1', queryMode } as pg.QueryConfig), {
        code: '42703',
        position: '8',
      });
    }
    await assert.rejects(admin.query(named), stale);
    await admin.query('BEGIN');
    await assert.rejects(admin.query('SELECT b FROM renamed'), stale);
    await admin.query('ROLLBACK');
  });

  it('come part by part in the same order, also after the transaction has written', async () => {
    const client = await WireClient.session(cluster);
    client.send(
      ...[m.parse('', 'BEGIN'), m.bind('', ''), m.execute()],
      ...[m.parse('', 'SELECT id FROM t'), m.bind('part', ''), m.execute('part', 1), m.SYNC],
    );
    const first = (await client.until('ready')).filter(answer => answer.startsWith('dataRow'));
    client.send(
      ...[m.parse('', "UPDATE t SET v = 'B' WHERE id = 2"), m.bind('', ''), m.execute()],
      ...[m.execute('part', 1), m.execute('part', 0), m.SYNC],
    );
    const rest = (await client.until('ready')).filter(answer => answer.startsWith('dataRow'));
    assert.deepEqual([...first, ...rest], ['dataRow ["1"]', 'dataRow ["2"]', 'dataRow ["3"]']);
    client.close();
  });

  it('come in that order to a transaction that has lost, with its own changes', async () => {
    const [loser, winner] = [await cluster.connect(), await cluster.connect()];
    await loser.query('BEGIN');
    await loser.query("UPDATE t SET v = 'lost' WHERE id = 1");
    await winner.query("UPDATE t SET v = 'A' WHERE id = 1");
    await loser.query("UPDATE public.t SET v = 'lost, too' WHERE id = 2");
    assert.equal(await both('SELECT v FROM t', loser), 'lost lost, too c');
    assert.equal(await both('SELECT v FROM public.t LIMIT 2', loser), 'lost lost, too');
    await assert.rejects(loser.query('COMMIT'), { code: '40001' });
    assert.equal(await both('SELECT v FROM t'), 'A b c');
  });

  it('have plans of their own, without a sort that nobody asked for', async () => {
    const plan = await both('EXPLAIN (COSTS OFF) SELECT v FROM t WHERE n = 1');
    assert.match(plan, /^(?:Full Scan|Index Only Scan)/);
    assert.doesNotMatch(plan, /Sort/);
  });

  it('leaves errors where they are in the text, and prepared texts as they were sent', async () => {
    for (const queryMode of ['simple', 'extended']) {
      const text = "SELECT id FROM t LIMIT 'nope'";
      await assert.rejects(admin.query({ text, queryMode } as pg.QueryConfig), {
        message: 'invalid input syntax for type bigint: "nope"',
        position: String(text.indexOf("'nope'") + 1),
      });
    }
    const text = 'SELECT v FROM t WHERE n > $1 LIMIT 5';
    await admin.query({ name: 'kept', text, values: [0] });
    const { rows } = await admin.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements');
    assert.ok(rows.some(({ statement }) => statement === text));
  });
});
