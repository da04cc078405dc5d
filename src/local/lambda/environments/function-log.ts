/** What functions print, appended to one file per function: `<dataDir>/logs/<name>.log`, bounded, written in batches. */
import fs from 'node:fs';
import path from 'node:path';
import type { RecentEvents } from '../logs/recent-events';

const FLUSH_INTERVAL_MS = 200;
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_PENDING_CHARS = 1024 * 1024;

export class FunctionLog {
  private readonly pending = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;

  /** `recent`: keeps the newest in memory too, for those who follow a log. */
  constructor(
    private readonly fileOf: (functionName: string) => string,
    private readonly recent?: RecentEvents,
  ) {}

  append(functionName: string, text: string): void {
    this.recent?.add(functionName, text, Date.now());
    const before = this.pending.get(functionName) ?? '';
    // a function that prints faster than the disk writes loses lines here, not the machine its memory
    if (before.length > MAX_PENDING_CHARS) return;
    this.pending.set(functionName, before + text);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  /** Writes what is pending. A disk that cannot be written does not disturb invocations. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [name, text] of this.pending) {
      const file = this.fileOf(name);
      try {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        if (size > MAX_FILE_BYTES) fs.renameSync(file, `${file}.1`);
        fs.appendFileSync(file, text, { mode: 0o600 });
      } catch {
        // see above
      }
    }
    this.pending.clear();
  }
}
