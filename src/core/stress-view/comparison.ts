import type { ComparisonRow, StressComparison, Tone } from '../../protocol/stress-view';
import type { LatencySummary, RunResult } from '../stress/contract';
import { ENDINGS } from '../stress/endings';
import { conflictsOf, moneyVerdict } from './figures';
import { count, milliseconds, share } from '../../base/number-text';
import { planFacts } from './plan-facts';
import type { RunRecord } from './run-record';

/** What a figure is counted in. */
export type Unit = '' | 'share' | 'ms' | '/s';

interface Measure {
  name: string;
  /** Nothing where nothing was measured. */
  of: (result: RunResult) => number | undefined;
  unit: Unit;
  /** Which way is better; nothing where neither is. */
  better?: 'more' | 'less';
  /** A share: what it changed by is told in percentage points, not as a share of a share. */
  isShare?: true;
  /** Of how many it is a count: runs that made different numbers of calls are held against each other by what one of them came to. */
  among?: (result: RunResult) => number;
}

const ended = ({ succeeded, failed }: RunResult): number => succeeded + failed;
const due = ({ started, dropped = 0 }: RunResult): number => started + dropped;
const latency =
  (figure: keyof LatencySummary) =>
  ({ latency: summary }: RunResult): number | undefined =>
    summary.count > 0 ? summary[figure] : undefined;
const rate = (value: number): string => `${count(value)}/s`;
const percent = (value: number): string => (value === 1 ? '100 %' : share(value));
const TEXTS: Readonly<Record<Unit, (value: number) => string>> = {
  '': count,
  share: percent,
  ms: milliseconds,
  '/s': rate,
};

const MEASURES: readonly Measure[] = [
  { name: 'Throughput', of: result => result.throughput, unit: '/s', better: 'more' },
  {
    name: 'Succeeded',
    of: result => (ended(result) > 0 ? result.succeeded / ended(result) : undefined),
    unit: 'share',
    better: 'more',
    isShare: true,
  },
  { name: 'Failed', of: result => result.failed, unit: '', better: 'less', among: ended },
  { name: 'Dropped', of: result => result.dropped, unit: '', better: 'less', among: due },
  { name: 'Conflicts', of: conflictsOf, unit: '', better: 'less', among: ended },
  { name: 'Retries', of: result => result.retries, unit: '', among: ended },
  { name: 'Most retries of a call', of: result => result.maxRetries, unit: '', better: 'less' },
  { name: 'Latency p50', of: latency('p50'), unit: 'ms', better: 'less' },
  { name: 'Latency p90', of: latency('p90'), unit: 'ms', better: 'less' },
  { name: 'Latency p95', of: latency('p95'), unit: 'ms', better: 'less' },
  { name: 'Latency p99', of: latency('p99'), unit: 'ms', better: 'less' },
  { name: 'Latency p99.9', of: latency('p999'), unit: 'ms', better: 'less' },
  { name: 'Latency max', of: latency('max'), unit: 'ms', better: 'less' },
  { name: 'Duration', of: result => result.elapsedMs, unit: 'ms' },
];

/** Below this a change is noise and is given no colour; of a share, which says what each call came to, next to nothing is. */
const NOISE = 0.03;
const NOISE_OF_SHARES = 0.0005;
/** What two runs may differ in and still be of the same configuration. */
const NOT_COMPARED = new Set(['Thresholds', 'Gives up']);

/** Two or more runs beside each other, each against the first. */
export function compareRuns(records: readonly RunRecord[]): StressComparison {
  const results = records.map(({ result }) => result);
  const facts = records.map(({ result, targetName }) => new Map(planFacts(result.plan, targetName)));
  const names = [...new Set(facts.flatMap(map => [...map.keys()]))];
  const differences = names
    .map(name => ({ name, values: facts.map(map => map.get(name) ?? '–') }))
    .filter(({ name, values }) => !NOT_COMPARED.has(name) && new Set(values).size > 1);
  const cautions = [...differing(differences), ...notWhole(results), ...dropping(results)];
  return {
    names: labelsOf(results),
    differences,
    verdict:
      cautions.length === 0
        ? { tone: 'good', text: 'Same configuration: the differences are those of the runs.' }
        : { tone: 'warn', text: cautions.join(' ') },
    rows: [...measured(results).map(measure => rowOf(measure, results)), balanceRow(results)],
  };
}

