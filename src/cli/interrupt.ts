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

/**
 * Ends this process with the documented exit code when it is asked to while no command listens: before anything is under way, or when all is done.
 * Without it a signal ends the process in its own way, with a code that depends on which it was.
 */
export function endWhenNobodyListens(): void {
  for (const name of SIGNALS)
    process.on(name, () => {
      if (process.listenerCount(name) === 1) process.exit(EXIT.interrupted);
    });
}
