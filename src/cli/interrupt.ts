import type { Disposable } from '../base/lifecycle';
import { EXIT } from './exit-codes';

/** All must be over this long after Ctrl-C, whatever hangs; where no other time is given. */
const STOP_DEADLINE_MS = 3_000;

/** Turns Ctrl-C and termination requests into an abort. A second Ctrl-C, or the deadline, ends the process at once. */
export class Interrupt implements Disposable {
  private readonly controller = new AbortController();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly onInterrupt: () => void = () => undefined,
    private readonly deadlineMs = STOP_DEADLINE_MS,
  ) {
    for (const name of SIGNALS) process.on(name, this.handle);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get interrupted(): boolean {
    return this.controller.signal.aborted;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const name of SIGNALS) process.off(name, this.handle);
  }

  private readonly handle = (): void => {
    if (this.interrupted) process.exit(EXIT.interrupted);
    this.timer = setTimeout(() => process.exit(EXIT.interrupted), this.deadlineMs);
    this.timer.unref();
    this.controller.abort();
    this.onInterrupt();
  };
}

/** What a terminal, a shell or a service manager asks a process to end with. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether this process has been asked to end, by whatever signal. */
let asked = false;

/**
 * Ends this process with the documented exit code when it is asked to while no command listens: before anything is under way, or when all is done.
 * Without it a signal ends the process in its own way, with a code that depends on which it was.
 */
export function endWhenNobodyListens(): void {
  for (const name of SIGNALS)
    process.on(name, () => {
      asked = true;
      if (process.listenerCount(name) === 1) process.exit(EXIT.interrupted);
    });
}

/** How often it is looked whether npx is there still. */
const NPX_POLL_MS = 500;

/**
 * npx runs a command in a shell. Asked to end (`npx dsql-workshop local &`, then `kill %1`), it ends that shell alone, and what the shell
 * runs would go on, a cluster with it: this process is then asked to end as well. Not where somebody's script is what started it: that may
 * leave a cluster behind on purpose. Windows does not tell that a parent is gone.
 */
export function endWithNpx(env = process.env): void {
  if (!isOwnNpx(env)) return;
  const shell = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === shell && !asked) return;
    clearInterval(poll);
    // Ctrl-C at a terminal reaches shell and process: once is enough
    if (!asked) process.kill(process.pid, 'SIGTERM');
  }, NPX_POLL_MS).unref();
}

/** Whether npx was asked for this command, as npm tells what it starts. */
export const isOwnNpx = ({ npm_lifecycle_event: event, npm_lifecycle_script: script }: NodeJS.ProcessEnv): boolean =>
  event === 'npx' && /^["']?dsql-workshop\b/.test(script ?? '');
