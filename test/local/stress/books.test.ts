import assert from 'node:assert/strict';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { TRANSFER } from '../../../src/core/bank/transfer';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import type { RunPlan, RunResult } from '../../../src/core/stress/contract';
import { runVerdict } from '../../../src/core/stress-view/run-record';
import { deleteAll } from '../../../src/node/bank/delete';
import { loadAccounts } from '../../../src/node/bank/load';
import { runStress, type StressTarget } from '../../../src/stress/controller';
import { invokeEndpoint, type InvokedTransfer } from '../../support/invoke-endpoint';
import { startStressBank, type StressBank } from '../../support/stress-bank';

const RETRY = { maxAttempts: 100, baseDelayMs: 1, maxDelayMs: 50, jitter: 1 };
const ACCOUNTS = 100;

describe('the books that a stress run keeps an eye on', () => {
  let bank: StressBank;
  let target: StressTarget;
  let pool: StressBank['pool'];

  before(async () => {
    bank = await startStressBank();
    ({ target, pool } = bank);
  });
  after(() => bank.close());

  const run = (change: Partial<RunPlan>, at = target): Promise<RunResult> => {
    const plan: RunPlan = {
      name: 'test',
      workload: { type: 'sql-transfer', retry: RETRY, recordHistory: true },
      calls: 40,
      inFlight: 1,
      workers: 1,
      accounts: ACCOUNTS,
      amount: 2,
      seed: 1,
      maxDurationSeconds: 300,
      transport: 'lean',
      ...change,
    };
    return runStress(plan, at, undefined, undefined, { workerFile: bank.workerFile });
  };

  describe('of whole units', () => {
    before(async () => {
      for (const ddl of CREATE_TABLES) await pool.query(ddl);
    });
    beforeEach(async () => {
      for (const table of ['accounts', 'transactions'] as const) await deleteAll(pool, table);
      await loadAccounts(pool, { count: ACCOUNTS, balance: 1000 });
    });

    /** A run against an endpoint that moves the money as it was asked, and records some transfers in its own way. */
    const recordedBy = async (
      record: (asked: InvokedTransfer, n: number) => Promise<InvokedTransfer>,
    ): Promise<RunResult> => {
      let n = 0;
      const serve = async (asked: InvokedTransfer): Promise<void> => {
        const { payer_id, payee_id, amount } = await record(asked, n++);
        const client = await pool.connect();
        try {
          await client.query(TRANSFER.begin);
          await client.query(TRANSFER.debit, [asked.amount, asked.payer_id]);
          await client.query(TRANSFER.credit, [asked.amount, asked.payee_id]);
          await client.query(TRANSFER.record, [payer_id, payee_id, amount]);
          await client.query(TRANSFER.commit);
        } finally {
          client.release();
        }
      };
      const endpoint = await invokeEndpoint(
        (asked, reply) =>
          void serve(asked).then(
            () => reply({ balance: 1, duration: 1, retries: 0 }),
            (error: Error) => reply({ error: error.message }),
          ),
      );
      const workload: RunPlan['workload'] = { type: 'lambda-transfer', functionName: 'bank' };
      try {
        return await run({ workload, thresholds: ['ledger=exact'] }, { ...target, lambda: endpoint.target });
      } finally {
        endpoint.close();
      }
    };

    it('are exact where each row says what was moved', async () => {
      const honest = await recordedBy(asked => Promise.resolve(asked));
      assert.deepEqual(honest.ledger, { acknowledged: 40, unknown: 0, recorded: 40, exact: true, heldTo: 'contents' });
      assert.equal(honest.moves?.exact, true);
      assert.equal(runVerdict(honest).tone, 'good');
    });

    const frauds: [string, (asked: InvokedTransfer, n: number) => Promise<InvokedTransfer>][] = [
      [
        'payer and payee the wrong way round',
        (asked, n) =>
          Promise.resolve(n === 9 ? { ...asked, payer_id: asked.payee_id, payee_id: asked.payer_id } : asked),
      ],
      ['another amount', (asked, n) => Promise.resolve(n === 9 ? { ...asked, amount: asked.amount + 1 } : asked)],
      ['another account', (asked, n) => Promise.resolve(n === 9 ? { ...asked, payee_id: 777 } : asked)],
      [
        'an earlier row changed afterwards',
        async (asked, n) => {
          if (n === 9)
            await pool.query('UPDATE transactions SET amount = 1 WHERE id = (SELECT id FROM transactions LIMIT 1)');
          return asked;
        },
      ],
    ];
    for (const [what, record] of frauds)
      it(`are found not to be exact, though balances and number of rows are right: ${what}`, async () => {
        const result = await recordedBy(record);
        assert.deepEqual([result.succeeded, result.moneyConserved, result.moves?.exact], [40, true, true]);
        assert.deepEqual(result.ledger, {
          ...{ acknowledged: 40, unknown: 0, recorded: 40, heldTo: 'contents' },
          ...{ exact: false, differs: true },
        });
        assert.equal(result.thresholds?.[0]?.passed, false);
        assert.equal(runVerdict(result).tone, 'bad');
        const bad = verdictsOf(result).filter(({ level }) => level === 'bad');
        assert.match(bad[0]?.text ?? '', /^Rows of transactions name other accounts or amounts/);
      });
  });

  describe('of cents', () => {
    it('are counted to the cent', async () => {
      for (const table of ['accounts', 'transactions']) await pool.query(`DROP TABLE IF EXISTS ${table}`);
      await pool.query('CREATE TABLE accounts (id int PRIMARY KEY, balance numeric(20,2) NOT NULL)');
      await pool.query(
        'CREATE TABLE transactions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), payer_id int, payee_id int, amount numeric(20,2))',
      );
      await pool.query('INSERT INTO accounts SELECT i, 100.25 FROM generate_series(1, $1::int) i', [ACCOUNTS]);
      const result = await run({ balanceEverySeconds: 0.05, thresholds: ['ledger=exact', 'moves=exact'] });
      assert.equal(result.succeeded, 40, result.failure);
      assert.deepEqual([result.before.sumOfBalances, result.after.sumOfBalances], ['10025.00', '10025.00']);
      assert.deepEqual([result.moneyConserved, result.ledger?.exact, result.moves?.exact], [true, true, true]);
      assert.equal(runVerdict(result).tone, 'good');
    });
  });
});
