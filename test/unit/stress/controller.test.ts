import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { RunPlan, RunResult, RunSnapshot } from '../../../src/core/stress/contract';
import { verdictsOf } from '../../../src/core/stress-report/verdicts';
import { runStress, type StressTarget } from '../../../src/stress/controller';
import { STOPPED_WITHIN_MS } from '../../support/stop-bound';
import { buildStressWorker } from '../../support/stress-worker';

const BANK = { accounts: 100, sumOfBalances: '10000', negativeBalances: 0 };
const audit = async (): Promise<typeof BANK> => BANK;

describe('a stress run over HTTP', () => {
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  let server: http.Server;
  let answer: (n: number, body: { payer_id: number; payee_id: number }, response: http.ServerResponse) => void;
  let target: StressTarget;
  let served = 0;

  before(async () => (worker = await buildStressWorker()));
  after(() => worker.remove());
  // one each: calls of the run before may come in late, and would be counted
  beforeEach(async () => {
    served = 0;
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => answer(served++, JSON.parse(Buffer.concat(chunks).toString()), response));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const region = 'us-east-1';
    target = {
      lambda: { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region, credentials },
      database: { host: 'localhost', port: 1, region, user: 'admin', credentials },
    };
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const plan = (change: Partial<RunPlan> = {}): RunPlan => ({
    name: 'test',
    workload: { type: 'lambda-transfer', functionName: 'bank' },
    calls: 500,
    inFlight: 50,
    workers: 2,
    accounts: 100,
    amount: 1,
    seed: 7,
    maxDurationSeconds: 20,
    transport: 'lean',
    ...change,
  });
  const run = (
    chosen: RunPlan,
    at = target,
    onSnapshot?: (snapshot: RunSnapshot) => void,
    signal?: AbortSignal,
  ): Promise<RunResult> => runStress(chosen, at, onSnapshot, signal, { workerFile: worker.file, audit });
  const ok = { balance: 99, duration: 2, retries: 0 };

  it('begins when the bank has been counted, and tells no figure of its last moment as one of the run', async () => {
    answer = (_n, _body, response) => void response.end(JSON.stringify(ok));
    let countedAt: number | undefined;
    const slowAudit = async (): Promise<typeof BANK> => {
      // the clock has gone on by the end of the first count
      const began = Date.now();
      while (Date.now() === began);
      countedAt ??= Date.now();
      return BANK;
    };
    const stages = [{ ratePerSecond: 100, durationSeconds: 0.4 }];
    const result = await runStress(plan({ stages }), target, undefined, undefined, {
      workerFile: worker.file,
      audit: slowAudit,
    });
    assert.ok(Date.parse(result.startedAt ?? '') >= (countedAt ?? Infinity), result.startedAt);
    assert.deepEqual([result.window, result.targetPerSecond, result.succeeded], [undefined, undefined, 40]);
    assert.equal(result.callsPerSecond, result.throughput);
    assert.deepEqual(
      result.series?.map(({ targetPerSecond }) => targetPerSecond),
      [100],
    );
  });

  for (const transport of ['lean', 'sdk'] as const) {
    it(`makes every call once and counts what came back (${transport})`, async () => {
      const pairs: string[] = [];
      answer = (n, { payer_id, payee_id }, response) => {
        pairs.push(`${payer_id}>${payee_id}`);
        if (n % 10 === 1) response.end(JSON.stringify({ error: 'x (OC000)', errorCode: '40001', retries: 3 }));
        else if (n % 10 === 2) response.writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' }).end('{}');
        else if (n % 10 === 3)
          response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end('{"errorType":"Error"}');
        else if (n % 10 === 4) response.destroy();
        else if (n % 10 === 5) response.writeHead(502).end();
        else response.end(JSON.stringify(ok));
      };
      const result = await runStress(plan({ transport }), target, undefined, undefined, {
        workerFile: worker.file,
        audit,
      });
      assert.equal(result.status, 'completed', result.failure);
      assert.equal(served, 500, 'a lost answer must not be asked for again');
      assert.equal(result.started, 500);
      assert.equal(result.succeeded, 250);
      assert.equal(result.inFlight, 0);
      const { errors, errorMessages } = result;
      assert.deepEqual(errors, { 'occ-data': 50, throttled: 50, 'function-error': 50, connection: 50, dispatch: 50 });
      assert.equal(errorMessages?.throttled, 'HTTP 429 TooManyRequestsException');
      assert.equal(errorMessages.dispatch, 'HTTP 502');
      assert.equal(result.retries, 150);
      assert.equal(result.maxRetries, 3);
      assert.equal(result.exhausted, 50);
      assert.equal(result.latency.count, 500);
      assert.equal(result.handlerLatency.count, 250);
      assert.equal(result.moneyConserved, true);
      assert.ok(pairs.every(pair => new Set(pair.split('>')).size === 2));
    });
  }

  it('stops within a second of the signal and counts what was under way as what it was', async () => {
    const held: http.ServerResponse[] = [];
    const stop = new AbortController();
    let stoppedAt = 0;
    answer = (n, _body, response) => void (n < 100 ? response.end(JSON.stringify(ok)) : held.push(response));
    const snapshots: RunSnapshot[] = [];
    const onSnapshot = (snapshot: RunSnapshot): void => {
      snapshots.push(snapshot);
      if (stop.signal.aborted || snapshot.succeeded < 100 || held.length < 50) return;
      stoppedAt = performance.now();
      stop.abort();
      // Half of those in flight end after the stop, the others never.
      for (const late of held.slice(0, 25)) late.end(JSON.stringify(ok));
    };
    const result = await run(plan({ calls: 1_000_000 }), target, onSnapshot, stop.signal);
    assert.ok(performance.now() - stoppedAt < STOPPED_WITHIN_MS, `took ${performance.now() - stoppedAt} ms`);
    assert.equal(result.status, 'cancelled');
    assert.equal(result.failed, 0);
    assert.equal(result.succeeded, 125, 'an answer in time is a success, also after the stop');
    assert.equal(result.inFlight, served - 125, 'what never ended is neither succeeded nor failed');
    assert.equal(result.started, served);
    assert.ok(snapshots.length >= 1);
  });

  it('ends at the hard stop, also when nothing is answered', async () => {
    answer = () => undefined;
    const result = await run(plan({ maxDurationSeconds: 0.3 }));
    assert.equal(result.status, 'timed-out');
    assert.equal(result.inFlight, 50);
    assert.equal(result.succeeded + result.failed, 0);
    assert.ok(result.elapsedMs >= 300 && result.elapsedMs < STOPPED_WITHIN_MS, String(result.elapsedMs));
  });

  /** Answers 50 calls well. All others wait until the run has counted those, then `lose` ends them and whatever comes. */
  const lostAfter50 = (lose: (n: number, response: http.ServerResponse) => void): ((seen: RunSnapshot) => void) => {
    let held: [number, http.ServerResponse][] | undefined = [];
    answer = (n, _body, response) => {
      if (n < 50) response.end(JSON.stringify(ok));
      else if (held) held.push([n, response]);
      else lose(n, response);
    };
    return ({ succeeded, warmup }) => {
      if (!held || succeeded + (warmup?.succeeded ?? 0) < 50) return;
      const all = held;
      held = undefined;
      for (const [n, response] of all) lose(n, response);
    };
  };

  const gone: [string, Partial<RunPlan>][] = [
    ['in a closed loop', {}],
    ['in batches', { batches: true }],
    ['by a schedule', { stages: [{ ratePerSecond: 300, durationSeconds: 20 }] }],
    ['while it warms up', { warmupSeconds: 20 }],
    ['through the SDK', { transport: 'sdk' }],
  ];
  for (const [how, change] of gone)
    it(`ends by itself when nobody takes its calls any more, with what it had until then (${how})`, async () => {
      const onSnapshot = lostAfter50((n, response) => {
        if (n % 3 === 0) response.destroy();
        else if (n % 3 === 1) response.writeHead(503).end();
        else response.end('{"error":"connect ECONNREFUSED","errorCode":"ECONNREFUSED"}');
      });
      const chosen = plan({ calls: 10_000_000, giveUpAfterSeconds: 0.15, ...change });
      const result = await run(chosen, target, onSnapshot);
      assert.equal(result.status, 'unreachable', result.failure);
      const { started, succeeded, failed, inFlight, warmup = { started: 0, succeeded: 0, failed: 0 } } = result;
      assert.equal(succeeded + warmup.succeeded, 50);
      assert.ok(failed + warmup.failed > 0);
      assert.equal(started + warmup.started, 50 + failed + warmup.failed + inFlight);
      assert.ok((result.outageMs ?? 0) >= 150, `${result.outageMs} ms`);
      assert.deepEqual([result.moneyConserved, result.after.accounts], [true, BANK.accounts]);
      const told = verdictsOf(result).find(
        ({ text }) => text === 'The run ended by itself: no call got through for 0.15 s.',
      );
      assert.equal(told?.level, 'bad');
    });

  it('ends by itself when the function answers, but its database is gone, and names that as the cause', async () => {
    const gone = { error: 'connect ECONNREFUSED 10.0.0.1:5432', errorCode: 'ECONNREFUSED', duration: 1 };
    const onSnapshot = lostAfter50((_n, response) => void response.end(JSON.stringify(gone)));
    const result = await run(plan({ calls: 10_000_000, giveUpAfterSeconds: 0.15 }), target, onSnapshot);
    assert.equal(result.status, 'unreachable', result.failure);
    assert.deepEqual([result.succeeded, Object.keys(result.errors)], [50, ['connection']]);
    assert.equal(result.errorMessages?.connection, gone.error);
  });

  it('goes on when what it calls is there again in time', async () => {
    const stop = new AbortController();
    let away = false;
    answer = (_n, _body, response) => void (away ? response.destroy() : response.end(JSON.stringify(ok)));
    const before: RunSnapshot[] = [];
    const stages = [{ ratePerSecond: 300, durationSeconds: 20 }];
    const onSnapshot = (snapshot: RunSnapshot): void => {
      const [last] = before;
      if (last && snapshot.succeeded > last.succeeded && snapshot.outageMs === undefined) stop.abort();
      else if (!last && snapshot.outageMs !== undefined) {
        before.push(snapshot);
        away = false;
      } else if (!last && snapshot.succeeded > 0) away = true;
    };
    const options = { workerFile: worker.file, audit };
    const result = await runStress(plan({ calls: 10_000, stages }), target, onSnapshot, stop.signal, options);
    assert.equal(result.status, 'cancelled', result.failure);
    assert.ok((result.errors.connection ?? 0) > 0 && result.outageMs === undefined, JSON.stringify(result.errors));
  });

  it('goes on for as long as it is answered, whatever the answer, and for ever when it is told to', async () => {
    answer = (n, _body, response) => {
      if (n % 2 === 0) response.writeHead(429).end();
      else response.end('{"error":"change conflicts with another transaction (OC000)","errorCode":"40001"}');
    };
    const short = { calls: 10_000_000, durationSeconds: 0.3, giveUpAfterSeconds: 0.05 };
    assert.equal((await run(plan(short))).status, 'completed');
    answer = (_n, _body, response) => void response.destroy();
    assert.equal((await run(plan({ ...short, giveUpAfterSeconds: 0 }))).status, 'completed');
  });

  it('measures a latency distribution that is known', async () => {
    // Every tenth answer takes a second longer; a timer is never early.
    let heldMs = 0;
    answer = (n, _body, response) => {
      const came = performance.now();
      const reply = (): void => {
        heldMs += performance.now() - came;
        response.end(JSON.stringify(ok));
      };
      setTimeout(reply, n % 10 === 0 ? 1_020 : 20);
    };
    const { latency, throughput, started } = await run(plan({ calls: 400, inFlight: 20 }));
    assert.equal(latency.count, started);
    assert.ok(latency.min >= 19 && latency.p50 >= 19 && latency.p50 < 1_000, JSON.stringify(latency));
    assert.ok(latency.p95 >= 1_019 && latency.max >= latency.p999 && latency.p999 >= latency.p99);
    // no call was shorter than the other side held it, however slow the machine
    assert.ok(latency.mean * latency.count >= heldMs - started, `${latency.mean} ms, ${heldMs / started} ms held`);
    // Little's law holds between what is measured independently: in flight = throughput x mean latency.
    const inFlight = (throughput * latency.mean) / 1000;
    assert.ok(inFlight <= 20.5, `${inFlight} in flight on average`);
  });

  it('has all calls in flight at an endpoint on this machine: it may answer none before the last of them has come', async () => {
    const held: http.ServerResponse[] = [];
    answer = (_n, _body, response) => {
      held.push(response);
      if (held.length === 400) for (const each of held) each.end(JSON.stringify(ok));
    };
    const { succeeded, generator } = await run(plan({ calls: 400, inFlight: 400 }));
    assert.deepEqual([succeeded, generator?.connections], [400, 400]);
  });

  it('opens the connections of a closed loop before the first call, so that no latency counts how long that takes', async () => {
    let opened = 0;
    const onConnection = (): unknown => opened++;
    server.on('connection', onConnection);
    let openedBefore: number | undefined;
    answer = (_n, _body, response) => {
      openedBefore ??= opened;
      response.end(JSON.stringify(ok));
    };
    await run(plan({ calls: 600, inFlight: 300 }));
    server.off('connection', onConnection);
    assert.deepEqual([openedBefore, opened], [300, 300]);
  });

  it('counts the wait for a connection into the latency', async () => {
    answer = (_n, _body, response) => void setTimeout(() => response.end(JSON.stringify(ok)), 20);
    // 400 calls in flight share 64 connections to a local cluster: the last wave waits for six before it.
    const local = { ...target, dataDir: path.join(os.tmpdir(), 'no-cluster') };
    const { latency, generator } = await run(plan({ calls: 400, inFlight: 400, workers: 1 }), local);
    assert.equal(generator?.connections, 64);
    assert.ok(latency.max >= 7 * 19, JSON.stringify(latency));
  });

  it('an endpoint that is down fails every call as a connection, and the run completes', async () => {
    const down = { ...target, lambda: { ...target.lambda!, endpoint: 'http://127.0.0.1:1' } };
    const result = await run(plan(), down);
    assert.equal(result.status, 'completed', result.failure);
    assert.deepEqual(result.errors, { connection: 500 });
  });

  it('a worker that dies fails the run at once and says so', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dying-worker-'));
    const workerFile = path.join(folder, 'worker.js');
    fs.writeFileSync(
      workerFile,
      `const { parentPort } = require('node:worker_threads');
       const { createHistogram } = require('node:perf_hooks');
       parentPort.on('message', ({ id, method }) => {
         if (method === 'run') throw new Error('out of luck');
         const result = { latency: createHistogram(), handlerLatency: createHistogram() };
         parentPort.postMessage({ rpc: 'done', id, result });
       });`,
    );
    try {
      const result = await runStress(plan(), target, undefined, undefined, { workerFile, audit });
      assert.equal(result.status, 'failed');
      assert.match(result.failure ?? '', /worker thread.*out of luck/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('tells what ended the thread of a user’s module, and what to change: a pool that nobody listens to, or the module', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dying-module-'));
    const module = path.join(folder, 'load.mjs');
    const failureOf = async (thrown: string): Promise<string> => {
      fs.writeFileSync(
        module,
        `export default { async call({ iteration }) {
          if (iteration === 100) setImmediate(() => { throw Object.assign(new Error('gone'), ${thrown}); });
          await new Promise(resolve => setTimeout(resolve, 1));
        } };`,
      );
      const workload = { type: 'custom', module } as const;
      const options = { workerFile: worker.file, audit, allowUserCode: true };
      const result = await runStress(plan({ workload, calls: 100_000 }), target, undefined, undefined, options);
      assert.equal(result.status, 'failed');
      assert.ok(result.succeeded > 0 && result.succeeded < 100_000, `${result.succeeded} calls`);
      assert.equal(result.started, result.succeeded + result.failed + result.inFlight);
      return result.failure ?? '';
    };
    try {
      for (const lost of ["{ code: '57P01' }", "{ message: 'Connection terminated unexpectedly' }"])
        assert.match(await failureOf(lost), /thread.*(gone|unexpectedly)\n.*pool\.on\('error'/s, lost);
      assert.match(await failureOf('{}'), /thread.*gone\nCorrect the module/s);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('money that is missing at the end is found, however small the part', async () => {
    const sums = ['9007199254740993', '9007199254740992'];
    answer = (_n, _body, response) => void response.end(JSON.stringify(ok));
    const result = await runStress(plan(), target, undefined, undefined, {
      workerFile: worker.file,
      audit: async () => ({ ...BANK, sumOfBalances: sums.shift() ?? '' }),
    });
    assert.equal(result.status, 'completed');
    assert.equal(result.moneyConserved, false);
  });

  it('a bank that cannot be audited fails the run before a call is made', async () => {
    const result = await runStress(plan(), target, undefined, undefined, { workerFile: worker.file });
    assert.equal(result.status, 'failed');
    assert.match(result.failure ?? '', /balances could not be summed up/);
    assert.equal(served, 0);
    assert.equal(result.moneyConserved, false);
  });

  it('can be cancelled while the database does not answer', async () => {
    const silent = net.createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const connected = once(silent, 'connection') as Promise<[net.Socket]>;
    const stop = new AbortController();
    const database = { ...target.database, host: '127.0.0.1', port: (silent.address() as AddressInfo).port };
    const running = runStress(plan(), { ...target, database }, undefined, stop.signal, { workerFile: worker.file });
    const [socket] = await connected;
    const stoppedAt = performance.now();
    stop.abort();
    assert.equal((await running).status, 'cancelled');
    assert.ok(performance.now() - stoppedAt < STOPPED_WITHIN_MS);
    // nobody waits on for a connection that is of no use any more
    socket.resume();
    await once(socket, 'close');
    silent.close();
  });

  it('samples of the balance meet no threshold where the money could not be counted at the end', async () => {
    let ended = (): void => undefined;
    const sampled = new Promise<void>(resolve => (ended = resolve));
    answer = (_n, _body, response) => void sampled.then(() => response.end(JSON.stringify(ok)));
    let audits = 0;
    const lost = async (): Promise<typeof BANK> => {
      audits++;
      if (audits > 2) throw new Error('connect ECONNREFUSED');
      return BANK;
    };
    const watched = plan({ thresholds: ['balance=exact'], balanceEverySeconds: 0.01 });
    const result = await runStress(watched, target, ({ balance }) => balance && ended(), undefined, {
      workerFile: worker.file,
      audit: lost,
    });
    assert.deepEqual([result.status, result.balance?.exact], ['failed', true]);
    assert.deepEqual(result.thresholds, [{ threshold: 'balance=exact', actual: 'not counted' }]);
  });

  it('a bank that does not answer any more is waited for so long, and nothing is claimed of its money', async () => {
    answer = (_n, _body, response) => void response.end(JSON.stringify(ok));
    let audits = 0;
    const hanging = async (): Promise<typeof BANK> => (audits++ === 0 ? BANK : new Promise(() => undefined));
    const result = await runStress(plan({ thresholds: ['balance=exact'] }), target, undefined, undefined, {
      workerFile: worker.file,
      audit: hanging,
      auditLimitMs: 1_000,
    });
    assert.equal(result.status, 'failed');
    assert.match(result.failure ?? '', /balances could not be summed up within 1 s/);
    assert.deepEqual([result.succeeded, result.moneyConserved, result.after.accounts], [500, false, 0]);
    assert.deepEqual(
      result.thresholds?.map(({ passed }) => passed),
      [undefined],
    );
  });

  it('the same seed asks for the same transfers', async () => {
    const transfers = async (): Promise<string> => {
      const pairs: string[] = [];
      answer = (_n, body, response) => {
        pairs.push(JSON.stringify(body));
        response.end(JSON.stringify(ok));
      };
      await run(plan({ calls: 200 }));
      return pairs.sort().join();
    };
    assert.equal(await transfers(), await transfers());
  });

  it('refuses to begin without the bundle, and without a Lambda API to invoke', async () => {
    const options = { workerFile: '/nowhere/stress-worker.js', audit };
    await assert.rejects(runStress(plan(), target, undefined, undefined, options), { code: 'STRESS_WORKER_MISSING' });
    await assert.rejects(run(plan(), { database: target.database }), { code: 'STRESS_TARGET_INCOMPLETE' });
  });
});
