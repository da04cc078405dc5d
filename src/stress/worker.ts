import type { RecordableHistogram } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { RpcChannel } from '../base/rpc';
import type { StressControllerSide, StressWorkerSide } from '../protocol/stress';
import { workerSession } from './session';
import { parentThreadPort } from '../node/thread-port';

if (!parentPort) throw new Error('stress-worker.js runs as a worker thread only');
new RpcChannel<StressWorkerSide<RecordableHistogram>, StressControllerSide>(
  parentThreadPort(parentPort),
  workerSession(),
);
