import assert from 'node:assert/strict';
import type pg from 'pg';
import { parsePlan } from '../../../src/core/plan/parse';
import { planIndexes, planUses, rowsRead } from '../../../src/core/plan/query';
import type { LocalCluster } from '../../../src/local/cluster';
import { connect, startTestCluster } from '../../support/cluster';
import { until } from '../../support/postgres';

/** The column of an EXPLAIN, joined. */
async function plan(client: pg.Client, sql: string, values?: unknown[]): Promise<string> {
  const result = await client.query({ text: sql, values, rowMode: 'array' });
  assert.deepEqual(
    result.fields.map(f => f.name),
    ['QUERY PLAN'],
  );
  assert.equal(result.command, 'EXPLAIN');
  return (result.rows as unknown as string[][]).map(row => row[0]).join('\n');
}

describe('EXPLAIN through the gateway', () => {
  let cluster: LocalCluster;
  let client: pg.Client;

  before(async () => {
    cluster = await startTestCluster();
    client = await connect(cluster.info);
    await client.query(
      'CREATE TABLE payments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), payer int, created_at timestamptz)',
    );
    await client.query('INSERT INTO payments (payer, created_at) SELECT 1, now() FROM generate_series(1, 6)');
    await client.query('ANALYZE payments');
  });
  after(async () => {
    await client?.end();
    await cluster?.close();
  });

  const newest = 'SELECT * FROM payments WHERE payer = 1 ORDER BY created_at DESC LIMIT 5';

  it('plans tables that were never analysed at a million rows, with the costs recorded on the service', async () => {
    await client.query('CREATE TABLE fresh (id int PRIMARY KEY, a text, b text)');
    await client.query('CREATE TABLE fresh_compute (id int)');
    const analysed = `SELECT count(*)::int AS n FROM sys.jobs WHERE status = 'completed' AND object_name ~ '^public.fresh(_compute)?$'`;
    const both = async () => (await client.query<{ n: number }>(analysed)).rows[0]?.n === 2;
    await until(both, 'the jobs that find the new tables empty');
    await client.query("INSERT INTO fresh VALUES (1, 'x', 'y')");
    await client.query('INSERT INTO fresh_compute SELECT generate_series(1, 5)');
    const relations = await client.query(`SELECT reltuples FROM pg_class WHERE relname ~ '^fresh(_compute)?$'`);
    assert.deepEqual(relations.rows, [{ reltuples: -1 }, { reltuples: -1 }]);
    assert.equal(
      (await plan(client, 'EXPLAIN SELECT * FROM fresh')).split('\n')[0],
      'Index Only Scan using fresh_pkey on fresh  (cost=125100.05..171100.05 rows=1000000 width=68)',
    );
    const rowsWhere = async (condition: string): Promise<string | undefined> =>
      /rows=(\d+)/.exec(await plan(client, `EXPLAIN SELECT * FROM fresh WHERE ${condition}`))?.[1];
    const shares: [condition: string, rows: string][] = [
      ['id = 1', '1'],
      ['id > 1', '333333'],
      ['id BETWEEN 1 AND 9', '5000'],
      ["a = 'x'", '5000'],
      ["a <> 'x'", '995000'],
      ["a = 'x' AND b IS NULL", '25'],
    ];
    for (const [condition, rows] of shares) assert.equal(await rowsWhere(condition), rows, condition);
    // of PostgreSQL's five rows a limit of ten takes none away, of the assumed five thousand it does
    assert.equal(await rowsWhere("a = 'x' LIMIT 10 OFFSET 2"), '10');
    assert.equal(await rowsWhere("a = 'x' ORDER BY b LIMIT 10"), '10');
    const joins = await plan(
      client,
      'EXPLAIN SELECT sum(t1.id + t2.id + t3.id + t4.id) FROM fresh_compute t1, fresh_compute t2, fresh_compute t3, fresh_compute t4',
    );
    assert.deepEqual(parsePlan(joins).unparsed, []);
    for (const figures of [
      'Nested Loop  (cost=250200.10..12500354700.10 rows=1000000000000 width=8)',
      'Nested Loop  (cost=375300.15..12500012500533300.00 rows=1000000000000000000 width=12)',
      'Materialize  (cost=125100.05..181100.05 rows=1000000 width=4)',
      'Full Scan (btree-table) on fresh_compute t1  (cost=125100.05..176100.05 rows=1000000 width=4)',
      'rows=999999999999999983222784 width=16)',
    ])
      assert.ok(joins.includes(figures), `${figures}\n${joins}`);
  });

  it('plans a view for a role that may not read the tables beneath', async () => {
    await client.query('CREATE TABLE beneath (id int PRIMARY KEY)');
    await client.query('CREATE VIEW above AS SELECT id FROM beneath');
    await client.query('CREATE ROLE viewer');
    await client.query('GRANT viewer TO admin');
    await client.query('GRANT SELECT ON above TO viewer');
    await client.query('BEGIN');
    await client.query('SET LOCAL ROLE viewer');
    assert.match(await plan(client, 'EXPLAIN SELECT * FROM above'), /on beneath /);
    assert.match(await plan(client, 'EXPLAIN SELECT * FROM sys.iam_pg_role_mappings'), /rows=\d+/);
    await client.query('ROLLBACK');
  });

  it('tells no condition by which views of the system hide what is the cluster’s own', async () => {
    const views =
      `pg_user pg_tables pg_views pg_indexes pg_sequences pg_stat_user_tables pg_statio_user_tables pg_stat_user_indexes
      pg_stat_database pg_prepared_statements`.split(/\s+/);
    const standard =
      'schemata routines tables columns views table_privileges column_privileges udt_privileges parameters';
    for (const view of [...views, ...standard.split(' ').map(name => `information_schema.${name}`)])
      assert.doesNotMatch(await plan(client, `EXPLAIN SELECT * FROM ${view}`), /dsql_(?:system|internal|engine)/, view);
    assert.match(await plan(client, 'EXPLAIN SELECT * FROM pg_user'), /Filter: rolcanlogin$/m);
  });

  it('reads a small table whole', async () => {
    const few = parsePlan(await plan(client, `EXPLAIN ANALYZE ${newest}`));
    assert.deepEqual(few.unparsed, []);
    assert.equal(planUses(few, 'Full Scan (btree-table) on payments'), true);
    assert.equal(rowsRead(few), 6);
  });

  it('tells the DPUs of a statement in a session, with bind parameters', async () => {
    const text = await plan(
      client,
      'EXPLAIN (ANALYZE, VERBOSE, SETTINGS) SELECT payer FROM payments WHERE payer > $1',
      [0],
    );
    const { footer, unparsed } = parsePlan(text);
    assert.deepEqual(unparsed, []);
    assert.match(footer.settings!, /^work_mem = '128MB'$/);
    assert.match(footer.queryIdentifier!, /^[13456789a-km-uw-z]{13}$/);
    assert.deepEqual(
      footer.dpu!.map(p => p.name),
      ['Compute', 'Read', 'Write', 'Total'],
    );
    assert.deepEqual(footer.dpu![1], { name: 'Read', dpu: 0.00141, transactionMinimum: 0.00375 });
  });

  it('gives statements of one shape one identifier', async () => {
    const id = async (sql: string): Promise<string | undefined> =>
      parsePlan(await plan(client, `EXPLAIN VERBOSE ${sql}`)).footer.queryIdentifier;
    assert.equal(
      await id('SELECT 1 FROM payments WHERE payer = 1'),
      await id('SELECT 1 FROM payments WHERE payer = 2'),
    );
    assert.notEqual(await id('SELECT 1 FROM payments WHERE payer = 1'), await id('SELECT 2, 3 FROM payments'));
  });

  it('answers FORMAT JSON with one document', async () => {
    const result = await client.query<Record<'QUERY PLAN', unknown>>(
      'EXPLAIN (FORMAT JSON) SELECT * FROM payments WHERE payer = 1',
    );
    assert.equal(result.rows.length, 1);
    const answer = result.rows[0]!['QUERY PLAN'];
    const [document] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [
      { Plan: Record<string, unknown> },
    ];
    assert.equal(document.Plan['Node Type'], 'Custom Scan');
    assert.equal(document.Plan['Custom Plan Provider'], 'btree-table');
  });

  it('nests in the structured formats what PostgreSQL does, member for member', async () => {
    const shape = async (options: string, sql: string): Promise<Record<string, unknown>> => {
      const text = `EXPLAIN (FORMAT JSON, COSTS OFF${options}) ${sql}`;
      const { rows } = await client.query<{ 'QUERY PLAN': [Record<string, unknown>] }>(text);
      return rows[0]!['QUERY PLAN'][0];
    };
    const top = { 'Parallel Aware': false, 'Async Capable': false };
    const below = { 'Parent Relationship': 'Outer', ...top };
    const counted = await shape(
      ', ANALYZE, TIMING OFF, SUMMARY OFF',
      'SELECT payer, count(*) FROM payments GROUP BY payer ORDER BY 2',
    );
    assert.deepEqual(Object.keys(counted), ['Plan', 'Triggers']);
    const ran = { 'Actual Rows': 1, 'Actual Loops': 1 };
    const { 'Sort Space Used': space, Plans: grouped, ...sort } = counted['Plan'] as Record<string, unknown>;
    assert.deepEqual(sort, {
      ...{ 'Node Type': 'Sort', ...top, ...ran },
      ...{ 'Sort Key': ['(count(*))'], 'Sort Method': 'quicksort', 'Sort Space Type': 'Memory' },
    });
    const [group] = grouped as Record<string, unknown>[];
    const { 'Peak Memory Usage': memory, Plans: read, ...aggregate } = group!;
    assert.deepEqual(aggregate, {
      ...{ 'Node Type': 'Aggregate', Strategy: 'Hashed', 'Partial Mode': 'Simple', ...below, ...ran },
      ...{ 'Group Key': ['payer'], 'Planned Partitions': 0, 'HashAgg Batches': 1, 'Disk Usage': 0 },
    });
    assert.ok(Number(space) > 0 && Number(memory) > 0);
    const [scan] = read as Record<string, unknown>[];
    assert.equal(scan!['Parent Relationship'], 'Outer');
    const gone = await shape(
      '',
      'WITH gone AS (DELETE FROM payments RETURNING payer) SELECT 1 FROM gone g FULL JOIN generate_series(1, 9) n ON n = g.payer',
    );
    const join = gone['Plan'] as Record<string, unknown>;
    const [deletion, ...inputs] = join['Plans'] as Record<string, unknown>[];
    assert.equal(join['Join Type'], 'Full');
    assert.equal(typeof join['Inner Unique'], 'boolean');
    const { Plans: scans, ...modify } = deletion!;
    assert.deepEqual(modify, {
      ...{ 'Node Type': 'ModifyTable', Operation: 'Delete', 'Parent Relationship': 'InitPlan' },
      ...{ 'Subplan Name': 'CTE gone', ...top, 'Relation Name': 'payments', Alias: 'payments' },
    });
    assert.equal((scans as Record<string, unknown>[])[0]!['Parent Relationship'], 'Outer');
    assert.match(JSON.stringify(inputs), /"CTE Name":"gone","Alias":"g"/);
    assert.deepEqual(
      inputs.map(input => input['Parent Relationship']),
      ['Outer', 'Inner'],
    );
  });

  it('answers each format in one row, as a column of its type', async () => {
    for (const [format, type, beginning] of [
      ['json', 114, /^\[\n {2}\{\n {4}"Plan": \{/],
      ['yaml', 25, /^- Plan: \n {4}Node Type: "Custom Scan"\n/],
      ['xml', 142, /^<explain xmlns="[^"]+">\n {2}<Query>\n {4}<Plan>\n {6}<Node-Type>Custom Scan<\/Node-Type>\n/],
    ] as const) {
      const text = `EXPLAIN (FORMAT ${format}) SELECT * FROM payments WHERE payer = 1`;
      for (const queryMode of ['simple', 'extended'] as const) {
        const query = { text, queryMode, types: { getTypeParser: () => String } };
        const { rows, fields } = await client.query<Record<'QUERY PLAN', string>>(query);
        assert.equal(rows.length, 1);
        assert.match(rows[0]!['QUERY PLAN'], beginning);
        assert.deepEqual([fields[0]!.name, fields[0]!.dataTypeID], ['QUERY PLAN', type]);
      }
    }
  });

  it('uses the index when there are many rows', async () => {
    for (let i = 0; i < 4; i++)
      await client.query('INSERT INTO payments (payer, created_at) SELECT g, now() FROM generate_series(1, 2500) g');
    const job = await client.query<{ job_id: string }>(
      'CREATE INDEX ASYNC payments_payer ON payments (payer, created_at)',
    );
    await client.query(`CALL sys.wait_for_job('${job.rows[0]!.job_id}')`);
    await client.query('ANALYZE payments');
    const many = parsePlan(await plan(client, `EXPLAIN ANALYZE VERBOSE ${newest}`));
    assert.deepEqual(many.unparsed, []);
    // the primary key is part of every index: these three columns need no look-up
    assert.equal(planUses(many, 'Index Only Scan Backward using payments_payer on payments'), true);
    assert.deepEqual(planIndexes(many), ['payments_payer']);
    assert.equal(rowsRead(many), 5);
  });

  it('executes what it analyses, inside the transaction of the client', async () => {
    await client.query('BEGIN');
    const text = await plan(client, 'EXPLAIN ANALYZE DELETE FROM payments WHERE payer = 1');
    assert.match(text, /^Delete on payments/);
    const gone = await client.query('SELECT 1 FROM payments WHERE payer = 1');
    assert.equal(gone.rowCount, 0);
    await client.query('ROLLBACK');
    const back = await client.query('SELECT 1 FROM payments WHERE payer = 1');
    assert.equal(back.rowCount, 10);
  });

  it('is refused with what is wrong, and the session goes on', async () => {
    await assert.rejects(plan(client, 'EXPLAIN SELECT * FROM nowhere'), { code: '42P01' });
    assert.match(await plan(client, 'EXPLAIN SELECT 1'), /^Result {2}\(cost=0\.00\.\.0\.01 rows=1 width=4\)$/);
  });
});
