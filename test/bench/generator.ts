import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunPlan, RunResult } from '../../src/core/stress/contract';
import { runStress } from '../../src/stress/controller';
import { buildStressWorker } from '../support/stress-worker';
import type { BenchReport, Measurement } from './report';
import { measureUnsigned, type Unsigned } from './unsigned';

const CONNECTIONS = 128;
const IN_FLIGHT = 1_000;
const BANK = { accounts: 1_000, sumOfBalances: '100000', negativeBalances: 0 };

/** The generator alone: signed Invoke calls of one worker thread against a null responder in another process, beside bare undici and the SDK. */
export async function generatorBench(): Promise<BenchReport> {
  const responder = spawn(process.execPath, [path.join(__dirname, 'null-responder.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const worker = await buildStressWorker();
  try {
    const [line] = (await once(responder.stdout, 'data')) as [Buffer];
    const origin = `http://127.0.0.1:${Number(line.toString())}`;
    await measureUnsigned('undici', origin, CONNECTIONS, IN_FLIGHT, 5_000);
    const undici = await measureUnsigned('undici', origin, CONNECTIONS, IN_FLIGHT, 60_000);
    const unsigned = await measureUnsigned('lean', origin, CONNECTIONS, IN_FLIGHT, 100_000);
    const cannon = await autocannon(origin);
    const row = (name: string, perSecond: number, cpuMicros: number, goal?: number): Measurement => ({
      name,
      perSecond,
      ratio: perSecond / cannon.perSecond,
      goal,
      more: { 'event loop µs/call': Math.round(cpuMicros) },
    });
    const rowOf = (name: string, result: RunResult): Measurement => {
      if (result.succeeded !== result.plan.calls) throw new Error(`${name}: ${JSON.stringify(result.errors)}`);
      return row(name, result.throughput, result.generator?.activeMicrosecondsPerCall ?? 0);
    };
    const lean = await run(origin, worker.file, 'lean', 100_000);
    const sdk = await run(origin, worker.file, 'sdk', 4_000);
    return {
      bench: 'generator',
      baseline: `autocannon, ${CONNECTIONS} connections, unsigned, same payload, one process each`,
      measurements: [
        row('autocannon, unsigned', cannon.perSecond, cannon.cpuMicrosPerCall),
        row('undici, unsigned', undici.perSecond, undici.cpuMicrosPerCall),
        { ...row('lean transport, unsigned', unsigned.perSecond, unsigned.cpuMicrosPerCall), goal: 0.7 },
        { ...rowOf('stress engine, lean, signed', lean), goal: 0.45 },
        rowOf('stress engine, SDK', sdk),
      ],
      notes: [`lean: ${JSON.stringify(lean.latency)}`],
    };
  } finally {
    worker.remove();
    responder.stdin.end();
    if (responder.exitCode === null) await once(responder, 'exit');
  }
}

/** autocannon in a process of its own, which prints its result as JSON. */
async function autocannon(origin: string): Promise<Unsigned> {
  const script = `
    const autocannon = require('autocannon');
    const url = process.argv[1];
    const options = { url, method: 'POST', connections: ${CONNECTIONS}, headers: { 'content-type': 'application/octet-stream' },
      body: '{"payer_id":123,"payee_id":456,"amount":1}' };
    (async () => {
      await autocannon({ ...options, amount: 10000 });
      const cpu = process.cpuUsage();
      const beganAt = performance.now();
      const { requests, non2xx, errors } = await autocannon({ ...options, amount: 100000 });
      const perSecond = (requests.total * 1000) / (performance.now() - beganAt);
      const { user, system } = process.cpuUsage(cpu);
      if (non2xx + errors > 0) throw new Error(non2xx + ' refused, ' + errors + ' failed');
      console.log(JSON.stringify({ perSecond, cpuMicrosPerCall: (user + system) / requests.total }));
    })();`;
  const url = `${origin}/2015-03-31/functions/reinvent-dat401/invocations`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, url], {
    cwd: path.resolve(__dirname, '../..'),
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Unsigned;
}

async function run(
  endpoint: string,
  workerFile: string,
  transport: RunPlan['transport'],
  calls: number,
): Promise<RunResult> {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const region = 'us-east-1';
  return runStress(
    {
      name: transport,
      workload: { type: 'lambda-transfer', functionName: 'reinvent-dat401' },
      calls,
      inFlight: IN_FLIGHT,
      workers: 1,
      accounts: 1_000,
      amount: 1,
      seed: 1,
      maxDurationSeconds: 60,
      transport,
    },
    {
      lambda: { endpoint, region, credentials },
      database: { host: 'localhost', port: 1, region, user: 'admin', credentials },
    },
    undefined,
    undefined,
    { workerFile, audit: async () => BANK },
  );
}
