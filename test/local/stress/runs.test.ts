import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import type { RunPlan, RunResult } from '../../../src/core/stress/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { bankPool } from '../../../src/node/bank/connect';
import { deleteAll } from '../../../src/node/bank/delete';
import { loadAccounts } from '../../../src/node/bank/load';
import { createLambdaPort } from '../../../src/node/lambda/port';
import { runStress, type StressTarget } from '../../../src/stress/controller';
import { startTestCluster } from '../../support/cluster';
import { STOPPED_WITHIN_MS } from '../../support/stop-bound';
import { buildStressWorker } from '../../support/stress-worker';

/** Few: they are tried again and again, which takes a minute where many share the machine. */
const CALLS = 120;
const NO_RETRY = { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, jitter: 0 };
const RETRY = { maxAttempts: 100, baseDelayMs: 1, maxDelayMs: 50, jitter: 1 };

/** A handler that takes 3 from the payer and gives 2 to the payee, in a transaction that is otherwise correct. */
const LOSES_MONEY = `
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { Pool } from 'pg';
const hostname = process.env.CLUSTER_ENDPOINT;
const signer = new DsqlSigner({ hostname, region: process.env.AWS_REGION });
const pool = new Pool({ host: hostname, port: 5432, user: 'teller', database: 'postgres', ssl: true, max: 1,
  password: () => signer.getDbConnectAuthToken() });
export const handler = async ({ payer_id, payee_id }) => {
  await pool.query('BEGIN');
  try {
    const { rows } = await pool.query('UPDATE accounts SET balance = balance - 3 WHERE id = $1 RETURNING balance', [payer_id]);
    await pool.query('UPDATE accounts SET balance = balance + 2 WHERE id = $1', [payee_id]);
    await pool.query('COMMIT');
    return { balance: rows[0].balance, duration: 1, retries: 0 };
  } catch (error) {
    await pool.query('ROLLBACK');
    return { error: error.message, errorCode: error.code };
  }
};`;

