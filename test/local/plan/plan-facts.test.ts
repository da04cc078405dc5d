import assert from 'node:assert/strict';
import type pg from 'pg';
import { readPlanFacts } from '../../../src/core/catalog/plan-facts';
import { showPlan } from '../../../src/core/plan-view/plan-view';
import type { LocalCluster } from '../../../src/local/cluster';
import { createDatabase } from '../../../src/node/database';
import { localTarget } from '../../../src/node/target-local';
import { connect, startTestCluster } from '../../support/cluster';

describe('what the catalogue adds to a plan', () => {
  let cluster: LocalCluster;
  let client: pg.Client;
  let database: ReturnType<typeof createDatabase>;
  before(async () => {
    cluster = await startTestCluster();
    client = await connect(cluster.info);
    database = createDatabase(localTarget(cluster.info));
    await client.query('CREATE TABLE accounts (id int PRIMARY KEY, owner text NOT NULL, balance int NOT NULL)');
    for (let start = 0; start < 6_000; start += 3_000)
      await client.query(
        `INSERT INTO accounts SELECT i, 'owner ' || i / 2, 100 FROM generate_series(${start + 1}, ${start + 3_000}) i`,
      );
  });
  after(async () => {
    await client.end();
    await database.close();
    await cluster.close();
  });

  const ask = (sql: string, params: (string | null)[]) => database.query(sql, { params });
  const explain = async (sql: string): Promise<string> => {
    const { rows } = await client.query<Record<string, string>>(`EXPLAIN ANALYZE VERBOSE ${sql}`);
    return rows.map(row => row['QUERY PLAN']).join('\n');
  };
  const index = async (sql: string): Promise<void> => {
    const { rows } = await client.query<{ job_id: string }>(sql);
    await client.query(`CALL sys.wait_for_job('${rows[0]?.job_id}')`);
  };

  it('reads statistics, columns and indexes of the tables a plan names, and of no other', async () => {
    await client.query('CREATE TABLE other (id int PRIMARY KEY)');
    await index('CREATE INDEX ASYNC accounts_balance ON accounts (balance) INCLUDE (owner) WHERE balance > 500');
    const { tables } = await readPlanFacts(ask, [{ name: 'accounts' }, { schema: 'public', name: 'nowhere' }]);
    assert.equal(tables.length, 1);
    const [table] = tables;
    assert.deepEqual([table?.schema, table?.name, table?.columns], ['public', 'accounts', ['id', 'owner', 'balance']]);
    assert.deepEqual(
      table?.indexes.find(({ name }) => name === 'accounts_balance'),
      {
        name: 'accounts_balance',
        key: ['balance'],
        include: ['owner'],
        unique: false,
        primary: false,
        valid: true,
        predicate: '(balance > 500)',
      },
    );
  });

  it('tells that the index which would serve is INVALID', async () => {
    await index('CREATE UNIQUE INDEX ASYNC accounts_owner ON accounts (owner)');
    const text = await explain(`SELECT balance FROM accounts WHERE owner = 'owner 17'`);
    const source = { name: 'p', text };
    const titles = (facts?: Parameters<typeof showPlan>[1]) => showPlan(source, facts).view.findings.map(f => f.rule);
    const facts = await readPlanFacts(ask, [{ name: 'accounts' }]);
    assert.equal(facts.tables[0]?.indexes.find(({ name }) => name === 'accounts_owner')?.valid, false);
    assert.ok(!titles().includes('invalid-index'), titles().join());
    assert.ok(titles(facts).includes('invalid-index'), titles(facts).join());
  });
});
