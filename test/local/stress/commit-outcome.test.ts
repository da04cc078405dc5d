import assert from 'node:assert/strict';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { TRANSFER, transferOnce, type RunStatement } from '../../../src/core/bank/transfer';
import { mayHaveBeenApplied, type CallOutcome } from '../../../src/core/stress/outcome';
import { seededRandom } from '../../../src/core/stress/random';
import { loadAccounts } from '../../../src/node/bank/load';
import { SqlConnections } from '../../../src/stress/sql/connections';
import { startSeveringRelay, type SeveringRelay } from '../../support/severing-relay';
import { startStressBank, type StressBank } from '../../support/stress-bank';

const ONCE = { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 };
const ORDER = { payer: 1, payee: 2, amount: 5 };

describe('whether a transfer over SQL that failed may have been made', function () {
  this.timeout(60_000);
  let bank: StressBank;
  let relay: SeveringRelay;
  let connections: SqlConnections;

  before(async () => {
    bank = await startStressBank();
    for (const ddl of CREATE_TABLES) await bank.pool.query(ddl);
    await loadAccounts(bank.pool, { count: 10, balance: 1000 });
    relay = await startSeveringRelay(bank.target.database.port);
    const throughRelay = { ...bank.target.database, port: relay.port };
    connections = await SqlConnections.open(throughRelay, 1, ONCE, seededRandom(1));
  });
  after(async () => {
    connections.close();
    await relay.close();
    await bank.close();
  });

  const balance = async (): Promise<string> => {
    const { rows } = await bank.pool.query<{ balance: string }>('SELECT balance::text FROM accounts WHERE id = 1');
    return rows[0]?.balance ?? assert.fail('no account');
  };
  /** What came of a transfer, and whether the money moved; `before` is called ahead of each statement. */
  const transfer = async (
    before: (sql: string, run: RunStatement) => unknown,
    order = ORDER,
  ): Promise<{ outcome: CallOutcome; moved: boolean }> => {
    const held = await balance();
    const outcome = await new Promise<CallOutcome>(resolve =>
      connections.run(
        run =>
          transferOnce(
            async (sql, params) => {
              await before(sql, run);
              return run(sql, params);
            },
            order,
            true,
          ),
        resolve,
      ),
    );
    return { outcome, moved: (await balance()) !== held };
  };
  const lost = (at: string, what: 'loseNextRequest' | 'loseNextAnswer'): ((sql: string) => void) => {
    let done = false;
    return sql => {
      if (sql === at && !done) relay[what]();
      done ||= sql === at;
    };
  };

  for (const at of ['begin', 'debit', 'credit', 'record'] as const)
    it(`its connection was lost with the answer to “${at}”: it was not`, async () => {
      const { outcome, moved } = await transfer(lost(TRANSFER[at], 'loseNextAnswer'));
      assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome), moved], ['connection', false, false]);
    });

  it('the answer to COMMIT was lost, and it was made: it may', async () => {
    const { outcome, moved } = await transfer(lost(TRANSFER.commit, 'loseNextAnswer'));
    assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome), moved], ['connection', true, true]);
  });

  it('COMMIT itself was lost, and it was not made: it may, for all that the caller knows', async () => {
    const { outcome, moved } = await transfer(lost(TRANSFER.commit, 'loseNextRequest'));
    assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome), moved], ['connection', true, false]);
  });

  it('a statement was refused: it was not', async () => {
    const refused = await transfer(async (sql, run) => sql === TRANSFER.commit && (await run('SELECT 1/0')));
    assert.deepEqual([refused.outcome.errorClass, mayHaveBeenApplied(refused.outcome)], ['database', false]);
    const nobody = await transfer(() => undefined, { ...ORDER, payer: 999 });
    assert.deepEqual([nobody.outcome.errorClass, mayHaveBeenApplied(nobody.outcome)], ['other', false]);
    assert.deepEqual([refused.moved, nobody.moved], [false, false]);
  });

  it('COMMIT was refused for a conflict: it was not', async () => {
    const { outcome } = await transfer(
      async sql =>
        sql === TRANSFER.commit && (await bank.pool.query('UPDATE accounts SET balance = balance WHERE id = 1')),
    );
    assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome)], ['occ-data', false]);
  });

  it('nobody answers a new connection: it was not', async () => {
    await relay.close();
    await transfer(() => undefined);
    const { outcome, moved } = await transfer(() => undefined);
    assert.deepEqual([outcome.errorClass, mayHaveBeenApplied(outcome), moved], ['connection', false, false]);
  });
});
