import assert from 'node:assert/strict';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { audit } from '../../../src/node/bank/audit';
import { deleteAll } from '../../../src/node/bank/delete';
import { loadAccounts, type LoadProgress } from '../../../src/node/bank/load';
import { startPrivatePostgres, type PrivatePostgres } from '../../support/private-postgres';

/** Refuses what DSQL refuses: more than 3,000 rows modified in a transaction. */
const ROW_LIMIT = `
CREATE OR REPLACE FUNCTION row_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM changed) > 3000 THEN
    RAISE EXCEPTION 'transaction row limit exceeded' USING ERRCODE = '54000';
  END IF;
  RETURN NULL;
END $$`;

describe('loading, auditing and emptying the bank', () => {
  let postgres: PrivatePostgres;

  before(async () => {
    postgres = await startPrivatePostgres();
  });
  after(() => postgres.close());
  beforeEach(async () => {
    await postgres.pool.query('DROP TABLE IF EXISTS accounts, transactions');
    for (const ddl of CREATE_TABLES) await postgres.pool.query(ddl);
    await postgres.pool.query(ROW_LIMIT);
    for (const table of ['accounts', 'transactions'])
      for (const [event, rows] of [
        ['INSERT', 'NEW'],
        ['DELETE', 'OLD'],
      ])
        await postgres.pool.query(
          `CREATE TRIGGER limit_${event} AFTER ${event} ON ${table} REFERENCING ${rows} TABLE AS changed
           FOR EACH STATEMENT EXECUTE FUNCTION row_limit()`,
        );
  });

  it('loads accounts 1..count, and a second load changes nothing', async () => {
    const seen: LoadProgress[] = [];
    const loaded = await loadAccounts(postgres.pool, { count: 20_001, balance: 100 }, progress => seen.push(progress));
    assert.equal(loaded.inserted, 20_001);
    assert.equal(loaded.loaded, 20_001);
    assert.ok(loaded.rowsPerSecond > 0);
    assert.ok(seen.every((progress, i) => i === 0 || progress.loaded >= (seen[i - 1]?.loaded ?? 0)));
    assert.deepEqual(await audit(postgres.pool), { accounts: 20_001, sumOfBalances: '2000100', negativeBalances: 0 });
    assert.equal((await loadAccounts(postgres.pool, { count: 20_001, balance: 7 })).inserted, 0);
    assert.equal((await audit(postgres.pool)).sumOfBalances, '2000100');
  });

  it('fills holes only, and leaves the balances it finds', async () => {
    await postgres.pool.query('INSERT INTO accounts VALUES (5, -3), (3001, 12), (9000, 1), (9001, 2), (10000, 3)');
    const { inserted, loaded } = await loadAccounts(postgres.pool, { count: 9000, balance: 10 });
    assert.deepEqual({ inserted, loaded }, { inserted: 8997, loaded: 9000 });
    const sum = -3 + 12 + 1 + 2 + 3 + 8997 * 10;
    assert.deepEqual(await audit(postgres.pool), { accounts: 9002, sumOfBalances: String(sum), negativeBalances: 1 });
  });

  it('goes on where a cancelled load stopped', async () => {
    const stop = new AbortController();
    const cancelled = loadAccounts(
      postgres.pool,
      { count: 60_000, balance: 1, workers: 2 },
      ({ inserted }) => inserted >= 15_000 && stop.abort(),
      stop.signal,
    );
    await assert.rejects(cancelled, { code: 'CANCELLED' });
    const { accounts } = await audit(postgres.pool);
    assert.ok(accounts >= 15_000 && accounts < 60_000, String(accounts));
    const { inserted } = await loadAccounts(postgres.pool, { count: 60_000, balance: 1 });
    assert.equal(inserted, 60_000 - accounts);
  });

  it('two loads at once insert every account once', async () => {
    const loads = await Promise.all([1, 2].map(() => loadAccounts(postgres.pool, { count: 30_000, balance: 1 })));
    assert.equal(
      loads.reduce((sum, { inserted }) => sum + inserted, 0),
      30_000,
    );
    assert.equal((await audit(postgres.pool)).accounts, 30_000);
  });

  it('repeats a transaction that met a conflict', async () => {
    let conflicts = 0;
    const flaky = new Proxy(postgres.pool, {
      get(pool, key) {
        if (key !== 'query') return Reflect.get(pool, key) as unknown;
        return (text: string, params?: unknown[]) =>
          text.startsWith('INSERT') && conflicts++ < 3
            ? pool.query("DO $$BEGIN RAISE EXCEPTION 'change conflicts (OC000)' USING ERRCODE = '40001'; END$$")
            : pool.query(text, params);
      },
    });
    assert.equal((await loadAccounts(flaky, { count: 9000, balance: 1 })).inserted, 9000);
    assert.ok(conflicts >= 6);
  });

  it('says how far it came when the database refuses', async () => {
    await postgres.pool.query('ALTER TABLE accounts ADD CHECK (id <= 6000)');
    await assert.rejects(loadAccounts(postgres.pool, { count: 9000, balance: 1, workers: 1 }), (error: Error) => {
      assert.equal((error as { code?: string }).code, 'BANK_LOAD_FAILED');
      assert.match(error.message, /stopped at 6000 of 9000/);
      return true;
    });
  });

  it('sums beyond 2^53 exactly', async () => {
    await postgres.pool.query('INSERT INTO accounts VALUES (1, 9007199254740993), (2, 9007199254740992)');
    assert.equal((await audit(postgres.pool)).sumOfBalances, '18014398509481985');
  });

  it('says what is missing when there is no bank', async () => {
    await postgres.pool.query('DROP TABLE accounts');
    await assert.rejects(audit(postgres.pool), { code: 'BANK_NOT_SET_UP' });
  });

  it('empties tables in transactions of at most 3,000 rows', async () => {
    await loadAccounts(postgres.pool, { count: 10_000, balance: 1 });
    await postgres.pool.query('INSERT INTO accounts VALUES (-5, 1), (2000000000, 1)');
    for (let i = 0; i < 3; i++)
      await postgres.pool.query(
        'INSERT INTO transactions (payer_id, payee_id, amount) SELECT g, g + 1, 1 FROM generate_series(1, 2500) g',
      );
    const progress: number[] = [];
    assert.equal(await deleteAll(postgres.pool, 'accounts', deleted => progress.push(deleted)), 10_002);
    assert.deepEqual(progress, [3000, 6000, 9000, 10_002]);
    assert.equal(await deleteAll(postgres.pool, 'transactions'), 7500);
    for (const table of ['accounts', 'transactions'])
      assert.equal((await postgres.pool.query(`SELECT 1 FROM ${table} LIMIT 1`)).rowCount, 0);
  });
});
