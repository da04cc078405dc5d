import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { answerOf, OC001 } from '../../support/isolation-session';

describe('OC001 in the scope of the session', () => {
  let cluster: TestGateway;
  let a: pg.Client;
  let b: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    a = await cluster.connect();
    b = await cluster.connect();
    await a.query('CREATE TABLE t (id int PRIMARY KEY)');
    await a.query('CREATE TABLE other (id int PRIMARY KEY)');
    await a.query('CREATE ROLE teller WITH LOGIN');
  });
  after(() => cluster?.close());

  for (const protocol of ['simple', 'extended'] as const)
    for (const change of [
      `ALTER TABLE t ADD COLUMN ${protocol} text`,
      'GRANT SELECT ON t TO teller',
      'REVOKE SELECT ON t FROM teller',
      `ALTER TABLE t DROP COLUMN ${protocol}`,
      `CREATE INDEX ASYNC t_${protocol} ON t (id)`,
    ])
      it(`${change}: once in each session that knew the table (${protocol})`, async () => {
        assert.equal(await answerOf(b, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(b, 'SELECT id FROM other', protocol), 'SELECT 0');
        const answer = await answerOf(a, change);
        assert.ok(!answer.startsWith('ERROR'), answer);
        const fresh = await cluster.connect();
        assert.equal(await answerOf(fresh, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(b, 'SELECT id FROM t', protocol), OC001);
        assert.equal(await answerOf(b, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(a, 'SELECT id FROM t', protocol), 'SELECT 0');
        assert.equal(await answerOf(b, 'SELECT id FROM other', protocol), 'SELECT 0');
      });

  for (const protocol of ['simple', 'extended'] as const)
    describe(`which relation a name means (${protocol})`, () => {
      const ask = (client: pg.Client, sql: string): Promise<string> => answerOf(client, sql, protocol);
      before(async () => {
        for (const schema of ['s1', 's2']) {
          await a.query(`CREATE SCHEMA ${schema}`);
          await a.query(`CREATE TABLE ${schema}.t (id int PRIMARY KEY, v int)`);
        }
      });
      after(async () => {
        for (const schema of ['s1', 's2']) await a.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      });
      /** A session that has used `sql`'s relations. */
      const knowing = async (...sql: string[]): Promise<pg.Client> => {
        const client = await cluster.connect();
        for (const each of sql) assert.doesNotMatch(await ask(client, each), /^ERROR/);
        return client;
      };

      it('not the table of the same name in another schema', async () => {
        const client = await knowing('SELECT id FROM s1.t', 'SELECT id FROM public.t', 'SELECT id FROM t');
        await a.query(`ALTER TABLE s2.t ADD COLUMN of_${protocol} text`);
        for (const name of ['s1.t', 'public.t', 't'])
          assert.equal(await ask(client, `SELECT id FROM ${name}`), 'SELECT 0');
      });

      it('search_path says', async () => {
        const s1 = await knowing('SET search_path = s1', 'SELECT id FROM t');
        const s2 = await knowing('SET search_path = "s2", public', 'SELECT id FROM t');
        await a.query(`ALTER TABLE s1.t ADD COLUMN path_${protocol} text`);
        assert.equal(await ask(s2, 'SELECT id FROM t'), 'SELECT 0');
        assert.equal(await ask(s1, 'SELECT id FROM t'), OC001);
        assert.equal(await ask(s1, 'SELECT id FROM t'), 'SELECT 0');
        await ask(s2, `ALTER TABLE t ADD COLUMN by_name_${protocol} text`);
        const qualified = await knowing('SELECT id FROM s2.t');
        await ask(s2, `ALTER TABLE t DROP COLUMN by_name_${protocol}`);
        assert.equal(await ask(qualified, 'SELECT id FROM s2.t'), OC001);
      });

      it('all tables of a schema, not those of others', async () => {
        const client = await knowing('SELECT id FROM s1.t', 'SELECT id FROM s2.t', 'SELECT count(*) FROM pg_class');
        await a.query('GRANT SELECT ON ALL TABLES IN SCHEMA s1 TO teller');
        assert.equal(await ask(client, 'SELECT id FROM s2.t'), 'SELECT 0');
        assert.match(await ask(client, 'SELECT count(*) FROM pg_class'), /^SELECT 1/);
        assert.equal(await ask(client, 'SELECT id FROM s1.t'), OC001);
        assert.equal(await ask(client, 'SELECT id FROM s1.t'), 'SELECT 0');
        assert.equal(await ask(a, 'SELECT id FROM s1.t'), 'SELECT 0');
      });
    });

  it('a prepared statement hears it before what has become of its columns', async () => {
    await a.query('CREATE TABLE p (id int PRIMARY KEY, v int)');
    const statement = { name: 'p', text: 'SELECT v FROM p WHERE id = $1', values: [1] };
    await b.query(statement);
    await a.query('ALTER TABLE p DROP COLUMN v');
    await assert.rejects(b.query(statement), { code: '40001', message: /OC001/ });
    await assert.rejects(b.query(statement), { code: '42703' });
  });

  it('an INSERT too long to be read through', async () => {
    await a.query('CREATE TABLE bulk (id int PRIMARY KEY, v text)');
    const insert = (from: number): string =>
      `INSERT INTO bulk VALUES ${Array.from({ length: 2000 }, (_, n) => `(${from + n}, 'row ${from + n}')`).join(', ')}`;
    assert.equal(await answerOf(b, insert(0)), 'INSERT 2000');
    await a.query('ALTER TABLE bulk ADD COLUMN w int');
    assert.equal(await answerOf(b, insert(2000)), OC001);
    assert.equal(await answerOf(b, insert(2000)), 'INSERT 2000');
  });

  it('not of what was there already', async () => {
    await a.query('CREATE TABLE kept (id int PRIMARY KEY)');
    assert.equal(await answerOf(b, 'SELECT id FROM kept'), 'SELECT 0');
    for (const protocol of ['simple', 'extended'] as const)
      assert.equal(await answerOf(a, 'CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)', protocol), 'CREATE');
    assert.equal(await answerOf(b, 'SELECT id FROM kept'), 'SELECT 0');
    assert.equal(await answerOf(a, 'BEGIN; CREATE TABLE IF NOT EXISTS kept (id int); COMMIT'), 'BEGIN\nCREATE\nCOMMIT');
    assert.equal(await answerOf(b, 'SELECT id FROM kept'), 'SELECT 0');
    assert.equal(await answerOf(a, 'DROP TABLE IF EXISTS kept'), 'DROP');
    assert.equal(await answerOf(b, 'SELECT id FROM kept'), OC001);
  });

  for (const protocol of ['simple', 'extended'] as const)
    it(`a view whose table was changed, also through another view (${protocol})`, async () => {
      await a.query(`CREATE TABLE base_${protocol} (id int PRIMARY KEY)`);
      await a.query(`CREATE VIEW direct_${protocol} AS SELECT id FROM base_${protocol}`);
      await a.query(`CREATE VIEW indirect_${protocol} AS SELECT id FROM direct_${protocol}`);
      await a.query(`CREATE VIEW apart_${protocol} AS SELECT id FROM other`);
      const views = ['direct', 'indirect', 'apart'].map(name => `SELECT id FROM ${name}_${protocol}`);
      const sessions = await Promise.all(views.map(() => cluster.connect()));
      for (const [n, sql] of views.entries()) assert.equal(await answerOf(sessions[n]!, sql, protocol), 'SELECT 0');
      await a.query(`ALTER TABLE base_${protocol} ADD COLUMN v int`);
      for (const [n, sql] of views.entries()) {
        assert.equal(await answerOf(sessions[n]!, sql, protocol), sql.includes('apart') ? 'SELECT 0' : OC001);
        assert.equal(await answerOf(sessions[n]!, sql, protocol), 'SELECT 0');
        assert.equal(await answerOf(a, sql, protocol), 'SELECT 0');
      }
    });

  for (const protocol of ['simple', 'extended'] as const)
    it(`a table that is created after the snapshot is not in it (${protocol})`, async () => {
      const [name, old] = [`late_${protocol}`, `again_${protocol}`];
      await a.query(`CREATE TABLE ${old} (id int PRIMARY KEY)`);
      for (const [sql, expected] of [
        [`SELECT id FROM ${name}`, `ERROR 42P01 relation "${name}" does not exist`],
        [`INSERT INTO public.${name} VALUES (1)`, `ERROR 42P01 relation "public.${name}" does not exist`],
        [`SELECT id FROM ${old}`, OC001],
      ] as const) {
        const fresh = await cluster.connect();
        await fresh.query('BEGIN');
        await fresh.query('SELECT id FROM other');
        await a.query(`DROP TABLE ${old}`);
        for (const each of [name, old]) await a.query(`CREATE TABLE ${each} (id int PRIMARY KEY)`);
        assert.equal(await answerOf(fresh, sql, protocol), expected);
        assert.equal(await answerOf(fresh, 'ROLLBACK'), 'ROLLBACK');
        assert.equal(await answerOf(fresh, `SELECT id FROM ${name}`, protocol), 'SELECT 0');
        await a.query(`DROP TABLE ${name}`);
        await fresh.end();
      }
    });

  it('a table that is created between BEGIN and the snapshot may be in it', async () => {
    const fresh = await cluster.connect();
    await fresh.query('BEGIN');
    await a.query('CREATE TABLE meanwhile (id int PRIMARY KEY)');
    await fresh.query('SELECT id FROM other');
    assert.equal(await answerOf(fresh, 'SELECT id FROM meanwhile'), OC001);
    await fresh.end();
  });

  it('COPY', async () => {
    await a.query('CREATE TABLE copied (id int PRIMARY KEY)');
    assert.equal(await answerOf(b, 'SELECT id FROM copied'), 'SELECT 0');
    await a.query('GRANT SELECT ON copied TO teller');
    assert.equal(await answerOf(b, 'COPY copied FROM STDIN'), OC001);
  });
});
