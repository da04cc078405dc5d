import { parentPort } from 'node:worker_threads';
import { RpcChannel } from '../../base/rpc';
import type { RowStoreHostSide, RowStoreWorkerSide } from '../../protocol/row-store';
import { parentThreadPort } from '../thread-port';
import { storeSession } from './store-session';

if (!parentPort) throw new Error('row-store.js runs as a worker thread only');
const channel: RpcChannel<RowStoreWorkerSide, RowStoreHostSide> = new RpcChannel<RowStoreWorkerSide, RowStoreHostSide>(
  parentThreadPort(parentPort),
  storeSession((job, fraction) => channel.send('progress', { job, fraction })),
);
