/** What a handler prints, as log lines in the form of Lambda's Node.js runtime. */
import { format } from 'node:util';

const LEVELS = {
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  debug: 'DEBUG',
  trace: 'TRACE',
  fatal: 'FATAL',
} as const;

/** One line: time, request, level, text, divided by tabs. */
export function logLine(requestId: string | undefined, level: string, message: string): string {
  return `${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${message}\n`;
}

/** Sends the console and both standard streams of this thread to `write`. */
export function captureOutput(write: (text: string) => void, requestId: () => string | undefined): void {
  const target = console as unknown as Record<string, (...args: unknown[]) => void>;
  for (const [method, level] of Object.entries(LEVELS))
    target[method] = (...args: unknown[]) => write(logLine(requestId(), level, format(...args)));
  for (const stream of [process.stdout, process.stderr])
    stream.write = (chunk: unknown, encoding?: unknown, callback?: unknown) => {
      write(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
}
