import type { RunResult, SeriesPoint } from '../contract';

type Column = [name: string, value: (point: SeriesPoint, seconds: number) => number | undefined];

const COLUMNS: readonly Column[] = [
  ['at_s', ({ atMs }) => atMs / 1000],
  ['succeeded', ({ succeeded }) => succeeded],
  ['failed', ({ failed }) => failed],
  ['calls_per_s', ({ succeeded, failed }, seconds) => (seconds > 0 ? (succeeded + failed) / seconds : undefined)],
  ['target_per_s', ({ targetPerSecond }) => targetPerSecond],
  ['conflicts', ({ conflicts }) => conflicts],
  ['retries', ({ retries }) => retries],
  ['dropped', ({ dropped }) => dropped],
  ['in_flight', ({ inFlight }) => inFlight],
  // a latency of 0 is none
  ['p50_ms', ({ p50 }) => p50 || undefined],
  ['p90_ms', ({ p90 }) => p90 || undefined],
  ['p95_ms', ({ p95 }) => p95 || undefined],
  ['p99_ms', ({ p99 }) => p99 || undefined],
  ['max_ms', ({ max }) => max || undefined],
];

/**
 * The run second by second (RFC 4180 with a header, lines end with CR LF); an unknown figure is an empty field. Where the run was made
 * stands in the last columns of each line, so that lines of several files can be put together.
 */
export function csvReport(run: RunResult): string {
  const { target } = run;
  const where = target ? [target.kind, target.region, target.endpoint].map(field) : [];
  const names = COLUMNS.map(([name]) => name);
  const lines = [[...names, ...(target ? ['target', 'region', 'cluster'] : [])].join()];
  let beforeMs = (run.plan.warmupSeconds ?? 0) * 1000;
  for (const point of run.series ?? []) {
    const seconds = (point.atMs - beforeMs) / 1000;
    lines.push([...COLUMNS.map(([, value]) => number(value(point, seconds))), ...where].join());
    beforeMs = point.atMs;
  }
  return lines.map(line => `${line}\r\n`).join('');
}

const number = (value: number | undefined): string => (value === undefined ? '' : String(Number(value.toFixed(3))));
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
