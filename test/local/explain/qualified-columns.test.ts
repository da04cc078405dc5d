import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { connectBeneath } from '../../support/postgres';

/**
 * Above scans PostgreSQL prints columns with their table as soon as the statement has a second entry in FROM, also one that is no longer
 * in the plan: a subquery or view that was pulled up, a join that was removed.
 */
const STATEMENTS = [
  'SELECT payer FROM tx ORDER BY payer + 1',
  'SELECT x.payer FROM public.tx x ORDER BY payer + 1',
  'SELECT payer, sum(amount) FROM tx GROUP BY payer HAVING sum(amount) > 10',
  'SELECT t.a FROM (SELECT payer AS a FROM tx) t ORDER BY t.a + 1',
  'SELECT s.a, count(*) FROM (SELECT payer AS a FROM tx WHERE amount > 3) s GROUP BY s.a',
  'SELECT p FROM payers WHERE p > 3 ORDER BY p + 1',
  'WITH c AS (SELECT payer, sum(amount) s FROM tx GROUP BY payer) SELECT * FROM c WHERE s > 5',
  'SELECT payer FROM tx UNION SELECT 1',
  'SELECT t.payer FROM tx t LEFT JOIN acc a ON a.id = t.payer ORDER BY t.payer + 1',
  'SELECT * FROM (VALUES (1), (2)) v(x) ORDER BY x',
  'SELECT n FROM generate_series(1, 3) n ORDER BY n',
  'SELECT * FROM generate_series(1, 3) GROUP BY 1',
  'SELECT n FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) f(n, m) ORDER BY n',
  'SELECT n FROM generate_series(1, 3) n JOIN tx ON payer = n ORDER BY n',
  'SELECT n FROM generate_series(1, 3) n, generate_series(1, 2) m ORDER BY n + m',
  'SELECT payer FROM tx WHERE payer IN (SELECT generate_series(1, 3)) ORDER BY payer + 1',
  'SELECT (SELECT payer FROM tx GROUP BY payer LIMIT 1)',
  'SELECT payer FROM tx WHERE amount = (SELECT 1) ORDER BY payer',
  'SELECT max(id), min(id) FROM tx GROUP BY payer',
  'UPDATE tx SET amount = 0 WHERE id IN (1, 2) RETURNING payer',
  'INSERT INTO acc (id, owner) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET owner = 3 WHERE acc.owner > 1',
];
const LINES = /^\s*(?:Sort Key|Group Key|Presorted Key|Filter: .*sum|Conflict Filter)/;

describe('columns in a plan', () => {
  let cluster: TestGateway;
  let client: pg.Client;
  let beneath: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    client = await cluster.connect();
    await client.query('CREATE TABLE acc (id int PRIMARY KEY, owner int)');
    await client.query('CREATE TABLE tx (id int PRIMARY KEY, payer int, amount int)');
    await client.query('CREATE VIEW payers AS SELECT payer AS p FROM tx');
    beneath = await connectBeneath(cluster.postgres.address);
    await beneath.query('SET search_path = public');
  });
  after(async () => {
    await beneath?.end();
    await cluster?.close();
  });

  const keys = async (connection: pg.Client, sql: string): Promise<string[]> => {
    const { rows } = await connection.query<[string]>({ text: `EXPLAIN (COSTS OFF) ${sql}`, rowMode: 'array' });
    return rows.flatMap(([line]) => (LINES.test(line) ? line.trim() : []));
  };

  for (const sql of STATEMENTS)
    it(`are named as PostgreSQL names them: ${sql}`, async () =>
      assert.deepEqual(await keys(client, sql), await keys(beneath, sql)));
});
