import assert from 'node:assert/strict';
import type pg from 'pg';
import { parsePlan } from '../../../src/core/plan/parse';
import { planIndexes } from '../../../src/core/plan/query';
import { startTestGateway, type TestGateway } from '../../support/gateway';

/** The number of `btree_index` is 10003, and no index serves a comparison across types but of integers (AWS's DSQL skill, catalog queries, 2026-10). */
describe('the access method of indexes', () => {
  let cluster: TestGateway;
  let admin: pg.Client;
  before(async () => {
    cluster = await startTestGateway();
    admin = await cluster.connect();
    await admin.query(
      'CREATE TABLE seen (id bigint PRIMARY KEY, at timestamptz UNIQUE, share real UNIQUE, name text UNIQUE)',
    );
  });
  after(() => cluster?.close());

  const rows = async (text: string): Promise<unknown[][]> =>
    (await admin.query({ text, rowMode: 'array' })).rows as unknown[][];

  it('has the number of the service beside PostgreSQL’s own', async () =>
    assert.deepEqual(
      await rows("SELECT oid, amname FROM pg_am WHERE oid = 10003 OR amname IN ('btree', 'heap') ORDER BY 1"),
      [
        [2, 'heap'],
        [403, 'btree'],
        [10003, 'btree_index'],
      ],
    ));

  it('is that of indexes, of their operator classes and of their families', async () =>
    assert.deepEqual(
      await rows(`SELECT DISTINCT c.relam, o.opcmethod, f.opfmethod, a.amopmethod, m.amname
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_opclass o ON o.oid = i.indclass[0]
        JOIN pg_opfamily f ON f.oid = o.opcfamily JOIN pg_amop a ON a.amopfamily = f.oid JOIN pg_am m ON m.oid = c.relam
        WHERE i.indrelid = 'seen'::regclass`),
      [[10003, 10003, 10003, 10003, 'btree_index']],
    ));

  it('compares across types of integers only', async () =>
    assert.deepEqual(
      await rows(`SELECT DISTINCT lt.typname || ' ' || rt.typname AS pair FROM pg_amop ao
        JOIN pg_type lt ON lt.oid = ao.amoplefttype JOIN pg_type rt ON rt.oid = ao.amoprighttype
        WHERE ao.amopmethod = 10003 AND ao.amoplefttype <> ao.amoprighttype ORDER BY 1`),
      ['int2 int4', 'int2 int8', 'int4 int2', 'int4 int8', 'int8 int2', 'int8 int4'].map(pair => [pair]),
    ));

  const INDEXED: Record<string, string[]> = {
    'id = 1::smallint': ['seen_pkey'],
    "at >= '2026-01-01'": ['seen_at_key'],
    "at >= date '2026-01-01'": [],
    'share = 0.5::real': ['seen_share_key'],
    'share = 0.5::double precision': [],
  };
  for (const [condition, indexes] of Object.entries(INDEXED))
    it(`${indexes.length > 0 ? 'finds' : 'does not find'} rows by ${condition}`, async () => {
      await admin.query('SET enable_seqscan = off');
      const text = (await rows(`EXPLAIN SELECT name FROM seen WHERE ${condition}`)).map(([line]) => line).join('\n');
      await admin.query('RESET enable_seqscan');
      const conditions = /Index Cond/.test(text)
        ? [...planIndexes(parsePlan(text))].filter(name => name !== undefined)
        : [];
      assert.deepEqual(conditions.slice(0, 1), indexes, text);
    });
});
