import assert from 'node:assert/strict';
import path from 'node:path';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import type { RunPlan, RunResult, RunSnapshot } from '../../../src/core/stress/contract';
import type { LocalCluster } from '../../../src/local/cluster';
import { productRoot } from '../../../src/node/assets';
import { bankPool } from '../../../src/node/bank/connect';
import { loadAccounts } from '../../../src/node/bank/load';
import { createLambdaPort } from '../../../src/node/lambda/port';
import type { StressTarget } from '../../../src/stress/controller';
import { prepareFanOut, runFannedOut, type FanOutRun } from '../../../src/stress/remote/run';
import { startTestCluster } from '../../support/cluster';
import { buildLoadGenerator } from '../../support/load-generator';
import { STOPPED_WITHIN_MS } from '../../support/stop-bound';

const ACCOUNTS = 500;
const RETRY = { maxAttempts: 100, baseDelayMs: 1, maxDelayMs: 50, jitter: 1 };

describe('runs from load generators in the local Lambda', () => {
  let cluster: LocalCluster;
  let generator: Awaited<ReturnType<typeof buildLoadGenerator>>;
  let target: StressTarget;
  let pool: ReturnType<typeof bankPool>;

  before(async () => {
    [cluster, generator] = await Promise.all([startTestCluster(), buildLoadGenerator()]);
    const { endpoint: host, port, region, caFile, admin: credentials, lambdaEndpoint, lambdaRole } = cluster.info;
    target = {
      database: { host, port, region, caFile, user: 'admin', credentials },
      lambda: { endpoint: lambdaEndpoint, region, credentials },
    };
    pool = bankPool(target.database, 4);
    const statements = [
      ...CREATE_TABLES,
      'CREATE ROLE myapp WITH LOGIN',
      `AWS IAM GRANT myapp TO '${lambdaRole.arn}'`,
      'GRANT SELECT, INSERT, UPDATE ON accounts, transactions TO myapp',
    ];
    for (const sql of statements) await pool.query(sql);
    await loadAccounts(pool, { count: ACCOUNTS, balance: 1_000_000 });
    const lambda = createLambdaPort({ endpoint: lambdaEndpoint, region, credentials });
    await lambda.deploy({
      name: 'transfer',
      directory: path.join(productRoot(), 'workshop/chapters/03-uuid-history/lambda'),
      environment: { CLUSTER_ENDPOINT: host },
      roleArn: lambdaRole.arn,
    });
    lambda.dispose();
  });
  after(async () => {
    await pool.end();
    await cluster.close();
    generator.remove();
  });

  const plan = (change: Partial<RunPlan>): RunPlan => ({
    name: 'fanned out',
    workload: { type: 'sql-transfer', retry: RETRY, recordHistory: true },
    calls: 400,
    inFlight: 8,
    workers: 1,
    accounts: ACCOUNTS,
    amount: 1,
    seed: 7,
    maxDurationSeconds: 30,
    transport: 'lean',
    ...change,
  });
  const run = (
    change: Partial<RunPlan>,
    options: Partial<FanOutRun> = {},
    onSnapshot: (snapshot: RunSnapshot) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<RunResult> =>
    runFannedOut(
      plan(change),
      target,
      {
        generators: 2,
        billed: false,
        roleArn: cluster.info.generatorRole.arn,
        directory: generator.directory,
        ...options,
      },
      onSnapshot,
      signal,
    );
  const rows = async (): Promise<number> =>
    Number((await pool.query('SELECT count(*)::int AS n FROM transactions')).rows[0].n);
  const payers = async (): Promise<number> =>
    Number((await pool.query('SELECT count(DISTINCT (payer_id, payee_id))::int AS n FROM transactions')).rows[0].n);

  it('shows the numbers beforehand', async () => {
    const { rows: lines, shares } = await prepareFanOut(plan({}), target, { generators: 2, billed: false });
    assert.deepEqual(shares, [
      { calls: 200, inFlight: 4, startDelayMs: 0 },
      { calls: 200, inFlight: 4, startDelayMs: 0 },
    ]);
    const row = (label: string) => lines.find(line => line.label === label)?.value;
    assert.match(row('Lambda concurrency') ?? '', /^2 of 1,000/);
    assert.match(row('Cost of Lambda, at most') ?? '', /none/);
    const onAws = await prepareFanOut(plan({}), target, { generators: 2, billed: true });
    const cost = onAws.rows.find(({ label }) => label === 'Cost of Lambda, at most');
    assert.match(cost?.value ?? '', /^\$\d/, 'whatever the address of its Lambda');
  });

  it('makes every transfer of a Lambda run once, and merges what the generators saw', async () => {
    const before = await rows();
    const result = await run({ workload: { type: 'lambda-transfer', functionName: 'transfer' } });
    assert.equal(result.status, 'completed', result.failure);
    assert.deepEqual([result.started, result.succeeded, result.failed], [400, 400, 0]);
    assert.deepEqual([result.latency.count, result.handlerLatency.count], [400, 400]);
    assert.ok(result.latency.p50 > 0 && result.latency.max >= result.latency.p99);
    assert.equal(result.moneyConserved, true);
    assert.equal((await rows()) - before, 400);
    // one seed for both would have made each pair twice
    assert.ok((await payers()) > 300, `${await payers()} different pairs`);
  });

  it('splits a run by time into legs that together last as long as it', async () => {
    const before = await rows();
    const seen: RunSnapshot[] = [];
    const result = await run({ calls: 1_000_000, durationSeconds: 3 }, { legSeconds: 1 }, s => seen.push(s));
    assert.equal(result.status, 'completed', result.failure);
    assert.ok(result.elapsedMs >= 2_900 && result.started < 1_000_000, `${result.elapsedMs} ms`);
    assert.equal((await rows()) - before, result.succeeded);
    assert.equal(result.latency.count, result.succeeded + result.failed);
    assert.equal(result.ledger?.exact, true);
    assert.ok(
      seen.some(({ started }) => started > 0 && started < result.started),
      'figures of the first legs come before the end',
    );
    assert.ok(result.moneyConserved);
  });

  it('has the run second by second, though a leg answers at its end', async () => {
    const result = await run({ calls: 1_000_000, durationSeconds: 3 });
    assert.equal(result.status, 'completed', result.failure);
    const points = result.series ?? [];
    const total = (name: 'succeeded' | 'failed' | 'conflicts'): number =>
      points.reduce((sum, point) => sum + point[name], 0);
    assert.deepEqual([total('succeeded'), total('failed')], [result.succeeded, result.failed]);
    assert.equal(total('conflicts'), result.conflicts ?? 0);
    // not all of it in the second in which the leg's answer came
    assert.ok(points.filter(({ succeeded }) => succeeded > 0).length >= 2, JSON.stringify(points));
    assert.ok(points.every(({ succeeded, p50 }) => succeeded === 0 || p50 > 0));
  });

  it('has every call that counts in its seconds, also where a leg begins in the warm-up', async () => {
    const stages = [{ ratePerSecond: 60, durationSeconds: 3 }];
    const result = await run({ calls: 10_000, inFlight: 60, stages, warmupSeconds: 1.2 }, { legSeconds: 2 });
    assert.equal(result.status, 'completed', result.failure);
    const told = (result.series ?? []).reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0);
    assert.equal(told, result.succeeded + result.failed);
    assert.ok(told > 0 && (result.series?.[0]?.atMs ?? 0) >= 2_000, JSON.stringify(result.series));
  });

  it('keeps a schedule across legs', async () => {
    const stages: RunPlan['stages'] = [
      { ratePerSecond: 100, durationSeconds: 1.5, approach: 'ramp' },
      { ratePerSecond: 100, durationSeconds: 1.5 },
    ];
    const result = await run({ calls: 10_000, inFlight: 40, stages }, { legSeconds: 1 });
    assert.equal(result.status, 'completed', result.failure);
    // 75 in the ramp and 150 after it; each cut may round one call away
    assert.ok(Math.abs(result.started + (result.dropped ?? 0) - 225) <= 6, `${result.started} calls`);
    assert.ok(result.elapsedMs >= 2_800, `${result.elapsedMs} ms`);
    assert.ok(result.moneyConserved);
  });

  it('stops within a second, and says which calls nobody knows of', async () => {
    const stop = new AbortController();
    let asked = 0;
    const onSnapshot = ({ started }: RunSnapshot): void => {
      if (started > 0 && asked === 0) {
        asked = performance.now();
        stop.abort();
      }
    };
    const result = await run({ calls: 50_000, durationSeconds: 20 }, { legSeconds: 1 }, onSnapshot, stop.signal);
    assert.ok(performance.now() - asked < STOPPED_WITHIN_MS, `${performance.now() - asked} ms`);
    assert.equal(result.status, 'cancelled');
    assert.ok(result.succeeded > 0 && result.succeeded < 50_000);
    assert.equal(result.moneyConserved, true);
  });

  it('ends by itself when none of the calls gets through from Lambda, in the middle of a leg too', async () => {
    const workload = { type: 'lambda-transfer', functionName: 'nowhere' } as const;
    const endless = { workload, calls: 1_000_000, durationSeconds: 25, giveUpAfterSeconds: 0.5 };
    // a leg that was gone through to its end would be all there is to do
    const result = await run(endless, { legSeconds: 30 });
    assert.equal(result.status, 'unreachable', result.failure);
    assert.deepEqual([result.succeeded, Object.keys(result.errors)], [0, ['dispatch']]);
    assert.ok((result.outageMs ?? 0) >= 500, `${result.outageMs} ms`);
    assert.equal(result.moneyConserved, true);
  });

  it('fails as its role may not do what the run needs', async () => {
    const workload = { type: 'lambda-transfer', functionName: 'transfer' } as const;
    const result = await run({ workload, calls: 20 }, { roleArn: cluster.info.lambdaRole.arn });
    assert.deepEqual([result.succeeded, result.errors], [0, { auth: 20 }]);
    const direct = await run({ calls: 20 }, { roleArn: cluster.info.lambdaRole.arn });
    assert.equal(direct.status, 'failed');
    assert.match(direct.failure ?? '', /load generator in Lambda failed.*access denied/i);
  });
});
