import assert from 'node:assert/strict';
import type pg from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway';

/** Statements are rewritten on their way to PostgreSQL; whoever prepared them knows them as they were sent. */
describe('pg_prepared_statements', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
  });
  after(() => cluster?.close());

  const texts = [
    'SELECT count(*) FROM pg_class -- of relations\nWHERE relname = $1',
    'SELECT proname AS "ü\\" FROM pg_catalog.pg_proc /* all */ WHERE proname = $1;',
    'SELECT oid\r\nFROM pg_type WHERE typname = $1',
    'EXPLAIN SELECT * FROM pg_namespace WHERE nspname = $1',
    'SELECT $1::text',
  ];

  it('has the texts that clients sent', async () => {
    for (const [at, text] of texts.entries()) {
      await admin.query({ name: `s${at}`, text, values: ['x'] });
      const { rows } = await admin.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements');
      assert.ok(
        rows.some(({ statement }) => statement === text),
        `${JSON.stringify(text)} is none of ${JSON.stringify(rows)}`,
      );
    }
  });

  it('names nothing that the cluster has for itself', async () => {
    const { rows } = await admin.query(
      "SELECT statement FROM pg_prepared_statements WHERE statement ~ 'dsql_(pg|engine|internal)'",
    );
    assert.deepEqual(rows, []);
  });

  it('is not led astray by a text that looks like the end of another', async () => {
    const text = 'SELECT 2\n--\u0003other\u0001\nWHERE $1::text IS NULL';
    await admin.query({ name: 'astray', text, values: ['x'] });
    const { rows } = await admin.query<{ count: string }>('SELECT count(*) FROM pg_prepared_statements');
    assert.ok(Number(rows[0]?.count) > 0);
  });
});