describe('stress runs on the local cluster', () => {
  let cluster: LocalCluster;
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  let target: StressTarget;
  let pool: ReturnType<typeof bankPool>;

  before(async () => {
    [cluster, worker] = await Promise.all([startTestCluster(), buildStressWorker()]);
    const { info } = cluster;
    target = {
      database: {
        host: info.endpoint,
        port: info.port,
        region: info.region,
        user: 'admin',
        caFile: info.caFile,
        credentials: info.admin,
      },
      lambda: { endpoint: info.lambdaEndpoint, region: info.region, credentials: info.admin },
    };
    pool = bankPool(target.database, 4);
    for (const ddl of CREATE_TABLES) await pool.query(ddl);
  });
  after(async () => {
    await pool.end();
    await cluster.close();
    worker.remove();
  });
  beforeEach(async () => {
    await deleteAll(pool, 'accounts');
    await deleteAll(pool, 'transactions');
  });

  const plan = (change: Partial<RunPlan>): RunPlan => ({
    name: 'test',
    workload: { type: 'sql-transfer', retry: RETRY, recordHistory: true },
    calls: CALLS,
    inFlight: 16,
    workers: 2,
    accounts: 10,
    amount: 1,
    seed: 1,
    maxDurationSeconds: 300,
    transport: 'lean',
    ...change,
  });
  const run = (chosen: RunPlan, signal?: AbortSignal, at = target): Promise<RunResult> =>
    runStress(chosen, at, undefined, signal, { workerFile: worker.file });
  const recorded = async (): Promise<number> =>
    (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM transactions')).rows[0]!.n;

  it('without retries some transfers lose to others; what succeeded is in the books, to the row', async () => {
    await loadAccounts(pool, { count: 10, balance: 1000 });
    const result = await run(plan({ workload: { type: 'sql-transfer', retry: NO_RETRY, recordHistory: true } }));
    assert.equal(result.status, 'completed', result.failure);
    assert.ok((result.errors['occ-data'] ?? 0) > 0, 'ten accounts, 16 at a time: some must conflict');
    assert.deepEqual(Object.keys(result.errors), ['occ-data']);
    assert.equal(result.succeeded + result.failed, CALLS);
    assert.equal(result.retries, 0);
    assert.equal(result.moneyConserved, true);
    assert.equal(result.after.sumOfBalances, '10000');
    assert.equal(await recorded(), result.succeeded);
  });

  it('with retries all succeed, and every retry is counted', async () => {
    await loadAccounts(pool, { count: 10, balance: 1000 });
    const result = await run(plan({}));
    assert.equal(result.succeeded, CALLS, JSON.stringify(result.errors));
    assert.ok(result.retries >= result.callsWithRetries && result.callsWithRetries > 0);
    assert.ok(result.maxRetries >= 1);
    assert.equal(result.exhausted, 0);
    assert.equal(result.moneyConserved, true);
    assert.equal(await recorded(), CALLS);
  });

  it('retries that are used up are conflicts, and counted as exhausted', async () => {
    await loadAccounts(pool, { count: 2, balance: 1000 });
    const retry = { ...RETRY, maxAttempts: 2, maxDelayMs: 0 };
    const result = await run(plan({ accounts: 2, workload: { type: 'sql-transfer', retry, recordHistory: true } }));
    assert.ok((result.exhausted ?? 0) > 0);
    assert.equal(result.exhausted, result.errors['occ-data']);
    assert.equal(result.maxRetries, 1);
    assert.equal(await recorded(), result.succeeded);
    assert.equal(result.moneyConserved, true);
  });

  it('an empty account pays nothing', async () => {
    await loadAccounts(pool, { count: 10, balance: 0 });
    const result = await run(plan({ calls: 50, inFlight: 4 }));
    assert.deepEqual(result.errors, { 'insufficient-funds': 50 });
    assert.deepEqual(result.before, result.after);
  });

  it('a run stopped in the middle tells the truth about what it did', async () => {
    await loadAccounts(pool, { count: 100, balance: 1000 });
    const stop = new AbortController();
    let stoppedAt = 0;
    const onSnapshot = ({ succeeded }: { succeeded: number }): void => {
      if (succeeded < 100 || stop.signal.aborted) return;
      stoppedAt = performance.now();
      stop.abort();
    };
    const options = { workerFile: worker.file };
    const result = await runStress(plan({ calls: 1_000_000, accounts: 100 }), target, onSnapshot, stop.signal, options);
    assert.ok(performance.now() - stoppedAt < STOPPED_WITHIN_MS, `took ${performance.now() - stoppedAt} ms`);
    assert.equal(result.status, 'cancelled');
    assert.equal(result.started, result.succeeded + result.failed + result.inFlight);
    assert.equal(result.moneyConserved, true);
    const rows = await recorded();
    assert.ok(rows >= result.succeeded, `${result.succeeded} acknowledged, ${rows} found`);
    assert.ok(
      rows <= result.succeeded + result.inFlight,
      'only calls of unknown outcome may have been carried out too',
    );
  });

  it('a function that loses money is found out, though every call succeeded', async () => {
    await loadAccounts(pool, { count: 1000, balance: 1000 });
    await pool.query('CREATE ROLE teller WITH LOGIN');
    await pool.query(`AWS IAM GRANT teller TO '${cluster.info.lambdaRole.arn}'`);
    await pool.query('GRANT SELECT, UPDATE ON accounts TO teller');
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'loses-money-'));
    fs.writeFileSync(path.join(directory, 'index.mjs'), LOSES_MONEY);
    const { region, lambdaEndpoint, admin, lambdaRole, endpoint } = cluster.info;
    const lambda = createLambdaPort({ endpoint: lambdaEndpoint, region, credentials: async () => admin });
    try {
      const environment = { CLUSTER_ENDPOINT: endpoint };
      await lambda.deploy({ name: 'loses-money', directory, environment, roleArn: lambdaRole.arn });
      for (const transport of ['lean', 'sdk'] as const) {
        const workload = { type: 'lambda-transfer', functionName: 'loses-money' } as const;
        const result = await run(plan({ workload, transport, calls: 100, inFlight: 8, accounts: 1000 }));
        assert.equal(result.status, 'completed', result.failure);
        assert.ok(result.succeeded > 90, JSON.stringify(result.errors));
        assert.equal(result.handlerLatency.count, result.succeeded);
        assert.equal(result.moneyConserved, false);
        const lost = BigInt(result.before.sumOfBalances) - BigInt(result.after.sumOfBalances);
        assert.equal(lost, BigInt(result.succeeded));
      }
      const workload = { type: 'lambda-transfer', functionName: 'nobody' } as const;
      const missing = await run(plan({ workload, calls: 20, inFlight: 5 }));
      assert.deepEqual(missing.errors, { dispatch: 20 });
      const stranger = {
        ...target,
        lambda: { ...target.lambda!, credentials: { ...admin, secretAccessKey: 'wrong' } },
      };
      const refused = await run(plan({ workload, calls: 20, inFlight: 5 }), undefined, stranger);
      assert.deepEqual(refused.errors, { auth: 20 });
    } finally {
      lambda.dispose();
      fs.rmSync(directory, { recursive: true });
    }
  });

  it('a database that refuses the key fails the run with the cause', async () => {
    const credentials = { ...target.database.credentials, secretAccessKey: 'wrong' };
    const result = await run(plan({}), undefined, { database: { ...target.database, credentials } });
    assert.equal(result.status, 'failed');
    assert.match(result.failure ?? '', /access denied|unable to accept/);
    assert.equal(result.started, 0);
  });

  it('the certificate is always verified', async () => {
    const result = await run(plan({}), undefined, { database: { ...target.database, caFile: undefined } });
    assert.equal(result.status, 'failed');
    assert.match(result.failure ?? '', /certificate/);
  });
});
