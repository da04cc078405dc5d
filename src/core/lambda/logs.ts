/** The log of a function as it grows: on AWS from CloudWatch Logs, on the laptop from the local Lambda, by the same call. */

/** One event of a log. */
export interface LogEvent {
  /** The service's own; unique in the log. */
  id: string;
  /** When it was written, milliseconds since the epoch. */
  atMs: number;
  text: string;
}

/** Reads events from a moment on, oldest first. Rejects with a CodedError. */
export type ReadLog = (functionName: string, fromMs: number, signal?: AbortSignal) => Promise<LogEvent[]>;

/** Events come late and out of order: so much is read again each time. Milliseconds. */
const OVERLAP_MS = 30_000;
/** Between two looks; five a second is what an account may ask. Milliseconds. */
const LOG_POLL_MS = 2_000;

/** What whoever tails a log on AWS is told first. */
export const LOG_NOTE =
  'CloudWatch Logs shows events some seconds after they were printed. Reading them has no price of its own; what functions print is billed by the gigabyte (about $0.50).';

/** Reads a log piece by piece: each event once, in the order of time within a piece. */
export class LogFollower {
  private readonly seen = new Map<string, number>();
  private newestMs: number;

  constructor(
    private readonly read: ReadLog,
    private readonly functionName: string,
    private readonly fromMs: number,
  ) {
    this.newestMs = fromMs;
  }

  /** What came since the last call. */
  async next(signal?: AbortSignal): Promise<LogEvent[]> {
    const from = Math.max(this.fromMs, this.newestMs - OVERLAP_MS);
    const read = await this.read(this.functionName, from, signal);
    const fresh = read.filter(({ id }) => !this.seen.has(id)).sort((a, b) => a.atMs - b.atMs);
    for (const { id, atMs } of fresh) {
      this.seen.set(id, atMs);
      this.newestMs = Math.max(this.newestMs, atMs);
    }
    // what is older than the overlap is not read again
    for (const [id, atMs] of this.seen) if (atMs < this.newestMs - OVERLAP_MS) this.seen.delete(id);
    return fresh;
  }
}

export interface FollowOptions {
  signal: AbortSignal;
  /** Waits; rejects when the signal fires. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
  onEvents: (events: LogEvent[]) => void;
  /** A look failed for now and is tried again. */
  onTrouble: (error: unknown) => void;
}

/** Codes of failures that another look may mend: the log is made by the first invocation, throttling passes, networks come back. */
const PASSING = new Set([
  'FUNCTION_LOG_MISSING',
  'CLOUDWATCH_THROTTLED',
  'CLOUDWATCH_UNREACHABLE',
  'CLOUDWATCH_FAILED',
]);

/** Follows a log until the signal fires. Rejects with what no other look would mend; each passing trouble is told once. */
export async function followLog(follower: LogFollower, options: FollowOptions): Promise<void> {
  const { signal, pause, onEvents, onTrouble } = options;
  let trouble: unknown;
  while (!signal.aborted) {
    try {
      const events = await follower.next(signal);
      trouble = undefined;
      if (events.length > 0) onEvents(events);
    } catch (error) {
      if (signal.aborted) return;
      const { code } = error as { code?: unknown };
      if (!PASSING.has(String(code))) throw error;
      if (trouble !== code) onTrouble(error);
      trouble = code;
    }
    await pause(LOG_POLL_MS, signal).catch(() => undefined);
  }
}
