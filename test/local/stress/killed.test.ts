import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import { CREATE_ORDER_TABLES } from '../../../src/core/orders/schema';
import type { RunPlan, RunResult, RunSnapshot } from '../../../src/core/stress/contract';
import { bankPool } from '../../../src/node/bank/connect';
import { loadAccounts } from '../../../src/node/bank/load';
import { startLocalProcess, type LocalClusterProcess } from '../../../src/node/target-local-process';
import type { LocalClusterInfo } from '../../../src/protocol/local-cluster';
import { runStress, type StressTarget } from '../../../src/stress/controller';
import { buildStressWorker } from '../../support/stress-worker';

const CLI = path.resolve(__dirname, '../../../dist/cli.js');
const ACCOUNTS = 200;
const RETRY = { maxAttempts: 100, baseDelayMs: 1, maxDelayMs: 50, jitter: 1 };

/** One worker of two ends in the middle of its calls, as a thread does that runs out of memory. */
const ENDS_ITS_THREAD = `
let first = true;
export default {
  setup({ worker }) { first = worker === 0; },
  async call({ iteration }) {
    if (first && iteration === 20) process.exit(3);
    await new Promise(resolve => setTimeout(resolve, 1));
  },
};`;

/** Reads over connections of its own, which may break while nobody uses them. */
const READS = `
import { Pool } from 'pg';
let pool;
export default {
  setup({ database, inFlight }) { pool = new Pool({ ...database, max: inFlight }).on('error', () => {}); },
  async call({ payer }) { await pool.query('SELECT balance FROM accounts WHERE id = $1', [payer]); },
  teardown() { return pool.end(); },
};`;

const targetOf = ({ endpoint: host, port, region, caFile, admin: credentials }: LocalClusterInfo): StressTarget => ({
  database: { host, port, region, caFile, user: 'admin', credentials },
});
/** As windows, chapters and the command line name it: with what tells that it is a local cluster. */
const knownTargetOf = (info: LocalClusterInfo): StressTarget => ({
  ...targetOf(info),
  lambda: { endpoint: info.lambdaEndpoint, region: info.region, credentials: info.admin },
  dataDir: info.dataDir,
});

