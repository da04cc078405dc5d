import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';

export interface Unsigned {
  perSecond: number;
  cpuMicrosPerCall: number;
}

/** POSTs a transfer's payload over a plain undici pool, in a worker thread, `inFlight` at a time. */
export async function measureUnsigned(
  origin: string,
  connections: number,
  inFlight: number,
  calls: number,
): Promise<Unsigned> {
  const worker = new Worker(`require('tsx/cjs'); require(${JSON.stringify(__filename)});`, {
    eval: true,
    workerData: { origin, connections, inFlight, calls },
  });
  const [result] = (await once(worker, 'message')) as [Unsigned];
  await worker.terminate();
  return result;
}

async function post(): Promise<void> {
  const { origin, connections, inFlight, calls } = workerData as {
    origin: string;
    connections: number;
    inFlight: number;
    calls: number;
  };
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const begin = performance.eventLoopUtilization();
  const beganAt = performance.now();
  let started = 0;
  await new Promise<void>((resolve, reject) => {
    let ended = 0;
    const next = (): void => {
      if (started === calls) return;
      started++;
      pool.dispatch(
        {
          method: 'POST',
          path: '/2015-03-31/functions/reinvent-dat401/invocations',
          headers: ['content-type', 'application/octet-stream'],
          body: '{"payer_id":123,"payee_id":456,"amount":1}',
        },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: () => undefined,
          onResponseEnd: () => {
            if (++ended === calls) resolve();
            else next();
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    };
    for (let i = 0; i < inFlight; i++) next();
  });
  const elapsedMs = performance.now() - beganAt;
  const { active } = performance.eventLoopUtilization(begin);
  parentPort?.postMessage({
    perSecond: (calls * 1000) / elapsedMs,
    cpuMicrosPerCall: (active * 1000) / calls,
  } satisfies Unsigned);
}

if (!isMainThread && (workerData as { origin?: string } | null)?.origin) void post();
