import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Deferred } from '../../../src/base/deferred';
import { runCommandLine } from '../../../src/cli/program';
import { CREATE_TABLES } from '../../../src/core/bank/schema';
import type { RunResult } from '../../../src/core/stress/contract';
import type { BankAudit } from '../../../src/core/bank/invariants';
import type { LocalCluster } from '../../../src/local/cluster';
import { auditWithPlacement } from '../../../src/node/bank/audit';
import { bankPool } from '../../../src/node/bank/connect';
import { loadAccounts } from '../../../src/node/bank/load';
import { CLUSTER_FILE } from '../../../src/protocol/local-cluster';
import { startTestCluster } from '../../support/cluster';
import { bufferConsole } from '../../support/console';
import { invokeEndpoint, type InvokedTransfer, type InvokeEndpoint } from '../../support/invoke-endpoint';
import { until } from '../../support/postgres';
import { startRelay, type Relay } from '../../support/relay';
import { STOPPED_WITHIN_MS } from '../../support/stop-bound';

const CLI = path.resolve(__dirname, '../../../dist/cli.js');

describe('dsql-workshop stress, with a local cluster', () => {
  let cluster: LocalCluster;
  let folder: string;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stress-command-'));
    cluster = await startTestCluster();
    const { endpoint: host, port, region, caFile, admin: credentials } = cluster.info;
    const pool = bankPool({ host, port, region, user: 'admin', caFile, credentials }, 2);
    try {
      for (const ddl of CREATE_TABLES) await pool.query(ddl);
      await loadAccounts(pool, { count: 200, balance: 1000 });
    } finally {
      await pool.end();
    }
  });
  after(async () => {
    await cluster.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const args = (...more: string[]): string[] => [
    ...['stress', '--data-dir', cluster.info.dataDir, '--workload', 'sql', '--history', '--accounts', '200'],
    ...more,
  ];
  const file = (name: string): string => path.join(folder, name);

  it('reports what it did, writes what was asked for, and ends with 0 when all held', async () => {
    const console = bufferConsole();
    const wanted = ['--out', file('r.json'), '--csv', file('r.csv'), '--html', file('r.html'), '--hdr', file('r.hgrm')];
    const held = ['--threshold', 'ledger=exact', '--threshold', 'balance=exact', '--threshold', 'errors=0'];
    const code = await runCommandLine(args('--calls', '200', '--in-flight', '8', ...held, ...wanted), console);
    assert.equal(code, 0, console.out() + console.err());
    assert.match(console.out(), /calls +│ 200/);
    assert.match(console.out(), /✓ The ledger is exact: 200 transfers acknowledged, 200 recorded\./);
    const kept = JSON.parse(fs.readFileSync(file('r.json'), 'utf8')) as RunResult;
    assert.equal(kept.succeeded, 200);
    assert.match(fs.readFileSync(file('r.csv'), 'utf8'), /^at_s,/);
    assert.match(fs.readFileSync(file('r.html'), 'utf8'), /^<!doctype html>/);
    assert.match(fs.readFileSync(file('r.hgrm'), 'utf8'), /Percentile TotalCount/);
  });

  it('ends with 1 when a threshold fails, and repeats a kept result', async () => {
    const console = bufferConsole();
    const code = await runCommandLine(
      ['stress', '--data-dir', cluster.info.dataDir, '--plan', file('r.json'), '--threshold', 'p50<1us', '--json'],
      console,
    );
    assert.equal(code, 1);
    const last = console.out().trim().split('\n').at(-1) ?? '';
    const { result } = JSON.parse(last) as { result: RunResult };
    assert.equal(result.succeeded, 200);
    assert.deepEqual(
      result.thresholds?.map(({ passed }) => passed),
      [false],
    );
  });

  it('tells its result also where it cannot be written any more, and ends with 1', async () => {
    const console = bufferConsole();
    const gone = fs.mkdtempSync(path.join(folder, 'gone-'));
    const stdout = {
      ...console.stdout,
      write: (text: string): void => {
        fs.rmSync(gone, { recursive: true, force: true });
        console.stdout.write(text);
      },
    };
    const out = path.join(gone, 'r.json');
    const code = await runCommandLine(args('--calls', '22', '--json', '--out', out), {
      ...console,
      stdout,
    });
    assert.equal(code, 1);
    const lines = console
      .out()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { result?: RunResult; error?: object });
    assert.equal(lines.find(({ result }) => result)?.result?.succeeded, 22);
    assert.match(JSON.stringify(lines.at(-1)?.error), /no such file/);
  });

  it('writes what it can where one of its files cannot be written, and names that one', async () => {
    const console = bufferConsole();
    const [out, csv, hdr] = [file('kept.json'), file('becomes-a-folder.csv'), file('kept.hgrm')];
    const stdout = {
      ...console.stdout,
      write: (text: string): void => {
        fs.mkdirSync(csv, { recursive: true });
        console.stdout.write(text);
      },
    };
    const wanted = ['--out', out, '--csv', csv, '--hdr', hdr];
    const code = await runCommandLine(args('--calls', '20', ...wanted), { ...console, stdout });
    assert.equal(code, 1);
    assert.match(console.err(), /becomes-a-folder\.csv could not be written: .*\n.*stands above/);
    assert.doesNotMatch(console.err(), /kept/);
    assert.equal((JSON.parse(fs.readFileSync(out, 'utf8')) as RunResult).succeeded, 20);
    assert.match(fs.readFileSync(hdr, 'utf8'), /Percentile TotalCount/);
    assert.deepEqual(
      fs.readdirSync(folder).filter(name => name.endsWith('.new')),
      [],
      'no draft is left',
    );
  });

  it('--generators makes the calls in Lambda, after the numbers were shown', async () => {
    const console = bufferConsole();
    const out = file('fanned.json');
    const code = await runCommandLine(
      args('--calls', '300', '--in-flight', '8', '--generators', '2', '--threshold', 'ledger=exact', '--out', out),
      console,
    );
    assert.equal(code, 0, console.out() + console.err());
    assert.match(console.err(), /Generators +2 functions of 1,769 MB, 150 calls and 4 in flight each/);
    assert.match(console.err(), /Cost of Lambda, at most +none on the local cluster/);
    assert.match(console.out(), /✓ The ledger is exact: 300 transfers acknowledged, 300 recorded\./);
    const kept = JSON.parse(fs.readFileSync(out, 'utf8')) as RunResult;
    assert.equal(kept.latency.count, 300);
    assert.deepEqual(kept.moves, { acknowledged: 300, exact: true, heldTo: 'answers' });
    const refused = bufferConsole();
    assert.equal(await runCommandLine(args('--calls', '300', '--generators', '0'), refused), 2, refused.err());
  });

  it('--generators takes as many calls in flight as leave room for them, where nobody says how many', async () => {
    // numbers are shown before it turns out that there is no such function
    const missing = ['stress', '--data-dir', cluster.info.dataDir, '--accounts', '200', '--function', 'nowhere'];
    const fanned = [...missing, '--calls', '1000', '--generators', '2'];
    const console = bufferConsole();
    await runCommandLine(fanned, console);
    assert.match(console.err(), /^998 calls in flight: the account allows 1,000 executions at a time, and 2 are/m);
    assert.match(console.err(), /500 calls and 499 in flight each/);
    const asked = bufferConsole();
    await runCommandLine([...fanned, '--in-flight', '1000'], asked);
    assert.match(asked.err(), /1,002 executions at a time[^]*at most 998 calls in flight/);
  });

  it('says why calls failed, and does not pass where none succeeded', async () => {
    const console = bufferConsole();
    const missing = ['stress', '--data-dir', cluster.info.dataDir, '--accounts', '200', '--function', 'nowhere'];
    assert.equal(await runCommandLine([...missing, '--calls', '20', '--in-flight', '4'], console), 1);
    assert.match(console.out(), /✗ No call succeeded\./);
    assert.match(console.out(), /20 of 20 calls failed, dispatch; the first was told: HTTP 404 .*not found/i);
    const few = bufferConsole();
    assert.equal(await runCommandLine(args('--calls', '20', '--accounts', '5000'), few), 1);
    assert.match(few.out(), /the plan takes accounts 1 to 5,000, the bank has 200/);
    const nowhere = bufferConsole();
    const mistyped = ['stress', '--data-dir', path.join(folder, 'no-cluster'), '--preset', '10000'];
    assert.equal(await runCommandLine(mistyped, nowhere), 2);
    assert.match(nowhere.err(), /there is no preset "10000"[^]*ten-thousand/);
    const folderNamed = bufferConsole();
    assert.equal(await runCommandLine(args('--calls', '20', '--out', folder), folderNamed), 2);
    assert.match(folderNamed.err(), /is a folder/);
  });

  it('stopped with Ctrl-C, tells within a second what it did until then', async () => {
    const child = spawn(process.execPath, [CLI, ...args('--rate', '50', '--duration', '60s', '--json')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit') as Promise<[number | null]>;
    let stoppedAt = 0;
    let toldAt = 0;
    let result: RunResult | undefined;
    createInterface({ input: child.stdout }).on('line', line => {
      const told = JSON.parse(line) as { second?: object; result?: RunResult };
      if (told.second && stoppedAt === 0) {
        stoppedAt = performance.now();
        child.kill('SIGINT');
      }
      if (told.result) [result, toldAt] = [told.result, performance.now()];
    });
    assert.deepEqual((await exit)[0], 130);
    assert.ok(toldAt - stoppedAt < STOPPED_WITHIN_MS, `took ${toldAt - stoppedAt} ms`);
    assert.equal(result?.status, 'cancelled');
    assert.equal(result?.started, (result?.succeeded ?? 0) + (result?.failed ?? 0) + (result?.inFlight ?? 0));
    assert.equal(result?.ledger?.exact, true);
    assert.equal(result?.moneyConserved, true);
  });

  describe('asked to end, as a terminal, a shell or a service manager does it', () => {
    let relay: Relay;
    let endpoint: InvokeEndpoint;
    let pool: ReturnType<typeof bankPool>;
    let answer: (n: number, done: () => void) => void;
    /** Comes before the money is moved. */
    let held: (n: number) => Promise<void>;
    let console: ReturnType<typeof bufferConsole>;
    let bank: BankAudit;
    const dataDir = (): string => file('relayed');

    before(() => fs.mkdirSync(dataDir()));
    beforeEach(async () => {
      const { endpoint: host, port, region, caFile, admin: credentials } = cluster.info;
      pool = bankPool({ host, port, region, user: 'admin', caFile, credentials }, 4);
      relay = await startRelay(host, port);
      let calls = 0;
      endpoint = await invokeEndpoint((transfer, reply) => {
        const n = calls++;
        const moved = held(n).then(() => move(transfer));
        void moved.then(() => answer(n, () => reply({ balance: 1, duration: 1, retries: 0 })));
      });
      const info = { ...cluster.info, port: relay.port, lambdaEndpoint: endpoint.target.endpoint, pid: process.pid };
      fs.writeFileSync(path.join(dataDir(), CLUSTER_FILE), JSON.stringify(info));
      answer = (_n, done) => done();
      held = () => Promise.resolve();
      console = bufferConsole();
      bank = await auditWithPlacement(pool);
    });
    afterEach(async () => {
      endpoint.close();
      await relay.close();
      await pool.end();
    });

    /** Carries a transfer out, as often as it takes. */
    const move = async (transfer: InvokedTransfer): Promise<void> => {
      const { payer_id, payee_id, amount } = transfer;
      try {
        await pool.query(
          'UPDATE accounts SET balance = balance + CASE id WHEN $1 THEN -$3::int ELSE $3::int END WHERE id IN ($1, $2)',
          [payer_id, payee_id, amount],
        );
      } catch (error) {
        if ((error as { code?: string }).code !== '40001') throw error;
        await move(transfer);
      }
    };

    /** Runs until `moment` comes, is asked to end then, and tells how it ended; nothing of it is left. */
    const stopped = async (options: string[], moment: () => boolean, meanwhile = (): void => undefined) => {
      const running = runCommandLine(
        ['stress', '--data-dir', dataDir(), '--accounts', '200', '--workers', '1', '--json', ...options],
        console,
      );
      await until(moment, 'the moment has come', 50_000);
      // as Ctrl-C does it, without ending a run of tests that listens for that
      process.emit('SIGTERM');
      meanwhile();
      assert.equal(await running, 130, console.err() + console.out());
      await until(() => relay.open === 0, 'no connection is left', 50_000);
      const { result } = JSON.parse(console.out().trim().split('\n').at(-1) ?? '') as { result: RunResult };
      const after = await auditWithPlacement(pool);
      assert.equal(after.sumOfBalances, bank.sumOfBalances);
      const { started, succeeded, failed, inFlight, warmup = { started: 0, succeeded: 0, failed: 0 } } = result;
      const ended = succeeded + failed + warmup.succeeded + warmup.failed;
      assert.equal(started + warmup.started, ended + inFlight);
      return result;
    };
    const conditions = ['--threshold', 'balance=exact', '--threshold', 'moves=exact', '--threshold', 'p99<60s'];

    it('while it sets itself up, tells that nothing was run, and leaves conditions open', async () => {
      relay.hold();
      const result = await stopped(['--calls', '20', '--in-flight', '4', ...conditions], () => relay.sent > 0);
      assert.deepEqual([result.status, result.started, endpoint.served()], ['cancelled', 0, 0]);
      assert.deepEqual(new Set(result.thresholds?.map(({ passed }) => passed)), new Set([undefined]));
    });

    it('while it warms up, counts what was moved, and measures nothing', async () => {
      const options = ['--rate', '200', '--duration', '60s', '--warmup', '50s', ...conditions];
      const result = await stopped(options, () => endpoint.served() > 20);
      assert.deepEqual([result.status, result.started, result.latency.count], ['cancelled', 0, 0]);
      assert.ok((result.warmup?.succeeded ?? 0) > 0);
      assert.notEqual(result.moves?.exact, false);
    });

    it('in the middle, tells what it did: every acknowledged transfer is found, account by account', async () => {
      const options = ['--calls', '1000000', '--in-flight', '4', ...conditions];
      const result = await stopped(options, () => endpoint.served() > 50);
      assert.equal(result.status, 'cancelled');
      assert.ok(result.succeeded > 0 && result.moneyConserved);
      // on a machine that is slow an answer may miss the time that a stop grants
      const unknown = result.inFlight > 0 && { unknown: result.inFlight };
      const heldTo = unknown ? 'choice' : 'answers';
      assert.deepEqual(result.moves, { acknowledged: result.succeeded, ...unknown, exact: true, heldTo });
      assert.deepEqual(
        result.thresholds?.map(({ passed }) => passed),
        [true, true, true],
      );
    });

    it('while it waits for the last answers, counts those that come and allows for the others', async () => {
      const late: (() => void)[] = [];
      answer = (n, done) => (n < 16 ? done() : void late.push(done));
      const result = await stopped(
        ['--calls', '20', '--in-flight', '4', ...conditions],
        () => late.length === 4,
        () => late.splice(0, 2).forEach(done => done()),
      );
      assert.deepEqual([result.status, result.succeeded + result.inFlight], ['cancelled', 20]);
      assert.ok(result.succeeded >= 16 && result.inFlight >= 2, `${result.succeeded} succeeded`);
      const { succeeded: acknowledged, inFlight: unknown } = result;
      assert.deepEqual(result.moves, { acknowledged, unknown, exact: true, heldTo: 'choice' });
      assert.deepEqual(
        result.thresholds?.map(({ passed }) => passed),
        [true, true, true],
      );
    });

    it('while it counts the money after the last call, counts to the end', async () => {
      let counted = 0;
      answer = (n, done) => {
        if (n === 0) relay.hold();
        counted = relay.sent;
        done();
      };
      const result = await stopped(
        ['--calls', '20', '--in-flight', '4', ...conditions],
        () => endpoint.served() === 20 && relay.sent > counted,
        () => relay.release(),
      );
      assert.deepEqual([result.status, result.succeeded, result.moneyConserved], ['completed', 20, true]);
      assert.deepEqual(result.moves, { acknowledged: 20, exact: true, heldTo: 'answers' });
    });

    it('leaves calls under way, whose end the next run waits for', async () => {
      const gate = new Deferred<void>();
      held = n => (n < 16 || n >= 20 ? Promise.resolve() : gate.promise);
      const options = ['--calls', '20', '--in-flight', '4', ...conditions];
      const first = await stopped(options, () => endpoint.served() === 20);
      assert.deepEqual([first.inFlight, first.moves?.exact], [4, true]);
      const next = bufferConsole();
      const where = ['--data-dir', dataDir(), '--accounts', '200', '--workers', '1'];
      const running = runCommandLine(['stress', ...where, ...options], next);
      await until(() => next.err() !== '', 'the wait has been told of', 50_000);
      assert.match(next.err(), /^Waiting until no more money moves: “.*” ended with 4 calls under way…\n/);
      assert.equal(endpoint.served(), 20);
      gate.resolve();
      assert.equal(await running, 0, next.out() + next.err());
      assert.match(next.out(), /The moves are exact/);
    });
  });
});
