import assert from 'node:assert/strict';
import type pg from 'pg';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';

describe('positions of errors', () => {
  let cluster: LocalCluster;
  let client: pg.Client;

  before(async () => {
    cluster = await startTestCluster();
    client = await connect(cluster.info);
    await client.query('CREATE TABLE t (id int PRIMARY KEY)');
  });
  after(async () => {
    await client.end();
    await cluster.close();
  });

  const refused = async (text: string, queryMode?: 'extended'): Promise<{ position?: string; table?: string }> => {
    try {
      await client.query({ text, ...(queryMode && { queryMode }) } as pg.QueryConfig);
    } catch (error) {
      return error as { position?: string };
    }
    return assert.fail(`no error: ${text}`);
  };
  /** Characters from 1, as the protocol counts. */
  const at = (text: string, word: string) => String([...text.slice(0, text.lastIndexOf(word))].length + 1);

  for (const text of [
    'SELECT nope FROM t',
    'SELECT 1; SELECT nope FROM t',
    "SELECT '😀é'; SELECT '😀', nope FROM t; SELECT 2",
    'SELECT 1; CREATE TABLE u (a int, m money)',
    'BEGIN; SELECT 1; SELECT nope; COMMIT',
    'SELECT 1; EXPLAIN ANALYZE SELECT nope FROM t',
    'EXPLAIN SELECT nope FROM t;',
    'EXPLAIN (COSTS OFF, VERBOSE) SELECT nope FROM t',
    "SELECT '😀', n.oid FROM pg_namespace n, pg_am WHERE nope",
    'SELECT 1; EXPLAIN SELECT pg_catalog.pg_am.oid FROM pg_catalog.pg_am WHERE nope',
    'CREATE TABLE u (a numeric DEFAULT 0, b nope)',
    'CREATE INDEX ASYNC ON t (id) WHERE nope > 1',
    'SELECT 1; CREATE UNIQUE INDEX /* 😀 */ async IF NOT EXISTS "😀é" ON ONLY public.t ((nope + 1)) INCLUDE (id);',
    'CREATE INDEX ASYNC ON t (id, (t.id + nope)) WHERE t.id > 1 AND public.t.id < 5',
  ]) {
    it(`are in the text that was sent: ${text}`, async () => {
      const word = text.includes('money') ? 'money' : 'nope';
      assert.equal((await refused(text)).position, at(text, word));
      await client.query('ROLLBACK');
      if (text.slice(0, -1).includes(';')) return;
      assert.equal((await refused(text, 'extended')).position, at(text, word));
    });
  }

  it('are at the option of an EXPLAIN that PostgreSQL refuses', async () => {
    const last = (text: string, word: string): string => String(text.lastIndexOf(word) + 1);
    for (const [text, option] of [
      ['EXPLAIN (NOPE) SELECT 1', 'NOPE'],
      ['SELECT 1; EXPLAIN (COSTS OFF, VERBOSE, "no pe" 1) SELECT 1', '"no pe"'],
      ["EXPLAIN (TIMING off, FORMAT 'costs') SELECT 1", 'FORMAT'],
    ] as const)
      assert.equal((await refused(text)).position, last(text, option), text);
    assert.equal((await refused('EXPLAIN (Nope) SELECT 1', 'extended')).position, '10');
  });

  it('are those of the table, as its name is, where an index is tried on a copy of it', async () => {
    const text = 'CREATE INDEX ASYNC ON t ((abs(public.t.idd))) WHERE t.id > 1';
    const { message, hint, position } = (await refused(text)) as pg.DatabaseError;
    assert.deepEqual(
      [message, hint, position],
      ['column t.idd does not exist', 'Perhaps you meant to reference the column "t.id".', at(text, 'public')],
    );
  });

  it('do not cost an error its other fields', async () => {
    const error = await refused('INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)');
    assert.equal(error.table, 't');
  });
});
