import { delimitedField, guardFormula } from '../results/formats/delimited';
import type { RunResult, SeriesPoint } from '../stress/contract';

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
const NAMES = COLUMNS.map(([name]) => name);
const TARGET_NAMES = ['target', 'region', 'cluster'];

/**
 * The run second by second (RFC 4180 with a header, lines end with CR LF); an unknown figure is an empty field. Where the run was made
 * stands in the last columns of each line, so that lines of several files can be put together.
 */
export function csvReport(run: RunResult): string {
  const { target } = run;
  const where = target ? placeOf(target) : [];
  const lines = seconds(run).map(fields => csvLine([...fields, ...where]));
  return [csvLine([...NAMES, ...(target ? TARGET_NAMES : [])]), ...lines].join('');
}

/** Several runs second by second, one after the other; the first column of each line names its run. */
export function csvOfRuns(runs: readonly RunResult[], names: readonly string[]): string {
  const lines = runs.flatMap((run, at) =>
    seconds(run).map(fields => csvLine([names[at], ...fields, ...placeOf(run.target)])),
  );
  return [csvLine(['run', ...NAMES, ...TARGET_NAMES]), ...lines].join('');
}

/** A line of CSV: numbers to the third digit, nothing for what is unknown; no text is a formula, whoever named the run. */
export const csvLine = (fields: readonly (string | number | undefined)[]): string =>
  `${fields.map(each => (typeof each === 'number' ? String(Number(each.toFixed(3))) : delimitedField(guardFormula(each ?? '')))).join()}\r\n`;

const placeOf = (target: RunResult['target']): (string | undefined)[] => [
  target?.kind,
  target?.region,
  target?.endpoint,
];

function seconds({ plan, series = [] }: RunResult): (number | undefined)[][] {
  return series.map((point, at) => {
    const beforeMs = series[at - 1]?.atMs ?? (plan.warmupSeconds ?? 0) * 1000;
    return COLUMNS.map(([, value]) => value(point, (point.atMs - beforeMs) / 1000));
  });
}
