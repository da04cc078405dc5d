import assert from 'node:assert/strict';
import { auditBooks } from '../../../src/node/bank/books';
import { bankPool } from '../../../src/node/bank/connect';
import type { LocalCluster } from '../../../src/local/cluster';
import { startTestCluster } from '../../support/cluster';

describe('the books of a bank, on the local cluster', () => {
  let cluster: LocalCluster;
  let pool: ReturnType<typeof bankPool>;

  before(async () => {
    cluster = await startTestCluster();
    const { endpoint: host, port, region, caFile, admin: credentials } = cluster.info;
    pool = bankPool({ host, port, region, caFile, user: 'admin', credentials }, 4);
    await pool.query('CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)');
    await pool.query('INSERT INTO accounts VALUES (1, 100), (2, 40)');
  });
  after(async () => {
    await pool.end();
    await cluster.close();
  });

  const balances = new Map([
    [1, '100'],
    [2, '40'],
  ]);

  it('tell the balances part by part also where no history is kept', async () => {
    const books = await auditBooks(pool);
    assert.deepEqual([books.bank.accounts, books.bank.sumOfBalances], [2, '140']);
    assert.deepEqual(books.balances, balances);
    assert.deepEqual([books.history, books.oneSnapshot], [undefined, undefined]);
  });

  it('tell both in one snapshot where one is', async () => {
    await pool.query('CREATE TABLE transactions (id int PRIMARY KEY, payer_id int, payee_id int, amount int)');
    await pool.query('INSERT INTO transactions VALUES (1, 1, 2, 10)');
    const books = await auditBooks(pool);
    assert.deepEqual(books.balances, balances);
    assert.deepEqual([books.history?.rows, books.history?.parts?.size, books.oneSnapshot], [1, 1, true]);
  });
});
