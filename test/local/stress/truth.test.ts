import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { transferOnce } from '../../../src/core/bank/transfer';
import { CREATE_ORDER_INDEXES, CREATE_ORDER_TABLES } from '../../../src/core/orders/schema';
import type { RunPlan, RunResult, RunSnapshot } from '../../../src/core/stress/contract';
import { PLACEMENT_MODULUS, placementShift, weightOf } from '../../../src/core/bank/books';
import { runVerdict } from '../../../src/core/stress-view/run-record';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import { auditWithPlacement } from '../../../src/node/bank/audit';
import { deleteAll } from '../../../src/node/bank/delete';
import { loadAccounts } from '../../../src/node/bank/load';
import { runStress, type StressTarget } from '../../../src/stress/controller';
import { invokeEndpoint, type Answer, type InvokedTransfer } from '../../support/invoke-endpoint';
import { STOPPED_WITHIN_MS } from '../../support/stop-bound';
import { startStressBank, type StressBank } from '../../support/stress-bank';

const MODULUS = BigInt(PLACEMENT_MODULUS);
const RETRY = { maxAttempts: 100, baseDelayMs: 1, maxDelayMs: 50, jitter: 1 };

describe('what a stress run finds out about the bank', () => {
  let bank: StressBank;
  let target: StressTarget;
  let pool: StressBank['pool'];

  before(async () => {
    bank = await startStressBank();
    ({ target, pool } = bank);
    for (const ddl of [...CREATE_TABLES, ...CREATE_ORDER_TABLES, ...CREATE_ORDER_INDEXES]) await pool.query(ddl);
  });
  after(() => bank.close());
  beforeEach(async () => {
    for (const table of ['accounts', 'transactions'] as const) await deleteAll(pool, table);
    await loadAccounts(pool, { count: 400, balance: 1000 });
  });

  const run = (
    change: Partial<RunPlan>,
    at = target,
    onSnapshot?: (snapshot: RunSnapshot) => void,
    signal?: AbortSignal,
  ): Promise<RunResult> => {
    const plan: RunPlan = {
      name: 'test',
      workload: { type: 'lambda-transfer', functionName: 'bank' },
      calls: 60,
      inFlight: 4,
      workers: 2,
      accounts: 400,
      amount: 1,
      seed: 1,
      maxDurationSeconds: 300,
      transport: 'lean',
      ...change,
    };
    return runStress(plan, at, onSnapshot, signal, { workerFile: bank.workerFile, allowUserCode: true });
  };
  /** A run against an endpoint whose transfers `apply` carries out in the database. */
  const through = async (apply: Answer, change: Partial<RunPlan> = {}): Promise<RunResult> => {
    const endpoint = await invokeEndpoint(apply);
    try {
      return await run(
        { thresholds: ['ledger=exact', 'balance=exact'], ...change },
        { ...target, lambda: endpoint.target },
      );
    } finally {
      endpoint.close();
    }
  };
  const transfer = async (payer: number, payee: number, amount: number): Promise<void> => {
    const client = await pool.connect();
    try {
      for (let tries = 0; ; tries++)
        try {
          await transferOnce((sql, params) => client.query(sql, params), { payer, payee, amount }, true);
          return;
        } catch (error) {
          if ((error as { code?: string }).code !== '40001' || tries > 50) throw error;
        }
    } finally {
      client.release();
    }
  };
  /** Does it again until it meets no conflict. */
  const retried = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;)
      try {
        return await work();
      } catch (error) {
        if ((error as { code?: string }).code !== '40001') throw error;
      }
  };
  const answering = (work: (n: number, transfer: InvokedTransfer) => Promise<void>): Answer => {
    let n = 0;
    return (asked, reply) =>
      void work(n++, asked).then(
        () => reply({ balance: 1, duration: 1, retries: 0 }),
        (error: Error) => reply({ error: error.message, errorCode: (error as { code?: string }).code }),
      );
  };
  const passed = ({ thresholds = [] }: RunResult): (boolean | undefined)[] => thresholds.map(outcome => outcome.passed);

  it('an honest endpoint is found honest', async () => {
    const honest = await through(answering((_n, t) => transfer(t.payer_id, t.payee_id, t.amount)));
    assert.equal(honest.succeeded, 60, JSON.stringify(honest.errors));
    assert.deepEqual(honest.ledger, { acknowledged: 60, unknown: 0, recorded: 60, exact: true, heldTo: 'contents' });
    assert.deepEqual(passed(honest), [true, true]);
    assert.deepEqual(honest.moves, { acknowledged: 60, exact: true, heldTo: 'answers' });
  });

  it('an endpoint that applies some transfers twice is found out by the ledger, though no money is missing', async () => {
    const double = await through(
      answering(async (n, t) => {
        await transfer(t.payer_id, t.payee_id, t.amount);
        if (n % 20 === 0) await transfer(t.payer_id, t.payee_id, t.amount);
      }),
    );
    assert.equal(double.succeeded, 60);
    assert.equal(double.moneyConserved, true);
    assert.deepEqual(double.ledger, { acknowledged: 60, unknown: 0, recorded: 63, exact: false, heldTo: 'contents' });
    assert.deepEqual(passed(double), [false, true]);
    assert.equal(double.moves?.exact, false);
  });

  it('an endpoint that acknowledges what it did not do is found out by the ledger', async () => {
    const lazy = await through(
      answering((n, t) => (n % 20 === 0 ? Promise.resolve() : transfer(t.payer_id, t.payee_id, t.amount))),
    );
    assert.deepEqual(lazy.ledger, { acknowledged: 60, unknown: 0, recorded: 57, exact: false, heldTo: 'contents' });
  });

  it('an endpoint that keeps no history is found out by where the money lies, though none is missing', async () => {
    const move = (payer: number, payee: number, amount: number): Promise<unknown> =>
      pool.query(
        'UPDATE accounts SET balance = balance + CASE id WHEN $1 THEN -$3::int ELSE $3::int END WHERE id IN ($1, $2)',
        [payer, payee, amount],
      );
    const wrongs: [string, (n: number, transfer: InvokedTransfer) => Promise<unknown>][] = [
      ['nothing', async (_n, t) => move(t.payer_id, t.payee_id, t.amount)],
      ['nothing at all', async () => undefined],
      ['one transfer is not made', async (n, t) => n !== 7 && move(t.payer_id, t.payee_id, t.amount)],
      [
        'one is made twice',
        async (n, t) => {
          await move(t.payer_id, t.payee_id, t.amount);
          if (n === 7) await move(t.payer_id, t.payee_id, t.amount);
        },
      ],
      [
        'one goes to somebody else',
        async (n, t) => move(t.payer_id, n === 7 ? (t.payee_id % 400) + 1 : t.payee_id, t.amount),
      ],
    ];
    for (const [what, work] of wrongs) {
      const answer = answering(async (n, t) => void (await retried(() => work(n, t))));
      const result = await through(answer, { thresholds: ['balance=exact'] });
      assert.deepEqual([result.succeeded, result.moneyConserved, result.ledger], [60, true, undefined], what);
      const { off, ...moves } = result.moves ?? {};
      assert.deepEqual(moves, { acknowledged: 60, exact: what === 'nothing', heldTo: 'answers' }, what);
      if (/^one/.test(what)) assert.equal(off?.accounts, 2, 'who got nothing, or too much, and who paid or got it');
      assert.equal(result.ledgerUnseen, undefined);
      assert.equal(
        verdictsOf(result).some(({ level }) => level === 'bad'),
        what !== 'nothing',
      );
    }
  });

  it('the database and the generator tell alike where money lies, whatever ids and balances', async () => {
    const rows: [number, bigint][] = [
      [1_000, -5n],
      [46_341, 9_007_199_254_740_993n],
      [2_147_483_647, -(2n ** 62n)],
    ];
    const { placement: before = NaN } = await auditWithPlacement(pool);
    for (const row of rows) await pool.query('INSERT INTO accounts (id, balance) VALUES ($1, $2)', row);
    const { placement: after = NaN } = await auditWithPlacement(pool);
    const added = rows.reduce((sum, [id, balance]) => sum + BigInt(weightOf(id)) * balance, 0n);
    const modulo = (sum: bigint): bigint => ((sum % MODULUS) + MODULUS) % MODULUS;
    assert.equal(modulo(BigInt(after - before)), modulo(added));
    const shift = placementShift({ payer: 46_341, payee: 2_147_483_647, amount: 999_999 });
    const weights = BigInt(weightOf(2_147_483_647) - weightOf(46_341));
    assert.equal(BigInt(shift), modulo(999_999n * weights));
  });

  it('an endpoint that writes history in the place of balances is found out, too', async () => {
    const scribe = await through(
      answering(async (_n, { payer_id, payee_id, amount }) => {
        await pool.query('INSERT INTO transactions (payer_id, payee_id, amount) VALUES ($1, $2, $3)', [
          payer_id,
          payee_id,
          amount,
        ]);
      }),
    );
    assert.deepEqual([scribe.moneyConserved, scribe.ledger?.exact, scribe.moves?.exact], [true, true, false]);
    assert.equal(runVerdict(scribe).tone, 'bad');
  });

  it('an endpoint that loses a single unit is found out by the balances, while the run goes on', async () => {
    const thief = await through(
      answering(async (n, t) => {
        await transfer(t.payer_id, t.payee_id, t.amount);
        if (n === 10) await retried(() => pool.query('UPDATE accounts SET balance = balance - 1 WHERE id = 7'));
      }),
      { calls: 100_000, thresholds: ['balance=exact'], abortOnFail: true, balanceEverySeconds: 0.1 },
    );
    assert.equal(thief.status, 'aborted');
    assert.equal(thief.moneyConserved, false);
    assert.equal(BigInt(thief.before.sumOfBalances) - BigInt(thief.after.sumOfBalances), 1n);
    assert.ok(thief.started < 100_000);
  });

  it('hot rows are named, and money is counted in one snapshot each time while transfers go on', async () => {
    const result = await run({
      workload: { type: 'sql-transfer', retry: RETRY, recordHistory: true },
      calls: 80,
      inFlight: 8,
      distribution: { type: 'hot-set', accounts: 2, share: 0.7 },
      balanceEverySeconds: 0.05,
      warmupSeconds: 0.1,
    });
    assert.equal(result.status, 'completed', result.failure);
    assert.ok((result.conflicts ?? 0) > 0);
    assert.deepEqual(new Set(result.hotKeys?.slice(0, 2).map(({ account }) => account)), new Set([1, 2]));
    assert.ok((result.balanceSamples ?? []).length >= 2);
    assert.ok(result.balanceSamples?.every(({ exact }) => exact));
    assert.equal(result.ledger?.exact, true);
    const warm = result.warmup ?? assert.fail('no warm-up');
    assert.equal(result.ledger?.recorded, result.succeeded + warm.succeeded, 'the ledger knows the warm-up too');
    assert.deepEqual(result.moves, { acknowledged: result.succeeded + warm.succeeded, exact: true, heldTo: 'answers' });
  });

  it('a mix reads and transfers by its share', async () => {
    const result = await run({
      workload: { type: 'sql-mix', transferShare: 0.25, retry: RETRY, recordHistory: true },
      calls: 400,
      inFlight: 8,
    });
    assert.equal(result.succeeded, 400, JSON.stringify(result.errors));
    const { recorded = 0, exact } = result.ledger ?? {};
    assert.ok(exact);
    assert.ok(recorded > 60 && recorded < 140, `${recorded} of 400 were transfers`);
  });

  it('the order service creates orders with their items, and reads them', async () => {
    const result = await run({
      workload: { type: 'order-service', weights: { create: 3, get: 6, range: 1 }, retry: RETRY },
      calls: 120,
      inFlight: 6,
    });
    assert.equal(result.succeeded, 120, JSON.stringify(result.errors));
    const { rows } = await pool.query<{ orders: number; items: number; right: boolean }>(
      `SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM order_items) AS items,
         (SELECT bool_and(o.total_value = (SELECT sum(i.quantity * i.value) FROM order_items i WHERE i.order_id = o.id)) FROM orders o) AS right`,
    );
    const { orders = 0, items, right } = rows[0] ?? {};
    assert.ok(orders > 15 && orders < 80, `${orders} orders of 120 calls`);
    assert.equal(items, 2 * orders);
    assert.equal(right, true);
  });

  it('a module of the user’s runs in each worker, with the product’s driver, and its errors have classes', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-load-'));
    const module = path.join(folder, 'load.ts');
    fs.writeFileSync(
      module,
      `import { Client } from 'pg';
       let client: Client;
       export default {
         async setup({ database }: { database: object }) { client = new Client(database); await client.connect(); },
         async call({ payer, iteration, options }: { payer: number; iteration: number; options: { table: string } }) {
           const { rows } = await client.query('SELECT balance FROM ' + options.table + ' WHERE id = $1', [payer]);
           if (rows.length !== 1) throw new Error('no account');
           if (iteration % 10 === 9) await client.query('SELECT 1/0');
           return { retries: 1, handlerMs: 2 };
         },
         async teardown() { await client.end(); },
       };`,
    );
    try {
      const workload = { type: 'custom', module, options: { table: 'accounts' } } as const;
      const result = await run({ workload, calls: 100, inFlight: 4 });
      assert.equal(result.status, 'completed', result.failure);
      assert.deepEqual([result.succeeded, result.errors], [90, { database: 10 }]);
      assert.equal(result.retries, 90);
      assert.equal(result.handlerLatency.count, 90);
      assert.equal(result.moneyConserved, true);
      fs.writeFileSync(module, 'export default { call( };');
      await assert.rejects(run({ workload }), { code: 'STRESS_MODULE_INVALID' });
      fs.writeFileSync(module, 'export const call = 1;');
      assert.match((await run({ workload })).failure ?? '', /no function "call"/);
      const forbidden = runStress({ ...result.plan, workload }, target, undefined, undefined, {
        workerFile: bank.workerFile,
      });
      await assert.rejects(forbidden, { code: 'STRESS_CODE_NOT_ALLOWED' });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('a worker that is lost in the middle fails the run, and what it did until then is counted', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-load-'));
    const module = path.join(folder, 'load.mjs');
    fs.writeFileSync(
      module,
      `let mine;
       export default {
         setup({ worker }) { mine = worker; },
         async call({ iteration }) {
           await new Promise(resolve => setTimeout(resolve, 5));
           if (mine === 1 && iteration === 20) process.exit(3);
         },
       };`,
    );
    try {
      const workload = { type: 'custom', module } as const;
      const result = await run({ workload, calls: 100_000, inFlight: 8 });
      assert.equal(result.status, 'failed');
      assert.match(result.failure ?? '', /worker thread[^]*\nCorrect the module/);
      assert.ok(result.succeeded > 15 && result.succeeded < 100_000);
      assert.equal(result.started, result.succeeded + result.failed + result.inFlight);
      assert.ok(result.inFlight >= 1, 'its calls under way are of unknown outcome');
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('a load that hangs for good is stopped within a second', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-load-'));
    const module = path.join(folder, 'load.mjs');
    fs.writeFileSync(module, 'export default { call() { for (;;); } };');
    try {
      const stop = new AbortController();
      let stoppedAt = 0;
      const onSnapshot = ({ started }: RunSnapshot): void => {
        if (started === 0 || stop.signal.aborted) return;
        stoppedAt = performance.now();
        stop.abort();
      };
      const workload = { type: 'custom', module } as const;
      const result = await run({ workload, workers: 1, inFlight: 1 }, target, onSnapshot, stop.signal);
      assert.equal(result.status, 'cancelled');
      assert.equal(result.inFlight, 1);
      assert.ok(performance.now() - stoppedAt < STOPPED_WITHIN_MS, `took ${performance.now() - stoppedAt} ms`);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
