import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { LeanTransport } from '../../src/stress/lean/transport';

export interface Unsigned {
  perSecond: number;
  cpuMicrosPerCall: number;
}

/** POSTs a transfer's payload unsigned, over a plain undici pool or the generator's own transport, in a worker thread, `inFlight` at a time. */
export async function measureUnsigned(
  client: 'undici' | 'lean',
  origin: string,
  connections: number,
  inFlight: number,
  calls: number,
): Promise<Unsigned> {
  const worker = new Worker(`require('tsx/cjs'); require(${JSON.stringify(__filename)});`, {
    eval: true,
    workerData: { client, origin, connections, inFlight, calls },
  });
  const [result] = (await once(worker, 'message')) as [Unsigned];
  await worker.terminate();
  return result;
}

interface Work {
  client: 'undici' | 'lean';
  origin: string;
  connections: number;
  inFlight: number;
  calls: number;
}

/** Sends one call; `ended` is called when its answer has been read. */
type Send = (ended: (error?: Error) => void) => void;

async function post(): Promise<void> {
  const { client, origin, connections, inFlight, calls } = workerData as Work;
  const send = client === 'undici' ? undiciClient(origin, connections) : leanClient(origin, connections);
  const begin = performance.eventLoopUtilization();
  const beganAt = performance.now();
  let started = 0;
  await new Promise<void>((resolve, reject) => {
    let ended = 0;
    const next = (): void => {
      if (started === calls) return;
      started++;
      send(error => {
        if (error) reject(error);
        else if (++ended === calls) resolve();
        else next();
      });
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

function undiciClient(origin: string, connections: number): Send {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  return ended =>
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
        onResponseEnd: () => ended(),
        onResponseError: (_controller, error) => ended(error),
      },
    );
}

/** The load generator's transport, which also reads what is in the answer. */
function leanClient(endpoint: string, connections: number): Send {
  const credentials = { accessKeyId: '', secretAccessKey: '' };
  const headers = ['host', new URL(endpoint).host, 'content-type', 'application/octet-stream'];
  const target = { endpoint, region: 'us-east-1', credentials };
  const transport = new LeanTransport(target, 'reinvent-dat401', connections, () => headers);
  return ended =>
    transport.send({ payer: 123, payee: 456, amount: 1 }, ({ errorClass }) =>
      ended(errorClass === undefined ? undefined : new Error(errorClass)),
    );
}

if (!isMainThread && (workerData as { origin?: string } | null)?.origin) void post();
