import fs from 'node:fs';
import type { ServeHost } from './serve';

/** This process as the host of a local cluster: SIGTERM, SIGINT, SIGHUP and the end of the parent's IPC channel stop it. */
export function processHost(): ServeHost {
  return {
    writeOutput: text => write(1, text),
    writeError: text => write(2, text),
    onStop: listener => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, listener);
      process.on('disconnect', listener);
    },
  };
}

/** At once, so that nothing is lost at exit; a reader that has gone is no reason to fail. */
function write(descriptor: number, text: string): void {
  try {
    fs.writeSync(descriptor, text);
  } catch {
    // EPIPE, or EAGAIN of a full pipe that nobody reads
  }
}
