import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '../base/rpc';

/** A worker thread, seen from the thread that started it, as a port. Closes when the thread exits. */
export function workerPort(worker: Worker): Port {
  return {
    post: message => worker.postMessage(message),
    onMessage: listener => {
      worker.on('message', listener);
      return { dispose: () => void worker.off('message', listener) };
    },
    onClose: listener => {
      worker.once('exit', listener);
      return { dispose: () => void worker.off('exit', listener) };
    },
  };
}

/** The parent thread, seen from a worker, as a port. */
export function parentThreadPort(parent: MessagePort): Port {
  return {
    post: message => parent.postMessage(message),
    onMessage: listener => {
      parent.on('message', listener);
      return { dispose: () => void parent.off('message', listener) };
    },
  };
}
