import fs from 'node:fs';
import { EXIT } from './exit-codes';

/**
 * What to tell where the system refused the address space that WebAssembly reserves: Node's own HTTP parser and the SQL parser are made of
 * it, and fail where nobody can catch it. Undefined for any other error.
 */
export function noMemory(error: unknown): string | undefined {
  const said = /WebAssembly[^]*Out of memory[^\n]*?instance/.exec(error instanceof Error ? error.message : '')?.[0];
  if (said === undefined) return undefined;
  return `error: the system gives this process too little address space: ${said}\nRun the command without a limit of virtual memory (ulimit -v unlimited): WebAssembly reserves gigabytes of it and fills few.\n`;
}

/** Says so, and ends the process, in place of a stack trace. */
export function endWithoutMemory(): void {
  process.on('uncaughtExceptionMonitor', error => {
    const text = noMemory(error);
    if (text === undefined) return;
    fs.writeSync(2, text);
    process.exit(EXIT.failed);
  });
}
