import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setupBank, type SetupProgress } from '../../../src/node/bank/setup';
import { bankPool } from '../../../src/node/bank/connect';
import { retried } from '../../../src/node/bank/transaction';
import { distFile } from '../../../src/node/assets';
import type { LocalCluster } from '../../../src/local/cluster';
import { startTestCluster } from '../../support/cluster';

const PLAN = { accounts: 20_000, balance: 100, reset: false, workers: 4 };

describe('setting the bank up, on the local cluster', () => {
  let cluster: LocalCluster;
  let pool: ReturnType<typeof bankPool>;
  const setup = (change: Partial<typeof PLAN> = {}, seen: SetupProgress[] = []) =>
    setupBank(pool, { ...PLAN, ...change }, progress => seen.push(progress));

  before(async () => {
    cluster = await startTestCluster();
    const { endpoint: host, port, region, caFile, admin: credentials } = cluster.info;
    pool = bankPool({ host, port, region, caFile, user: 'admin', credentials }, 4);
  });
  after(async () => {
    await pool.end();
    await cluster.close();
  });
  beforeEach(async () => {
    for (const table of ['accounts', 'transactions']) await pool.query(`DROP TABLE IF EXISTS ${table}`);
  });

  it('creates the tables and loads; a second setup finds nothing to do', async () => {
    const seen: SetupProgress[] = [];
    const first = await setup({}, seen);
    assert.deepEqual(
      { inserted: first.inserted, audit: first.audit, fresh: first.fresh },
      {
        inserted: 20_000,
        audit: { accounts: 20_000, sumOfBalances: '2000000', negativeBalances: 0 },
        fresh: true,
      },
    );
    const phases = seen.map(({ phase }) => phase);
    assert.deepEqual([...new Set(phases)], ['tables', 'loading', 'audit']);
    const loads = seen.flatMap(progress => (progress.phase === 'loading' ? [progress.load] : []));
    assert.ok(loads.length >= 8 && loads.every(({ loaded, count }) => loaded <= count));
    assert.deepEqual([loads[0]?.loaded, loads.at(-1)?.loaded], [0, 20_000]);
    const again = await setup();
    assert.deepEqual([again.inserted, again.restored, again.fresh], [0, 0, true]);
  });

  it('says when balances are not those asked for, and keeps them', async () => {
    await setup({ accounts: 7_000 });
    await pool.query('UPDATE accounts SET balance = balance - 40 WHERE id IN (5, 6500)');
    const found = await setup({ accounts: 7_000 });
    assert.deepEqual([found.inserted, found.restored, found.fresh], [0, 0, false]);
    assert.equal(found.audit.sumOfBalances, '699920');
  });

  it('reset deletes what came after, puts balances back, fills holes, and keeps indexes', async () => {
    await setup({ accounts: 12_000 });
    await pool.query('CREATE INDEX ASYNC by_payer ON transactions (payer_id)');
    await pool.query('UPDATE accounts SET balance = -1 WHERE id BETWEEN 2990 AND 3010');
    await pool.query('DELETE FROM accounts WHERE id BETWEEN 10 AND 14');
    await pool.query('INSERT INTO accounts VALUES (900000, 7), (1900000000, 7), (0, 7), (-4711, 7)');
    for (let i = 0; i < 3; i++)
      await pool.query(
        'INSERT INTO transactions (payer_id, payee_id, amount) SELECT g, g + 1, 1 FROM generate_series(1, 2500) g',
      );
    const seen: SetupProgress[] = [];
    const { inserted, restored, deleted, audit, fresh } = await setup({ accounts: 9_000, reset: true }, seen);
    assert.deepEqual(
      { inserted, restored, deleted, fresh },
      { inserted: 5, restored: 21, deleted: { transactions: 7_500, accounts: 3_004 }, fresh: true },
    );
    assert.deepEqual(audit, { accounts: 9_000, sumOfBalances: '900000', negativeBalances: 0 });
    const deletes = seen.flatMap(progress => (progress.phase === 'deleting' ? [progress] : []));
    assert.equal(deletes.filter(({ table }) => table === 'transactions').at(-1)?.deleted, 7_500);
    const { rows } = await pool.query('SELECT 1 FROM pg_indexes WHERE indexname = $1', ['by_payer']);
    assert.equal(rows.length, 1);
    assert.equal((await pool.query('SELECT 1 FROM transactions LIMIT 1')).rowCount, 0);
  });

  for (const [what, table, ddl] of [
    [
      'accounts with more than balances',
      'accounts',
      'CREATE TABLE accounts (id int PRIMARY KEY, balance bigint, email text)',
    ],
    ['accounts of another kind', 'accounts', 'CREATE TABLE accounts (id uuid PRIMARY KEY, balance bigint)'],
    [
      'transactions of its own',
      'transactions',
      'CREATE TABLE transactions (id int PRIMARY KEY, payer_id int, payee_id int, amount int)',
    ],
  ] as const)
    it(`touches nothing where somebody else's bank has ${what}`, async () => {
      await setup({ accounts: 10 });
      await pool.query(`DROP TABLE ${table}`);
      await pool.query(ddl);
      await pool.query(`INSERT INTO ${table} (id) VALUES (${ddl.includes('uuid') ? 'gen_random_uuid()' : '4711'})`);
      const other = table === 'accounts' ? 'transactions' : 'accounts';
      const rows = async (): Promise<unknown[]> => [
        (await pool.query(`SELECT * FROM ${table}`)).rows,
        (await pool.query(`SELECT * FROM ${other} ORDER BY id`)).rows,
      ];
      const before = await rows();
      for (const reset of [false, true])
        await assert.rejects(setup({ accounts: 20, reset }), {
          code: 'BANK_TABLE_FOREIGN',
          message: /its columns are id /,
        });
      assert.deepEqual(await rows(), before);
    });

  it('says of rows that cannot be deleted what to do, and deletes none of them', async () => {
    await setup({ accounts: 20 });
    await pool.query('CREATE TABLE cards (id int PRIMARY KEY, account int REFERENCES accounts (id))');
    try {
      await retried(() => pool.query('INSERT INTO cards VALUES (1, 15)'));
      await assert.rejects(setup({ accounts: 10, reset: true }), {
        code: 'BANK_DELETE_FAILED',
        message: /^deleting rows of accounts stopped: .*"cards"/,
        nextStep: /^Delete the rows of yours/,
      });
      const { rows } = await retried(() => pool.query('SELECT count(*)::int AS count FROM accounts'));
      assert.deepEqual(rows, [{ count: 20 }]);
    } finally {
      await pool.query('DROP TABLE cards');
    }
  });

  it("takes a chapter's tables for its own, though it writes some types differently", async () => {
    await pool.query('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)');
    await pool.query(
      'CREATE TABLE transactions (id uuid PRIMARY KEY, payer_id int, payee_id int, amount bigint, created_at timestamptz)',
    );
    assert.equal((await setup({ accounts: 10, reset: true })).fresh, true);
  });

  it('two setups at once insert every account once', async () => {
    await setup({ accounts: 1 });
    const both = await Promise.all([setup({ accounts: 45_001 }), setup({ accounts: 45_001 })]);
    assert.equal(
      both.reduce((sum, { inserted }) => sum + inserted, 0),
      45_000,
    );
    assert.ok(both.every(({ audit }) => audit.accounts === 45_001 && audit.sumOfBalances === '4500100'));
  });

  it('goes on where a killed command stopped', async () => {
    const count = 150_000;
    const killed = start(cluster, '--accounts', String(count), '--workers', '2');
    await lineWhere(killed, ({ phase, load }) => phase === 'loading' && Number(load?.inserted) >= 12_000);
    const gone = new Promise<unknown>(resolve => killed.once('exit', (_code, signal) => resolve(signal)));
    killed.kill('SIGKILL');
    assert.equal(await gone, 'SIGKILL');
    const there = Number((await pool.query('SELECT count(*)::int AS n FROM accounts')).rows[0].n);
    assert.ok(there >= 12_000 && there < count, `${there} accounts`);
    const rest = start(cluster, '--accounts', String(count));
    const ended = new Promise(resolve => rest.once('exit', resolve));
    const done = await lineWhere(rest, ({ phase }) => phase === 'done');
    assert.equal(await ended, 0);
    // what was under way when the command was killed may have been committed after the count above
    assert.ok(
      Number(done.inserted) <= count - there && Number(done.inserted) >= count - there - 6_000,
      `${done.inserted}`,
    );
    assert.deepEqual(done.audit, { accounts: count, sumOfBalances: '15000000', negativeBalances: 0 });
  });

  it('ends with 130 when interrupted, and what was committed stays', async () => {
    const command = start(cluster, '--accounts', '500000');
    const ended = new Promise(resolve => command.once('exit', resolve));
    await lineWhere(command, ({ load }) => Number(load?.inserted) >= 3_000);
    command.kill('SIGINT');
    assert.equal(await ended, 130);
    const { accounts } = (await setup({ accounts: 3_000 })).audit;
    assert.ok(accounts >= 3_000 && accounts < 500_000, `${accounts} accounts`);
  });
});

interface Line {
  phase: string;
  load?: { inserted: number };
  inserted?: number;
  audit?: unknown;
}

function start(cluster: LocalCluster, ...args: string[]): ChildProcess {
  const setup = [distFile('cli.js'), 'setup', '--json', '--data-dir', cluster.info.dataDir, ...args];
  return spawn(process.execPath, setup, { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The first line of the command that is as wanted. */
function lineWhere(command: ChildProcess, wanted: (line: Line) => boolean): Promise<Line> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: command.stdout! });
    lines.on('line', text => {
      const line = JSON.parse(text) as Line;
      if (wanted(line)) resolve(line);
    });
    lines.once('close', () => reject(new Error('the command ended without it')));
  });
}