describe('stress runs that are killed', () => {
  let cluster: LocalClusterProcess;
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  let folder: string;
  const dataDir = (): string => path.join(folder, 'cluster');

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stress-killed-'));
    // where tests run as root PostgreSQL is another user's, and would lie elsewhere
    fs.chmodSync(folder, 0o755);
    [cluster, worker] = await Promise.all([startLocalProcess(dataDir()), buildStressWorker()]);
    const pool = bankPool(targetOf(cluster.info).database, 2);
    for (const ddl of [...CREATE_TABLES, ...CREATE_ORDER_TABLES]) await pool.query(ddl);
    await loadAccounts(pool, { count: ACCOUNTS, balance: 1000 });
    await pool.end();
  });
  after(async () => {
    await cluster.close();
    worker.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const plan = (change: Partial<RunPlan> = {}): RunPlan => ({
    name: 'killed',
    workload: { type: 'sql-transfer', retry: RETRY, recordHistory: true },
    calls: 200,
    inFlight: 8,
    workers: 2,
    accounts: ACCOUNTS,
    amount: 1,
    seed: 1,
    maxDurationSeconds: 60,
    transport: 'lean',
    ...change,
  });
  const run = (chosen: RunPlan, onSnapshot?: (snapshot: RunSnapshot) => void): Promise<RunResult> =>
    runStress(chosen, targetOf(cluster.info), onSnapshot, undefined, { workerFile: worker.file, allowUserCode: true });
  const nextIsClean = async (): Promise<void> => {
    const next = await run(plan());
    assert.equal(next.status, 'completed', next.failure);
    assert.deepEqual([next.succeeded, next.inFlight], [200, 0]);
    assert.equal(next.ledger?.exact, true);
    assert.deepEqual([next.moneyConserved, next.after.sumOfBalances], [true, String(ACCOUNTS * 1000)]);
  };

  it('in one of their threads, fail and say so, with the bank counted; the next run starts clean', async () => {
    const module = path.join(folder, 'ends.mjs');
    fs.writeFileSync(module, ENDS_ITS_THREAD);
    const result = await run(plan({ calls: 100_000, workload: { type: 'custom', module } }));
    assert.equal(result.status, 'failed');
    assert.match(result.failure ?? '', /a worker thread of the stress run ended/);
    assert.ok(result.succeeded > 0 && result.succeeded < 100_000, `${result.succeeded} calls`);
    assert.deepEqual([result.after.accounts, result.moneyConserved], [ACCOUNTS, true]);
    await nextIsClean();
  });

  it('with their whole process, leave no transaction open and no money lost', async () => {
    const args = ['stress', '--data-dir', dataDir(), '--workload', 'sql', '--history', '--accounts', String(ACCOUNTS)];
    const child = spawn(process.execPath, [CLI, ...args, '--calls', '1000000', '--in-flight', '16', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    createInterface({ input: child.stdout }).once('line', () => child.kill('SIGKILL'));
    const [, signal] = (await exit) as [unknown, string];
    assert.equal(signal, 'SIGKILL');
    await nextIsClean();
  });

  it('with the cluster under them, end by themselves whatever they do, and claim nothing of money that nobody could count', async () => {
    const module = path.join(folder, 'reads.mjs');
    fs.writeFileSync(module, READS);
    const stages = [{ ratePerSecond: 100, durationSeconds: 60 }];
    const changes: Partial<RunPlan>[] = [
      {},
      { workload: { type: 'sql-mix', transferShare: 0.5, retry: RETRY }, stages },
      { warmupSeconds: 60 },
      { workload: { type: 'custom', module } },
      { workload: { type: 'order-service', weights: { create: 1, get: 1, range: 0 }, retry: RETRY } },
    ];
    const got = new Set<Partial<RunPlan>>();
    let killed = false;
    const ended = changes.map(change => {
      const endless = { calls: 100_000_000, inFlight: 4, workers: 1, giveUpAfterSeconds: 0.5, ...change };
      return run(plan(endless), ({ succeeded, warmup }) => {
        if (succeeded + (warmup?.succeeded ?? 0) > 0) got.add(change);
        if (killed || got.size < changes.length) return;
        killed = true;
        process.kill(cluster.info.pid, 'SIGKILL');
      });
    });
    for (const [i, result] of (await Promise.all(ended)).entries()) {
      const what = `${i}: ${result.plan.workload.type}`;
      assert.equal(result.status, 'unreachable', what);
      assert.ok((result.errors.connection ?? 0) + (result.warmup?.failed ?? 0) > 0, what);
      assert.equal(result.after.accounts, 0, what);
      assert.equal(result.ledger?.exact ?? false, false, what);
      // the order service has nothing to do with balances
      if (result.plan.workload.type !== 'order-service') assert.equal(result.moneyConserved, false, what);
    }
    cluster = await startLocalProcess(dataDir());
    await nextIsClean();
  });

  const goneFor: [string, (pid: number) => unknown, RegExp][] = [
    ['is stopped', pid => process.kill(pid, 'SIGTERM'), /^the local cluster was stopped: nobody listens on localhost:/],
    [
      'dies',
      pid => process.kill(pid, 'SIGKILL'),
      /^the process of the local cluster died: nobody listens on localhost:/,
    ],
  ];
  for (const [how, end, reason] of goneFor)
    it(`do not wait for a local cluster that ${how}, and name that as the reason, with what they had`, async () => {
      const changes: Partial<RunPlan>[] = [
        {},
        { stages: [{ ratePerSecond: 100, durationSeconds: 60 }] },
        { workload: { type: 'order-service', weights: { create: 1, get: 1, range: 0 }, retry: RETRY } },
      ];
      const got = new Set<Partial<RunPlan>>();
      let ended = false;
      const runs = changes.map(change =>
        runStress(
          plan({ calls: 100_000_000, inFlight: 4, workers: 1, ...change }),
          knownTargetOf(cluster.info),
          ({ succeeded }) => {
            if (succeeded > 0) got.add(change);
            if (ended || got.size < changes.length) return;
            ended = true;
            end(cluster.info.pid);
          },
          undefined,
          { workerFile: worker.file },
        ),
      );
      for (const result of await Promise.all(runs)) {
        assert.equal(result.status, 'failed', result.plan.workload.type);
        const [cause, next] = result.failure?.split('\n') ?? [];
        assert.match(cause ?? '', reason);
        assert.match(next ?? '', /^Start the cluster again, /);
        assert.ok(result.succeeded > 0 && (result.errors.connection ?? 0) > 0, JSON.stringify(result.errors));
        assert.deepEqual([result.after.accounts, result.moneyConserved], [0, false]);
      }
      const late = await runStress(plan(), knownTargetOf(cluster.info), undefined, undefined, {
        workerFile: worker.file,
      });
      assert.deepEqual([late.status, late.started, late.moneyConserved], ['failed', 0, false]);
      assert.match(late.failure ?? '', reason);
      cluster = await startLocalProcess(dataDir());
      await nextIsClean();
    });

  it('go on while PostgreSQL, that was killed, is started again', async () => {
    const stop = new AbortController();
    const postmaster = (): number => {
      const file = path.join(dataDir(), 'postgres', 'postmaster.pid');
      return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8').split('\n', 1)[0]) : 0;
    };
    const before = postmaster();
    let killed = false;
    let backAt: number | undefined;
    const result = await runStress(
      plan({ calls: 100_000_000, inFlight: 4, workers: 1 }),
      knownTargetOf(cluster.info),
      ({ succeeded }) => {
        if (succeeded === 0) return;
        if (!killed) killed = process.kill(before, 'SIGKILL');
        else if (backAt === undefined && ![0, before].includes(postmaster())) backAt = succeeded;
        else if (backAt !== undefined && succeeded > backAt + 100) stop.abort();
      },
      stop.signal,
      { workerFile: worker.file },
    );
    assert.equal(result.status, 'cancelled', result.failure);
    assert.equal(result.ledger?.exact, true);
    await nextIsClean();
  });
});
