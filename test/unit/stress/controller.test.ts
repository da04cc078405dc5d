import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import http from 'node:http';
import type { RunPlan, RunSnapshot } from '../../../src/core/stress/contract';
import { runStress, type StressTarget } from '../../../src/stress/controller';
import { buildStressWorker } from '../../support/stress-worker';

const BANK = { accounts: 100, sumOfBalances: '10000', negativeBalances: 0 };
const audit = async (): Promise<typeof BANK> => BANK;

describe('a stress run over HTTP', () => {
  let worker: Awaited<ReturnType<typeof buildStressWorker>>;
  let server: http.Server;
  let answer: (n: number, body: { payer_id: number; payee_id: number }, response: http.ServerResponse) => void;
  let target: StressTarget;
  let served = 0;

  before(async () => {
    worker = await buildStressWorker();
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
  beforeEach(() => (served = 0));
  after(() => {
    worker.remove();
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
  const ok = { balance: 99, duration: 2, retries: 0 };

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
        else response.end(JSON.stringify(ok));
      };
      const result = await runStress(plan({ transport }), target, undefined, undefined, {
        workerFile: worker.file,
        audit,
      });
      assert.equal(result.status, 'completed', result.failure);
      assert.equal(served, 500, 'a lost answer must not be asked for again');
      assert.equal(result.started, 500);
      assert.equal(result.succeeded, 300);
      assert.equal(result.inFlight, 0);
      assert.deepEqual(result.errors, { 'occ-data': 50, throttled: 50, 'function-error': 50, connection: 50 });
      assert.equal(result.retries, 150);
      assert.equal(result.maxRetries, 3);
      assert.equal(result.exhausted, 50);
      assert.equal(result.latency.count, 500);
      assert.equal(result.handlerLatency.count, 300);
      assert.equal(result.moneyConserved, true);
      assert.ok(pairs.every(pair => new Set(pair.split('>')).size === 2));
    });
  }

  it('stops within a second of the signal and counts what was under way as what it was', async () => {
    const held: http.ServerResponse[] = [];
    const stop = new AbortController();
    let stoppedAt = 0;
    answer = (n, _body, response) => {
      if (n < 100) return void response.end(JSON.stringify(ok));
      held.push(response);
      if (held.length < 50) return;
      stoppedAt = performance.now();
      stop.abort();
      // Half of those in flight end after the stop, the others never.
      for (const late of held.slice(0, 25)) late.end(JSON.stringify(ok));
    };
    const snapshots: RunSnapshot[] = [];
    const result = await runStress(plan({ calls: 1_000_000 }), target, s => snapshots.push(s), stop.signal, {
      workerFile: worker.file,
      audit,
    });
    assert.ok(performance.now() - stoppedAt < 1000, `took ${performance.now() - stoppedAt} ms`);
    assert.equal(result.status, 'cancelled');
    assert.equal(result.failed, 0);
    assert.equal(result.succeeded, 125, 'an answer in time is a success, also after the stop');
    assert.equal(result.inFlight, served - 125, 'what never ended is neither succeeded nor failed');
    assert.equal(result.started, served);
    assert.ok(snapshots.length >= 1);
  });
});