/** The names of runs; those of one name are told apart by their number. */
export function labelsOf(results: readonly RunResult[]): string[] {
  const names = results.map(({ plan }) => plan.name);
  return names.map((name, at) => (names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${at + 1})`));
}

/** The figures that runs are held against each other by, as they were measured; nothing where one was not. */
export const measuresOf = (
  results: readonly RunResult[],
): { name: string; unit: Unit; figures: (number | undefined)[] }[] =>
  measured(results).map(({ name, unit, of }) => ({ name, unit, figures: results.map(of) }));

const measured = (results: readonly RunResult[]): Measure[] =>
  MEASURES.filter(({ of }) => results.some(result => of(result) !== undefined));

function differing(differences: StressComparison['differences']): string[] {
  const names = differences
    .map(({ name }) => (name === 'In flight' ? 'calls in flight' : name.toLowerCase()))
    .join(', ');
  return names === '' ? [] : [`Not the same configuration: the runs differ in ${names}.`];
}

function notWhole(results: readonly RunResult[]): string[] {
  const partial = results.filter(({ status }) => status !== 'completed');
  const ends = partial.map(({ plan, status }) => `“${plan.name}” ${ENDINGS[status]}`).join(', ');
  return ends === '' ? [] : [`${ends}: not whole runs.`];
}

/** A run that left out the starts which would have waited longest looks the faster one. */
function dropping(results: readonly RunResult[]): string[] {
  const drops = results
    .filter(({ dropped = 0 }) => dropped > 0)
    .map(run => `“${run.plan.name}” dropped ${count(run.dropped ?? 0)} of ${count(due(run))} starts`)
    .join(', ');
  return drops === '' ? [] : [`${drops}: no latency counts what they would have waited.`];
}

function rowOf({ name, of, unit, better, isShare, among }: Measure, results: readonly RunResult[]): ComparisonRow {
  const figures = results.map(of);
  const sizes = among && results.map(among);
  const isEach = new Set(sizes).size > 1;
  const compared = isEach ? figures.map((figure, at) => shareOf(figure, sizes?.[at])) : figures;
  const [first] = compared;
  const change = isShare ? pointsOf : changeOf;
  const changes = compared.map((value, at) => (at === 0 ? undefined : change(first, value)));
  const noise = isShare ? NOISE_OF_SHARES : NOISE;
  const told = (by: number): string => (isShare ? pointsText(by) : changeText(by, isEach ? ' a call' : ''));
  return {
    name,
    values: figures.map(figure => (figure === undefined ? '–' : TEXTS[unit](figure))),
    changes: changes.map(by => (by === undefined ? '' : told(by))),
    tones: changes.map(by => toneOf(by, better, noise)),
  };
}

/** What each of `size` came to; nothing where there were none. */
const shareOf = (figure: number | undefined, size: number | undefined): number | undefined =>
  figure === undefined || !size ? undefined : figure / size;

/** As a share of the first, infinite of nothing; nothing of what was not measured. */
function changeOf(first: number | undefined, value: number | undefined): number | undefined {
  if (first === undefined || value === undefined) return undefined;
  return value === first ? 0 : (value - first) / first;
}

const pointsOf = (first: number | undefined, value: number | undefined): number | undefined =>
  first === undefined || value === undefined ? undefined : value - first;

const sign = (change: number): string => (change > 0 ? '+' : '−');

/** `+50.7 points` */
const pointsText = (change: number): string =>
  Math.abs(change) < NOISE_OF_SHARES ? '=' : `${sign(change)}${(100 * Math.abs(change)).toFixed(1)} points`;

function changeText(change: number, ofWhat: string): string {
  if (Math.abs(change) < 0.0005) return '=';
  if (change === Infinity) return 'from 0';
  if (change >= 10) return `× ${(change + 1).toFixed(change >= 99 ? 0 : 1)}${ofWhat}`;
  return `${sign(change)}${share(Math.abs(change))}${ofWhat}`;
}

function toneOf(change: number | undefined, better: Measure['better'], noise: number): Tone {
  if (change === undefined || better === undefined || Math.abs(change) < noise) return 'neutral';
  return change > 0 === (better === 'more') ? 'good' : 'bad';
}

function balanceRow(results: readonly RunResult[]): ComparisonRow {
  const verdicts = results.map(moneyVerdict);
  return {
    name: 'Sum of balances',
    values: verdicts.map(({ tone, text }) => (tone === 'good' ? 'exact' : text)),
    changes: verdicts.map(() => ''),
    tones: verdicts.map(({ tone }) => tone),
  };
}
