import assert from 'node:assert/strict';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { TRANSFER } from '../../../src/core/bank/transfer';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import type { RunPlan, RunResult, RunSnapshot } from '../../../src/core/stress/contract';
import { runVerdict } from '../../../src/core/stress-view/run-record';
import { deleteAll } from '../../../src/node/bank/delete';
import { loadAccounts } from '../../../src/node/bank/load';
import { runStress } from '../../../src/stress/controller';
import { invokeEndpoint, type InvokedTransfer } from '../../support/invoke-endpoint';
import { startStressBank, type StressBank } from '../../support/stress-bank';

/** What a function makes of a call. */
interface Deed {
  /** Times that money is moved, and rows are written; 1 each. */
  moves?: number;
  rows?: number;
  /** The answer is lost; a call without an answer waits for ever. */
  answer?: 'lost' | 'none';
}

const ACCOUNTS = 400;
const CALLS = 60;
/** Of 60 calls six answers are lost, and of these calls three are made. */
const lossy = (n: number): Deed => (n % 10 === 9 ? { answer: 'lost', ...(n % 20 === 9 && { moves: 0, rows: 0 }) } : {});

describe('what a stress run finds out about calls of unknown outcome', () => {
  let bank: StressBank;

  before(async () => {
    bank = await startStressBank();
    for (const ddl of CREATE_TABLES) await bank.pool.query(ddl);
  });
  after(() => bank.close());
  beforeEach(async () => {
    for (const table of ['accounts', 'transactions'] as const) await deleteAll(bank.pool, table);
    await loadAccounts(bank.pool, { count: ACCOUNTS, balance: 1000 });
  });

  const apply = async (
    { payer_id, payee_id, amount }: InvokedTransfer,
    { moves = 1, rows = 1 }: Deed,
  ): Promise<void> => {
    const client = await bank.pool.connect();
    try {
      for (;;)
        try {
          await client.query(TRANSFER.begin);
          for (let i = 0; i < moves; i++) {
            await client.query(TRANSFER.debit, [amount, payer_id]);
            await client.query(TRANSFER.credit, [amount, payee_id]);
          }
          for (let i = 0; i < rows; i++) await client.query(TRANSFER.record, [payer_id, payee_id, amount]);
          await client.query(TRANSFER.commit);
          return;
        } catch (error) {
          await client.query(TRANSFER.rollback);
          if ((error as { code?: string }).code !== '40001') throw error;
        }
    } finally {
      client.release();
    }
  };

  /** A run against a function that does with call number `n` as `deed` says. */
  const through = async (
    deed: (n: number) => Deed,
    change: Partial<RunPlan> = {},
    onSnapshot?: (snapshot: RunSnapshot) => void,
    signal?: AbortSignal,
  ): Promise<RunResult> => {
    let n = 0;
    const endpoint = await invokeEndpoint((asked, reply, response) => {
      const done = deed(n++);
      void apply(asked, done).then(
        () => {
          if (done.answer === 'lost') response.destroy();
          else if (done.answer === undefined) reply({ balance: 1, duration: 1, retries: 0 });
        },
        (error: Error) => reply({ error: error.message }),
      );
    });
    const plan: RunPlan = {
      name: 'test',
      workload: { type: 'lambda-transfer', functionName: 'bank' },
      calls: CALLS,
      inFlight: 4,
      workers: 2,
      accounts: ACCOUNTS,
      amount: 2,
      seed: 1,
      maxDurationSeconds: 300,
      transport: 'lean',
      thresholds: ['balance=exact', 'moves=exact'],
      ...change,
    };
    try {
      const target = { ...bank.target, lambda: endpoint.target };
      return await runStress(plan, target, onSnapshot, signal, { workerFile: bank.workerFile });
    } finally {
      endpoint.close();
    }
  };
  const unknownOf = ({ errors }: RunResult): number | undefined => errors.connection;
  const badOf = (result: RunResult): string[] =>
    verdictsOf(result).flatMap(({ level, text }) => (level === 'bad' ? text : []));

  it('an honest function that keeps history is held to its rows, and to what they say', async () => {
    const result = await through(lossy);
    assert.equal(unknownOf(result), 6);
    assert.deepEqual(result.ledger, { acknowledged: 54, unknown: 6, recorded: 57, exact: true, heldTo: 'contents' });
    assert.deepEqual(result.moves, { acknowledged: 54, unknown: 6, exact: true, heldTo: 'rows' });
    assert.deepEqual(
      result.thresholds?.map(({ passed }) => passed),
      [true, true],
    );
    assert.deepEqual(badOf(result), []);
  });

  it('an honest function that keeps none is held to what its answers leave possible', async () => {
    const result = await through(n => ({ ...lossy(n), rows: 0 }));
    assert.deepEqual([unknownOf(result), result.ledger], [6, undefined]);
    assert.deepEqual(result.moves, { acknowledged: 54, unknown: 6, exact: true, heldTo: 'choice' });
    assert.deepEqual(badOf(result), []);
  });

  const frauds: [string, Deed, string][] = [
    ['moves money twice and says so', { moves: 2, rows: 2 }, 'ledger'],
    ['moves money twice, with one row', { moves: 2 }, 'moves'],
    ['acknowledges what it did not do', { moves: 0, rows: 0 }, 'ledger'],
    ['writes a row and moves nothing', { moves: 0 }, 'moves'],
    ['moves money without a row', { rows: 0 }, 'ledger'],
  ];
  for (const [what, deed, finds] of frauds)
    it(`a function that once ${what} is found out, though sum and number of rows are right`, async () => {
      const result = await through(n => (n === 5 ? deed : lossy(n)));
      assert.deepEqual([unknownOf(result), result.moneyConserved], [6, true]);
      const { acknowledged, recorded, unknown } = result.ledger ?? assert.fail('no ledger');
      assert.ok(acknowledged <= recorded && recorded <= acknowledged + unknown, 'as far as numbers tell it may be');
      assert.equal(finds === 'ledger' ? result.ledger?.exact : result.moves?.exact, false);
      assert.equal(runVerdict(result).tone, 'bad');
      assert.equal(badOf(result).length > 0, true);
    });

  for (const [what, deed] of [
    ['moves money twice', { moves: 2 }],
    ['acknowledges what it did not do', { moves: 0 }],
  ] as [string, Deed][])
    it(`a function without history that once ${what} is found out by where the money lies`, async () => {
      const result = await through(n => ({ ...(n === 5 ? deed : lossy(n)), rows: 0 }));
      assert.deepEqual([result.moneyConserved, result.moves?.exact, result.moves?.heldTo], [true, false, 'choice']);
      assert.equal(runVerdict(result).tone, 'bad');
    });

  for (const liar of [false, true])
    it(`a run that is stopped in the middle is judged: ${liar ? 'one call was made twice' : 'an honest function'}`, async () => {
      const stop = new AbortController();
      const deed = (n: number): Deed => (liar && n === 5 ? { moves: 2, rows: 2 } : n > 40 ? { answer: 'none' } : {});
      const stopLate = ({ succeeded }: RunSnapshot): void => {
        if (succeeded === 41) stop.abort();
      };
      const result = await through(deed, { calls: 100_000 }, stopLate, stop.signal);
      assert.deepEqual([result.status, result.inFlight, result.moneyConserved], ['cancelled', 4, true]);
      assert.deepEqual([result.ledger?.exact, result.moves?.exact], [!liar, !liar]);
      assert.equal(badOf(result).length > 0, liar);
    });
});
