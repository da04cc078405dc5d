import { processConsole } from './console';
import { runCommandLine } from './program';

/** Runs the command line that this process was started with, and ends the process with its code. */
export async function runCommandProcess(): Promise<void> {
  process.exitCode = await runCommandLine(process.argv.slice(2), processConsole());
  // fires only where something still holds the event loop
  setTimeout(() => process.exit(), 1_000).unref();
}
