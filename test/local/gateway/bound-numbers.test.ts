import assert from 'node:assert/strict';
import fc from 'fast-check';
import type pg from 'pg';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';

/** Texts with `#` for a number: PostgreSQL gets them bound from the second of a kind on. */
const TEXTS = [
  'SELECT id, small, big, exact, near, note FROM t WHERE id = #',
  'SELECT * FROM t WHERE small < # AND NOT (near >= # OR exact - # = big)',
  'SELECT count(*) FROM t WHERE # <> big * # AND -# < near',
  'UPDATE t SET small = #, exact = exact - # WHERE id = # RETURNING *',
  'UPDATE t SET near = near * #, big = big + # * big WHERE exact > #',
  'UPDATE t SET near = #, note = # WHERE id <= #;',
  'INSERT INTO t (id, small, big, exact, near) VALUES (#, #, #, #, -#) RETURNING id, exact',
  'INSERT INTO t (id, note, exact) VALUES (#, #, #) ON CONFLICT (id) DO UPDATE SET exact = t.exact + excluded.exact',
  'DELETE FROM t WHERE id = # OR small = #',
  'UPDATE t SET note = note + # WHERE id = #',
  'UPDATE t SET missing = # WHERE id = #',
  'SELECT id FROM t WHERE id = # AND nowhere.id > #',
  'INSERT INTO t (id, made) VALUES (#, #)',
];
const numbers = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.integer({ min: 0, max: 70_000 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);

describe('statements of a Query that differ in their numbers', () => {
  let cluster: LocalCluster;
  let client: pg.Client;
  let kinds = 0;

  before(async () => {
    cluster = await startTestCluster();
    client = await connect(cluster.info);
    await client.query(`CREATE TABLE t (id int PRIMARY KEY, small smallint, big bigint, exact numeric(9, 2), near double precision,
      note varchar(5), made int GENERATED ALWAYS AS (id + 1) STORED, CHECK (exact < 90000))`);
    await client.query('INSERT INTO t SELECT n, n, n * 1000, n / 3.0, n / 7.0, n FROM generate_series(1, 40) AS n');
  });
  after(async () => {
    await client.end();
    await cluster.close();
  });

  /** What the statement answers, or refuses, and leaves behind; undone. */
  async function told(text: string, inBlock: boolean): Promise<unknown> {
    await client.query(inBlock ? 'BEGIN' : 'SELECT 1');
    try {
      const { command, rowCount, rows, fields } = await client.query<Record<string, unknown>>(text);
      const columns = fields.map(({ name, dataTypeID, format }) => [name, dataTypeID, format]);
      const left = inBlock && command !== 'SELECT' ? (await client.query('SELECT * FROM t ORDER BY id')).rows : [];
      return { command, rowCount, rows, columns, left };
    } catch (error) {
      const { code, message, detail, hint, position, where, constraint } = error as pg.DatabaseError;
      return { code, message, detail, hint, where, constraint, position: position && Number(position) };
    } finally {
      await client.query('ROLLBACK');
    }
  }
  const filled = (text: string, values: readonly number[]): string => {
    let at = 0;
    return text.replace(/#/g, () => String(values[at++]));
  };

  it('answer, refuse and leave what each of them would alone', async () => {
    const cases = fc.record({
      text: fc.constantFrom(...TEXTS),
      values: fc.array(numbers, { minLength: 5, maxLength: 5 }),
    });
    for (const text of TEXTS) await told(filled(text, [1, 1, 1, 1, 1]), true);
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, values }) => {
        const bound = filled(text, values);
        const alone = `${bound.replace(/;$/, '')} /* ${++kinds} */`; // the first of its kind
        assert.deepEqual(await told(bound, true), await told(alone, true));
        if (text.startsWith('SELECT')) assert.deepEqual(await told(bound, false), await told(alone, false));
      }),
      { numRuns: 150 },
    );
  });

  it('are answered once they have committed, with what is checked then', async () => {
    await client.query('CREATE TABLE part (id int PRIMARY KEY, t int REFERENCES t DEFERRABLE INITIALLY DEFERRED)');
    const messages: string[] = [];
    const told = (client as unknown as { connection: NodeJS.EventEmitter }).connection;
    const keep = ({ text }: { text: string }): number => messages.push(text);
    told.on('commandComplete', keep);
    await client.query('INSERT INTO part VALUES (1, 1)');
    for (const id of [2, 3]) {
      await assert.rejects(client.query(`INSERT INTO part VALUES (${id}, -${id})`), { code: '23503' });
      await client.query(`INSERT INTO part VALUES (${id}, ${id})`);
    }
    told.off('commandComplete', keep);
    assert.deepEqual(messages, Array(3).fill('INSERT 0 1'));
  });

  it('show nobody what PostgreSQL knows them as', async () => {
    for (const id of [1, 2, 3]) await client.query(`SELECT small + id AS shown FROM t WHERE id = ${id}`);
    const { rows } = await client.query(
      "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%AS shown%'",
    );
    assert.deepEqual(rows, []);
  });

  it('are what the tables have become when others change them', async () => {
    const select = (id: number): string => `SELECT * FROM changing WHERE id = ${id}`;
    await client.query('CREATE TABLE changing (id int PRIMARY KEY, a int)');
    await client.query('INSERT INTO changing VALUES (1, 10), (2, 20)');
    const other = await connect(cluster.info);
    try {
      for (const id of [1, 2]) assert.deepEqual((await client.query(select(id))).rows, [{ id, a: id * 10 }]);
      await other.query('ALTER TABLE changing ADD COLUMN b int');
      // the client's next statement may hear of the change
      await client.query(select(1)).catch((error: unknown) => assert.equal((error as pg.DatabaseError).code, '40001'));
      for (const id of [1, 2]) assert.deepEqual((await client.query(select(id))).rows, [{ id, a: id * 10, b: null }]);
    } finally {
      await other.end();
    }
  });
});
