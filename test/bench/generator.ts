import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { RunPlan, RunResult } from '../../src/core/stress/contract';
import { runStress } from '../../src/stress/controller';
import { buildStressWorker } from '../support/stress-worker';
import type { BenchReport, Measurement } from './report';
import { measureUnsigned } from './unsigned';

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
    await measureUnsigned(origin, CONNECTIONS, IN_FLIGHT, 5_000);
    const unsigned = await measureUnsigned(origin, CONNECTIONS, IN_FLIGHT, 60_000);
    const row = (name: string, perSecond: number, cpuMicros: number, goal?: number): Measurement => ({
      name,
      perSecond,
      ratio: perSecond / unsigned.perSecond,
      goal,
      more: { 'event loop µs/call': Math.round(cpuMicros) },
    });
    const rowOf = (name: string, result: RunResult): Measurement => {
      if (result.succeeded !== result.plan.calls) throw new Error(`${name}: ${JSON.stringify(result.errors)}`);
      return row(name, result.throughput, result.generator?.activeMicrosecondsPerCall ?? 0);
    };
    const lean = await run(origin, worker.file, 'lean', 60_000);
    const sdk = await run(origin, worker.file, 'sdk', 4_000);
    return {
      bench: 'generator',
      baseline: 'undici pool of 128 connections, unsigned, same payload, same thread count',
      measurements: [
        row('undici, unsigned', unsigned.perSecond, unsigned.cpuMicrosPerCall),
        { ...rowOf('stress engine, lean, signed', lean), goal: 0.6 },
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
