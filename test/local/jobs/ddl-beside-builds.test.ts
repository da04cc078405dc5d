import assert from 'node:assert/strict';
import type pg from 'pg';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';
import { until } from '../../support/scratch';

/** More on demand: FUZZ_MS=60000. */
const ROUNDS = process.env.FUZZ_MS === undefined ? 2 : 40;

/** A statement by itself, again after a schema conflict, as clients of the service do it. */
async function run(client: pg.Client, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== '40001' || attempt === 5) throw error;
    }
  }
}

/** Tables that refer to each other, changed and dropped while builds of their indexes are under way. */
async function churn(client: pg.Client, prefix: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const parent = `${prefix}${round}`;
    await run(client, `CREATE TABLE ${parent} (id int PRIMARY KEY, v int, t text)`);
    if (round % 2) await run(client, `INSERT INTO ${parent} SELECT i, i, 'x' FROM generate_series(1, 500) i`);
    await run(client, `CREATE INDEX ASYNC ON ${parent} (v)`);
    if (round % 3) await run(client, `CREATE INDEX ASYNC ON ${parent} (lower(t)) WHERE v > 3`);
    await run(client, `CREATE TABLE ${parent}_c (id int PRIMARY KEY, p int REFERENCES ${parent})`);
    await run(client, `CREATE INDEX ASYNC ON ${parent}_c (p)`);
    await run(
      client,
      `CREATE TABLE ${parent}_d (id int PRIMARY KEY, p int REFERENCES ${parent}, q int REFERENCES ${parent}_c)`,
    );
    if (round % 2) await run(client, `ALTER TABLE ${parent} ADD COLUMN z int`);
    await run(client, `DROP TABLE ${parent}_d`);
    if (round % 4) {
      await run(client, `DROP TABLE ${parent}_c`);
      await run(client, `DROP TABLE ${parent}`);
    }
  }
}

/** The id of the job of an asynchronous statement. */
const submit = async (client: pg.Client, sql: string): Promise<string> =>
  (await client.query<{ job_id: string }>(sql)).rows[0]!.job_id;

describe('transactions beside index builds', () => {
  let cluster: LocalCluster;
  let idle: pg.Client;
  let builder: pg.Client;
  before(async () => {
    cluster = await startTestCluster();
    [idle, builder] = await Promise.all([connect(cluster.info), connect(cluster.info)]);
    for (const sql of [
      'CREATE TABLE written (id int PRIMARY KEY, v int)',
      'CREATE TABLE other (id int PRIMARY KEY, v int)',
      'INSERT INTO written VALUES (1, 1)',
      'INSERT INTO other VALUES (1, 1)',
    ])
      await run(builder, sql);
  });
  after(async () => {
    await Promise.all([idle?.end(), builder?.end()]);
    await cluster?.close();
  });

  /** What the transaction's COMMIT comes to, after an index of `written` was built beside it. */
  async function buildBeside(before: string[], during: string[] = []): Promise<string> {
    for (const sql of before) await run(idle, sql);
    const id = await submit(builder, 'CREATE INDEX ASYNC ON written (v)');
    for (const sql of during) await run(idle, sql);
    const { rows } = await builder.query(`CALL sys.wait_for_job('${id}')`);
    assert.deepEqual(rows, [{ succeeded: true }]);
    return idle.query('COMMIT').then(
      ({ command }) => command,
      (error: Error) => error.message,
    );
  }

  it('one that wrote the table is not waited for, and has lost', async () => {
    assert.match(await buildBeside(['BEGIN', 'UPDATE written SET v = 2']), /OC001/);
  });

  it('one that wrote another table is not waited for, and commits', async () => {
    assert.equal(await buildBeside(['BEGIN', 'UPDATE other SET v = v + 1']), 'COMMIT');
  });

  it('nor is one that reads in a snapshot from before', async () => {
    assert.equal(await buildBeside(['BEGIN READ ONLY', 'SELECT v FROM other']), 'COMMIT');
  });

  it('one that began to write while it was built ends the wait, too', async () => {
    const during = ['SELECT v FROM written', 'BEGIN', 'INSERT INTO written VALUES (3, 3)'];
    assert.match(await buildBeside([], during), /^COMMIT$|OC001/);
  });
});

describe('DDL beside index builds', () => {
  let cluster: LocalCluster;
  before(async () => (cluster = await startTestCluster()));
  after(() => cluster.close());

  it('waits for no build and no statistics, and no build is lost', async () => {
    const [one, two] = await Promise.all([connect(cluster.info), connect(cluster.info)]);
    await Promise.all([churn(one, 'a'), churn(two, 'b')]);
    const unfinished = `SELECT count(*)::int AS n FROM sys.jobs WHERE status IN ('submitted', 'processing')`;
    const ended = async (): Promise<boolean> => (await one.query<{ n: number }>(unfinished)).rows[0]?.n === 0;
    await until(ended, 'the end of the jobs');
    const { rows } = await one.query(
      `SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname IN ('a0', 'b0') ORDER BY 1`,
    );
    assert.deepEqual(rows, [
      { relname: 'a0_pkey', indisvalid: true },
      { relname: 'a0_v_idx', indisvalid: true },
      { relname: 'b0_pkey', indisvalid: true },
      { relname: 'b0_v_idx', indisvalid: true },
    ]);
    await Promise.all([one.end(), two.end()]);
  });

  it('comes to an end however often DDL interrupts it', async () => {
    const [one, two] = await Promise.all([connect(cluster.info), connect(cluster.info)]);
    await run(one, 'CREATE TABLE busy (id int PRIMARY KEY, v int, w int)');
    await run(one, 'INSERT INTO busy SELECT i, i FROM generate_series(1, 3000) i');
    const { rows } = await one.query<{ job_id: string }>('CREATE INDEX ASYNC busy_v ON busy (v)');
    let over = false;
    const waiting = one.query(`CALL sys.wait_for_job('${rows[0]?.job_id}')`).finally(() => (over = true));
    for (let i = 0; !over; i++) await run(two, `ALTER TABLE busy RENAME COLUMN w${i || ''} TO w${i + 1}`);
    await waiting;
    const { rows: index } = await two.query(
      `SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'busy_v'`,
    );
    assert.deepEqual(index, [{ indisvalid: true }]);
    await Promise.all([one.end(), two.end()]);
  });
});
