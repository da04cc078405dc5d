import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC001, type Protocol } from '../../support/isolation-session';

/** DDL about table `t` that PostgreSQL refuses once it has the table to itself. */
const FAILING = [
  'ALTER TABLE t ADD COLUMN v int',
  'ALTER TABLE t DROP COLUMN missing',
  'ALTER TABLE t DROP COLUMN id',
  'ALTER TABLE t RENAME TO other',
  'ALTER TABLE t RENAME COLUMN v TO id',
  'ALTER TABLE t RENAME CONSTRAINT c TO t_pkey',
  'ALTER TABLE t SET SCHEMA s',
  'ALTER TABLE t ADD CONSTRAINT c CHECK (v > 5) NOT VALID',
  'ALTER TABLE t DROP CONSTRAINT missing',
  "ALTER TABLE t ALTER COLUMN v SET DEFAULT 'x'",
  'ALTER TABLE t ALTER COLUMN v DROP EXPRESSION',
  'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (missing) REFERENCES other NOT VALID',
  'CREATE OR REPLACE VIEW shown AS SELECT 1 AS one FROM t',
  'DROP TABLE t',
];

describe('DDL beside who has read its table', () => {
  let cluster: TestGateway;
  let ddl: pg.Client;
  let user: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    ddl = await cluster.connect();
    await ddl.query('CREATE SCHEMA s');
    for (const name of ['other', 's.t']) await ddl.query(`CREATE TABLE ${name} (id int PRIMARY KEY, v int)`);
    await ddl.query('INSERT INTO other VALUES (1, 1)');
  });
  beforeEach(async () => {
    [ddl, user] = [await cluster.connect(), await cluster.connect()];
    await ddl.query('CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL)');
    await ddl.query('INSERT INTO t VALUES (3, 3), (2, 2), (1, 1)');
    await ddl.query('CREATE VIEW shown AS SELECT id, v FROM t');
    await ddl.query('ALTER TABLE t ADD CONSTRAINT c CHECK (v > 0) NOT VALID');
  });
  afterEach(async () => {
    await Promise.all([ddl.end(), user.end()]);
    const last = await cluster.connect();
    await last.query('DROP VIEW shown');
    for (const table of ['t', 'renamed']) await last.query(`DROP TABLE IF EXISTS ${table}`);
    await last.end();
    assert.deepEqual(cluster.log, []);
  });
  after(() => cluster?.close());

  /** Plays `steps`, the user's but for those that begin with `d:`. */
  async function answers(steps: readonly string[], protocol: Protocol = 'simple'): Promise<string[]> {
    const answered: string[] = [];
    for (const step of steps)
      answered.push(await (step.startsWith('d:') ? answerOf(ddl, step.slice(2)) : answerOf(user, step, protocol)));
    return answered;
  }

  async function fails(sql: string): Promise<void> {
    assert.match(await answerOf(ddl, sql), /^ERROR (?!40001)/, sql);
  }

  it('that commits is heard of by who has read its table in a function of a view', async () => {
    await ddl.query("CREATE FUNCTION total() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT sum(v) FROM t'");
    await ddl.query('CREATE VIEW totals AS SELECT total() AS n');
    try {
      await answers(['BEGIN', 'SELECT n FROM totals', 'd:ALTER TABLE t ADD COLUMN v int']);
      assert.deepEqual(
        await answers(['d:ALTER TABLE t ADD COLUMN w int', 'SELECT v FROM other', 'SELECT n FROM totals', 'COMMIT']),
        ['ALTER', 'SELECT 1\n  1', OC001, 'ROLLBACK'],
      );
    } finally {
      const last = await cluster.connect();
      await last.query('DROP VIEW totals');
      await last.query('DROP FUNCTION total');
    }
  });

  for (const protocol of ['simple', 'extended', 'fetched'] as const) {
    it(`that fails is heard of by nobody who reads (${protocol})`, async () => {
      for (const begin of ['BEGIN', 'BEGIN READ ONLY']) {
        await answers([begin, 'SELECT v FROM t', 'SELECT v FROM shown']);
        for (const sql of FAILING) {
          await fails(sql);
          assert.equal(await answerOf(user, 'SELECT v FROM t ORDER BY id', protocol), 'SELECT 3\n  1\n  2\n  3', sql);
          await answerOf(user, 'SELECT v FROM shown', protocol);
        }
        assert.equal(await answerOf(user, 'COMMIT'), 'COMMIT');
      }
    });

    it(`that fails is heard of by nobody who has read and writes (${protocol})`, async () => {
      await answers(['BEGIN', 'SET LOCAL search_path = public, s', 'SELECT v FROM shown']);
      for (const sql of FAILING) {
        assert.equal(await answerOf(user, 'UPDATE t SET v = v + 1 WHERE id = 1', protocol), 'UPDATE 1');
        await fails(sql);
      }
      assert.equal(await answerOf(user, 'SHOW search_path', protocol), 'SHOW\n  public, s');
      assert.equal(await answerOf(user, 'COMMIT'), 'COMMIT');
      assert.equal(await answerOf(user, 'SELECT v FROM t WHERE id = 1'), `SELECT 1\n  ${1 + FAILING.length}`);
    });

    it(`that fails leaves a reader its snapshot (${protocol})`, async () => {
      await answers(['BEGIN', 'SELECT v FROM t']);
      await ddl.query('UPDATE t SET v = 20 WHERE id = 2');
      await fails('ALTER TABLE t ADD COLUMN v int');
      await ddl.query('UPDATE t SET v = 30 WHERE id = 3');
      assert.equal(await answerOf(user, 'SELECT v FROM t ORDER BY id', protocol), 'SELECT 3\n  1\n  2\n  3');
      assert.equal(await answerOf(user, 'COMMIT'), 'COMMIT');
    });

    it(`that fails gives no claims to who locks rows and may only read (${protocol})`, async () => {
      await answers(['BEGIN READ ONLY', 'SELECT v FROM t WHERE id = 1 FOR UPDATE'], protocol);
      await fails('ALTER TABLE t ADD COLUMN v int');
      await ddl.query('UPDATE t SET v = 20 WHERE id = 1');
      assert.deepEqual(await answers(['SELECT v FROM t WHERE id = 1', 'COMMIT'], protocol), [
        'SELECT 1\n  1',
        'COMMIT',
      ]);
    });

    it(`that commits is heard of where its table is named again, or at COMMIT (${protocol})`, async () => {
      const read = ['BEGIN', 'SELECT v FROM t WHERE id = 1'];
      const one = 'SELECT 1\n  1';
      assert.deepEqual(
        (await answers([...read, 'd:ALTER TABLE t ADD COLUMN w int', 'SELECT v FROM other', 'COMMIT'], protocol)).slice(
          2,
        ),
        ['ALTER', one, OC001],
      );
      assert.deepEqual(
        (await answers([...read, 'd:ALTER TABLE t DROP COLUMN w', 'SELECT v FROM shown', 'COMMIT'], protocol)).slice(2),
        ['ALTER', OC001, 'ROLLBACK'],
      );
    });

    it(`that commits is heard of by who has read its table in a function (${protocol})`, async () => {
      await ddl.query("CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS 'SELECT sum(v) FROM t'");
      try {
        const read = ['BEGIN', 'SELECT total()'];
        assert.deepEqual(
          await answers([...read, 'd:ALTER TABLE t ADD COLUMN v int', 'SELECT total()', 'COMMIT'], protocol),
          [
            ...['BEGIN', 'SELECT 1\n  6', 'ERROR 42701 column "v" of relation "t" already exists'],
            ...['SELECT 1\n  6', 'COMMIT'],
          ],
        );
        assert.deepEqual((await answers([...read, 'd:ALTER TABLE t ADD COLUMN w int', 'COMMIT'], protocol)).slice(2), [
          'ALTER',
          OC001,
        ]);
        await answers([...read, 'd:ALTER TABLE t ADD COLUMN v int']);
        assert.deepEqual(await answers(['d:ALTER TABLE t DROP COLUMN w', 'SELECT total()', 'COMMIT'], protocol), [
          'ALTER',
          OC001,
          'ROLLBACK',
        ]);
        assert.deepEqual(
          (await answers([...read, 'd:ALTER TABLE t RENAME TO renamed', 'SELECT total()', 'COMMIT'], protocol)).slice(
            2,
          ),
          ['ALTER', OC001, 'ROLLBACK'],
        );
      } finally {
        await (await cluster.connect()).query('DROP FUNCTION total');
      }
    });
  }
});
