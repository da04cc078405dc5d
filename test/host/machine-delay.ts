import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const IDLE = `
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { parentPort } = require('node:worker_threads');
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
parentPort.once('message', () => parentPort.postMessage(delay.percentile(99) / 1e6));
parentPort.postMessage(0);
`;

/**
 * How late a thread is that has nothing to do, 99th percentile in milliseconds, from now until what this resolves to is called: what the machine, which
 * others may share, makes every thread wait.
 */
export async function machineDelay(): Promise<() => Promise<number>> {
  const thread = new Worker(IDLE, { eval: true });
  await once(thread, 'message');
  return async () => {
    const told = once(thread, 'message') as Promise<[number]>;
    thread.postMessage(null);
    const [delayMs] = await told;
    await thread.terminate();
    return delayMs;
  };
}
