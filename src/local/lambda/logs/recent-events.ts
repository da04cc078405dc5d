/** An event of a function's log, as CloudWatch Logs has them. */
export interface RecentEvent {
  /** Counts up over all functions. */
  sequence: number;
  atMs: number;
  message: string;
}

const MAX_EVENTS = 5_000;
const MAX_CHARS = 2 * 1024 * 1024;
/** Where a line begins an event of its own; others belong to the line before, as with console.log of several lines. */
const BEGINS = /^(?:START RequestId: |END RequestId: |REPORT RequestId: |(\d{4}-\d\d-\d\dT[\d:.]+Z)\t)/;

interface Log {
  events: RecentEvent[];
  chars: number;
}

/** What functions logged lately, in memory: the newest 5,000 events or 2 MB of each. The files below the data directory hold more. */
export class RecentEvents {
  private readonly logs = new Map<string, Log>();
  private sequence = 0;

  add(functionName: string, text: string, nowMs: number): void {
    const log = this.logs.get(functionName) ?? { events: [], chars: 0 };
    this.logs.set(functionName, log);
    let current: RecentEvent | undefined;
    for (const line of text.split('\n')) {
      if (line === '' && !current) continue;
      const begins = BEGINS.exec(line);
      if (current && !begins) {
        current.message += `\n${line}`;
        log.chars += line.length + 1;
        continue;
      }
      const atMs = begins?.[1] === undefined ? nowMs : Date.parse(begins[1]);
      current = { sequence: ++this.sequence, atMs: Number.isNaN(atMs) ? nowMs : atMs, message: line };
      log.events.push(current);
      log.chars += line.length;
    }
    this.trim(log);
  }

  /** Events from `fromMs` up to `toMs`, later than `after`, at most `limit`, in the order in which they came. */
  read(
    functionName: string,
    range: { fromMs: number; toMs: number; after: number; limit: number },
  ): { events: RecentEvent[]; more: boolean } {
    const { fromMs, toMs, after, limit } = range;
    const found: RecentEvent[] = [];
    for (const event of this.logs.get(functionName)?.events ?? []) {
      if (event.sequence <= after || event.atMs < fromMs || event.atMs > toMs) continue;
      if (found.length === limit) return { events: found, more: true };
      found.push(event);
    }
    return { events: found, more: false };
  }

  private trim(log: Log): void {
    let surplus = Math.max(0, log.events.length - MAX_EVENTS);
    let chars = log.chars;
    for (let at = 0; at < log.events.length - 1 && (at < surplus || chars > MAX_CHARS); at++) {
      chars -= log.events[at]?.message.length ?? 0;
      surplus = Math.max(surplus, at + 1);
    }
    if (surplus === 0) return;
    log.events.splice(0, surplus);
    log.chars = chars;
  }
}
