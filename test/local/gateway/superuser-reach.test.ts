import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { until } from '../../support/postgres';

/**
 * The cluster's own work is done by PostgreSQL's superuser, who may read files and start programs as the user of this machine. Whatever a
 * client defines or sends must run as a role of the client's, whoever causes it to run.
 */
describe('the superuser beneath, and what clients define', () => {
  let cluster: TestGateway;
  let admin: pg.Client;

  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    // outside of transactions: it remembers also what was rolled back
    await admin.query('CREATE SEQUENCE seen CACHE 1');
    await admin.query(`CREATE FUNCTION look() RETURNS boolean LANGUAGE sql VOLATILE AS
      $$ SELECT CASE WHEN current_user = 'dsql_system' THEN nextval('public.seen') > 0 ELSE true END $$`);
    await admin.query(`CREATE FUNCTION look(text) RETURNS text LANGUAGE sql IMMUTABLE AS
      $$ SELECT CASE WHEN public.look() THEN lower($1) END $$`);
  });
  after(() => cluster?.close());

  /** A test at whose end no function of a client's has run as the superuser. */
  const holds = (title: string, test: () => Promise<void>): void => {
    it(title, async () => {
      await test();
      const { rows } = await admin.query<{ is_called: boolean }>('SELECT is_called FROM seen');
      await admin.query(`SELECT setval('seen', 1, false)`);
      assert.deepEqual(rows, [{ is_called: false }], 'a function of a client has run as the superuser');
    });
  };

  /** Runs a statement that starts a job, and waits for that. */
  async function job(sql: string): Promise<string> {
    const { rows } = await admin.query<{ job_id: string }>(sql);
    return outcome(rows[0]!.job_id);
  }

  async function outcome(jobId: string): Promise<string> {
    await admin.query(`CALL sys.wait_for_job('${jobId}')`);
    const { rows } = await admin.query<{ status: string }>('SELECT status FROM sys.jobs WHERE job_id = $1', [jobId]);
    return rows[0]!.status;
  }

  holds('the validation of a constraint calls functions as the role that asked for it', async () => {
    await admin.query('CREATE TABLE checked (id int PRIMARY KEY)');
    await admin.query('INSERT INTO checked VALUES (1)');
    await admin.query('ALTER TABLE checked ADD CONSTRAINT looked CHECK (look()) NOT VALID');
    assert.equal(await job('ALTER TABLE ASYNC checked VALIDATE CONSTRAINT looked'), 'completed');
    const { rows } = await admin.query(`SELECT convalidated FROM pg_constraint WHERE conname = 'looked'`);
    assert.deepEqual(rows, [{ convalidated: true }]);
  });

  holds('a constraint that rows violate is not validated', async () => {
    await admin.query('CREATE TABLE violated (id int PRIMARY KEY)');
    await admin.query('INSERT INTO violated VALUES (1)');
    await admin.query('ALTER TABLE violated ADD CONSTRAINT large CHECK (look() AND id > 1) NOT VALID');
    assert.equal(await job('ALTER TABLE ASYNC violated VALIDATE CONSTRAINT large'), 'failed');
  });

  holds('a constraint is validated for whoever has set the role of the owner', async () => {
    await admin.query('CREATE ROLE keeper');
    await admin.query('GRANT keeper TO admin');
    await admin.query('CREATE SCHEMA kept');
    await admin.query('GRANT ALL ON SCHEMA kept TO keeper');
    for (const sql of [
      'CREATE TABLE kept.things (id int PRIMARY KEY)',
      'INSERT INTO kept.things VALUES (1)',
      'ALTER TABLE kept.things ADD CONSTRAINT looked CHECK (public.look()) NOT VALID',
    ])
      await admin.query(`BEGIN; SET LOCAL ROLE keeper; ${sql}; COMMIT`);
    await admin.query('BEGIN');
    await admin.query('SET LOCAL ROLE keeper');
    const { rows } = await admin.query<{ job_id: string }>('ALTER TABLE ASYNC kept.things VALIDATE CONSTRAINT looked');
    await admin.query('COMMIT');
    assert.equal(await outcome(rows[0]!.job_id), 'completed');
  });

  holds('the build of an index calls functions as its owner', async () => {
    await admin.query('CREATE TABLE indexed (id int PRIMARY KEY, name text)');
    await admin.query(`INSERT INTO indexed VALUES (1, 'a')`);
    assert.equal(await job('CREATE INDEX ASYNC looked ON indexed (look(name)) WHERE look(name) > $$$$'), 'completed');
    assert.equal(await job('CREATE UNIQUE INDEX ASYNC looked_once ON indexed (look(name))'), 'completed');
  });

  holds('functions of the names that the cluster itself calls are not called in their place', async () => {
    await admin.query('CREATE TABLE parents (id int PRIMARY KEY)');
    // a better match than PostgreSQL's own, which takes "any"
    await admin.query(`CREATE FUNCTION format(text, name, name) RETURNS text LANGUAGE sql AS
      $$ SELECT pg_catalog.format($1, $2, $3) || left(look()::text, 0) $$`);
    await admin.query(`CREATE FUNCTION pg_relation_size(oid) RETURNS bigint LANGUAGE sql AS
      $$ SELECT length(look()::text)::bigint $$`);
    await admin.query('CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents)');
    await admin.query('INSERT INTO parents VALUES (1)');
    await admin.query('INSERT INTO children VALUES (1, 1)');
    assert.equal(await job('CREATE INDEX ASYNC of_parents ON children (parent)'), 'completed');
    const other = await cluster.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM parents');
    await admin.query('BEGIN');
    await admin.query('WITH locked AS (SELECT * FROM parents FOR UPDATE) SELECT * FROM locked');
    await admin.query('COMMIT');
    await other.query('UPDATE parents SET id = id');
    await assert.rejects(other.query('COMMIT'), { code: '40001' });
    await admin.query('DROP FUNCTION format(text, name, name)');
    await admin.query('DROP FUNCTION pg_relation_size(oid)');
  });

  for (const lock of ['FOR UPDATE', 'FOR KEY SHARE'])
    holds(`which rows a committed transaction had locked ${lock} is asked as the role that locked them`, async () => {
      const table = lock.toLowerCase().replaceAll(' ', '_');
      await admin.query(`CREATE TABLE ${table} (id int PRIMARY KEY)`);
      await admin.query(`INSERT INTO ${table} VALUES (1), (2), (3)`);
      await admin.query(`CREATE ROLE locks_${table} WITH LOGIN`);
      await admin.query(`GRANT SELECT, UPDATE ON ${table} TO locks_${table}`);
      const locker = await cluster.connect(`locks_${table}`);
      const [meets, passes] = [await cluster.connect(), await cluster.connect()];
      for (const client of [meets, passes]) {
        await client.query('BEGIN');
        await client.query(`SELECT FROM ${table}`);
      }
      await locker.query('BEGIN');
      await locker.query(`SELECT * FROM ${table} WHERE id = 1 AND look() ${lock}`);
      await locker.query('COMMIT');
      await meets.query(`DELETE FROM ${table} WHERE id = 1`);
      await passes.query(`DELETE FROM ${table} WHERE id = 2`);
      await passes.query('COMMIT');
      await assert.rejects(meets.query('COMMIT'), { code: '40001' });
    });

  holds('an index that waits for another has expressions that are worked out as the owner', async () => {
    await admin.query('CREATE TABLE waiting (id int PRIMARY KEY, word text)');
    const ids = [];
    for (const column of ['id', `(word || look('X'))`]) {
      const { rows } = await admin.query<{ job_id: string }>(`CREATE INDEX ASYNC ON waiting (${column})`);
      ids.push(rows[0]!.job_id);
    }
    for (const id of ids) assert.equal(await outcome(id), 'completed');
  });

  /** A table whose index calls a function with a constant, which planners work out for each statement on the table. */
  async function calling(table: string, columns: string): Promise<void> {
    await admin.query(`CREATE TABLE ${table} (id int PRIMARY KEY, word text, ${columns})`);
    assert.equal(await job(`CREATE INDEX ASYNC ON ${table} (word, (word || look('X')))`), 'completed');
  }

  holds('statistics of a table are collected without a plan of the superuser', async () => {
    const started = `SELECT count(*)::int AS left FROM sys.jobs WHERE job_type = 'ANALYZE' AND status <> 'completed'`;
    await calling('analysed', 'a int');
    await admin.query(`INSERT INTO analysed SELECT i, 'w' FROM generate_series(1, 200) AS i`);
    await until(async () => (await admin.query<{ left: number }>(started)).rows[0]!.left === 0, 'the ANALYZE jobs');
  });

  holds('rows that are held in a table that calls functions are told without a plan of the superuser', async () => {
    await calling('held', 'a int');
    await admin.query(`INSERT INTO held VALUES (1), (2)`);
    const other = await cluster.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM held');
    await admin.query('BEGIN');
    await admin.query('WITH locked AS (SELECT * FROM held WHERE id = 1 FOR UPDATE) SELECT * FROM locked');
    await admin.query('COMMIT');
    await other.query('UPDATE held SET a = 1 WHERE id = 1');
    await assert.rejects(other.query('COMMIT'), { code: '40001' });
  });

  holds('children that were made meanwhile are looked for without a plan of the superuser', async () => {
    await calling('mothers', 'a int');
    await calling('daughters', 'mother int REFERENCES mothers');
    await admin.query('INSERT INTO mothers VALUES (1)');
    const other = await cluster.connect();
    await other.query('BEGIN');
    await other.query('SELECT * FROM mothers WHERE id = 1 FOR UPDATE');
    await admin.query('INSERT INTO daughters (id, mother) VALUES (1, 1)');
    await other.query('COMMIT').catch(() => undefined);
  });

  holds('the private copies of a transaction that has lost call functions as no superuser', async () => {
    await admin.query('CREATE TABLE copied (id int PRIMARY KEY, name text CHECK (look()))');
    await admin.query(`INSERT INTO copied VALUES (1, 'a')`);
    const other = await cluster.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM copied');
    await admin.query(`UPDATE copied SET name = 'b'`);
    await other.query(`UPDATE copied SET name = 'c'`);
    await other.query('INSERT INTO copied SELECT id + 1, name FROM copied');
    const { rows } = await other.query('SELECT id, name FROM copied ORDER BY id');
    assert.deepEqual(rows, [
      { id: 1, name: 'c' },
      { id: 2, name: 'c' },
    ]);
    await assert.rejects(other.query('COMMIT'), { code: '40001' });
  });

  describe('a role that may not read a table', () => {
    let schema: string;
    let number = 0;
    before(async () => {
      await admin.query('CREATE TABLE hidden (id int PRIMARY KEY, word text)');
      await admin.query(`INSERT INTO hidden VALUES (1, 'top')`);
    });
    beforeEach(async () => {
      schema = `prying${++number}`;
      await admin.query(`CREATE ROLE ${schema} WITH LOGIN`);
      await admin.query(`CREATE SCHEMA ${schema}`);
      await admin.query(`GRANT ALL ON SCHEMA ${schema} TO ${schema}`);
    });

    /** A client of the role that has a function `word()`, which reads the table once another than the role runs it. */
    async function pryer(): Promise<pg.Client> {
      const client = await cluster.connect(schema);
      await client.query(`SET search_path = ${schema}`);
      await client.query(
        `CREATE FUNCTION peek() RETURNS text LANGUAGE sql STABLE AS 'SELECT max(word) FROM public.hidden'`,
      );
      await client.query(`CREATE FUNCTION word(int) RETURNS text LANGUAGE sql IMMUTABLE AS
        $$ SELECT CASE WHEN current_user = '${schema}' THEN 'own' ELSE ${schema}.peek() END $$`);
      return client;
    }

    /** What a transaction that has lost reads in `things`, or the SQLSTATE of its statements. */
    async function readAfterLoss(loser: pg.Client, relation = 'things'): Promise<unknown> {
      const other = await cluster.connect(schema);
      await loser.query('BEGIN');
      await loser.query('SELECT FROM things');
      await other.query(`UPDATE ${schema}.things SET a = 2`);
      try {
        await loser.query('UPDATE things SET a = 3');
        return (await loser.query(`SELECT * FROM ${relation}`)).rows;
      } catch (error) {
        return (error as pg.DatabaseError).code;
      } finally {
        await loser.query('ROLLBACK');
      }
    }

    const tables: [string, string][] = [
      ['a generated column', 'id int PRIMARY KEY, a int, b text GENERATED ALWAYS AS (word(id)) STORED'],
      ['a CHECK', `id int PRIMARY KEY, a int, CHECK (word(id) = 'own')`],
      ['a type of its own', 'id int PRIMARY KEY, a int, b checked'],
    ];
    for (const [what, columns] of tables)
      it(`does not do so by ${what} of a table that is copied for it`, async () => {
        const client = await pryer();
        await client.query(`CREATE DOMAIN checked AS text CHECK (word(length(value)) = 'own')`);
        await client.query(`CREATE TABLE things (${columns})`);
        await client.query('INSERT INTO things (id, a) VALUES (1, 1)');
        assert.equal(await readAfterLoss(client), '40001');
      });

    it('does not do so by views of its own that are made anew over the copies', async () => {
      const client = await pryer();
      await client.query('CREATE TABLE things (id int PRIMARY KEY, a int)');
      await client.query('INSERT INTO things VALUES (1, 1)');
      for (const [query, answer] of [
        ['SELECT t.id, word FROM things t, public.hidden', '40001'],
        ['SELECT id, (SELECT word FROM public.hidden) AS word FROM things', '40001'],
        ['SELECT id, peek() AS word FROM things', '40001'],
        ['SELECT id, word(id) AS word FROM things', [{ id: 1, word: 'own' }]],
      ] as const) {
        await client.query(`CREATE OR REPLACE VIEW prying AS ${query}`);
        assert.deepEqual(await readAfterLoss(client, 'prying'), answer, query);
      }
    });

    it('reads and writes a view of a table that it may not read, over copies too, and still not the table', async () => {
      await admin.query('CREATE TABLE shown (id int PRIMARY KEY, word text)');
      await admin.query('CREATE VIEW short AS SELECT * FROM shown WHERE length(word) < 5');
      await admin.query(`INSERT INTO shown VALUES (1, 'one'), (2, 'secret')`);
      await admin.query(`GRANT SELECT, UPDATE ON short TO ${schema}`);
      const client = await cluster.connect(schema);
      await client.query('BEGIN');
      await client.query('SELECT FROM short');
      await admin.query(`UPDATE shown SET word = 'two'`);
      await client.query(`UPDATE short SET word = word || '!' WHERE id = 1`);
      assert.deepEqual((await client.query('SELECT * FROM short')).rows, [{ id: 1, word: 'one!' }]);
      await assert.rejects(client.query('SELECT * FROM shown'), { code: '42501' });
      await client.query('ROLLBACK');
      await admin.query('DROP VIEW short');
      await admin.query('DROP TABLE shown');
    });

    it('is told the plan of a table whose index calls a function, and nothing else', async () => {
      const client = await pryer();
      await client.query(`CREATE FUNCTION told() RETURNS int LANGUAGE sql IMMUTABLE AS
        $$ SELECT CASE WHEN current_user = '${schema}' THEN 1 ELSE ${schema}.peek()::int END $$`);
      await client.query('CREATE TABLE things (id int PRIMARY KEY, a int)');
      const { rows } = await client.query<{ job_id: string }>('CREATE INDEX ASYNC ON things ((a + told()))');
      await client.query(`CALL sys.wait_for_job('${rows[0]!.job_id}')`);
      assert.ok((await client.query('EXPLAIN SELECT * FROM things')).rows.length > 0);
    });

    it('loses with copies all the same where its tables call no functions', async () => {
      const client = await pryer();
      await client.query(
        `CREATE TABLE things (id int PRIMARY KEY, a int DEFAULT 1 CHECK (a > 0), b timestamptz DEFAULT now())`,
      );
      await client.query(`INSERT INTO things (id, b) VALUES (1, NULL)`);
      assert.deepEqual(await readAfterLoss(client), [{ id: 1, a: 3, b: null }]);
    });

    it('sends no statement as the text of a function, past what judges statements', async () => {
      const client = await pryer();
      for (const call of [
        `query_to_xml('SELECT pg_export_snapshot()', true, true, '')`,
        `query_to_xmlschema('SELECT 1', true, true, '')`,
        `query_to_xml_and_xmlschema('SELECT 1', true, true, '')`,
        `ts_stat('SELECT to_tsvector(word) FROM public.hidden')`,
        `ts_stat('SELECT to_tsvector(word) FROM public.hidden', 'a')`,
        `ts_rewrite('a'::tsquery, 'SELECT target, substitute FROM synonyms')`,
      ])
        await assert.rejects(client.query(`SELECT ${call}`), {
          code: '42501',
          message: `permission denied for function ${call.slice(0, call.indexOf('('))}`,
        });
    });

    it('walks through no schemas that others may drop meanwhile, which takes PostgreSQL down', async () => {
      const client = await pryer();
      for (const name of ['to_xml', 'to_xmlschema', 'to_xml_and_xmlschema'])
        for (const call of [`database_${name}(true, true, '')`, `schema_${name}('public', true, true, '')`])
          await assert.rejects(client.query(`SELECT ${call}`), { code: '42501' }, call);
    });
  });
});
