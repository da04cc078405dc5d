import { ERROR_CLASSES } from './classify';
import type { LatencySummary, Ledger, Moves, RunResult, RunSnapshot } from './contract';

/** What a limit is given in. */
export type ThresholdUnit = 'ms' | '%' | '/s' | 'count' | 'exact';

/** A figure of a run; without `value` while there is none. For `exact` 0 stands for exact. */
export interface Measured {
  value?: number;
  /** With its unit. */
  text: string;
}

/** What only the end of a run tells: its transfers against the rows and the balances that they left. */
export type EndFindings = Pick<RunResult, 'ledger' | 'moves'>;

/** A figure that a threshold can be put on. */
export interface Metric {
  name: string;
  kind: 'latency' | 'calls' | 'rate' | 'count' | 'exact';
  /** It never becomes smaller while a run goes on. */
  grows?: boolean;
  /** `limit` is what the text will be read against: figures that differ are shown with as many digits as show it. */
  measure(snapshot: RunSnapshot, unit: ThresholdUnit, end: EndFindings, limit?: number): Measured;
}

type LatencyFigure = Exclude<keyof LatencySummary, 'count'>;
const LATENCY_FIGURES: Record<string, LatencyFigure> = {
  min: 'min',
  mean: 'mean',
  avg: 'mean',
  p50: 'p50',
  median: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  'p99.9': 'p999',
  p999: 'p999',
  max: 'max',
};
const LATENCIES: Record<string, (snapshot: RunSnapshot) => LatencySummary | undefined> = {
  '': ({ latency }) => latency,
  'handler.': ({ handlerLatency }) => handlerLatency,
  'overhead.': ({ overheadLatency }) => overheadLatency,
};

const ended = ({ succeeded, failed }: RunSnapshot): number => succeeded + failed;
/** Where no call has ended, none has failed either: nothing is held, and nothing missed. */
const NOTHING: Measured = { text: 'nothing measured' };
/** Beyond this many digits behind the point a difference is one of arithmetic. */
const MOST_DIGITS = 9;

function text(value: number, limit?: number): string {
  let digits = 3;
  while (value !== limit && Number(value.toFixed(digits)) === limit && digits < MOST_DIGITS) digits++;
  return Number(value.toFixed(digits)).toLocaleString('en', { maximumFractionDigits: digits });
}

function latencyMetrics(): Metric[] {
  return Object.entries(LATENCIES).flatMap(([prefix, of]) =>
    Object.entries(LATENCY_FIGURES).map(([name, figure]) => ({
      name: `${prefix}${name}`,
      kind: 'latency' as const,
      grows: figure === 'max',
      measure: (snapshot, _unit, _end, limit): Measured => {
        const summary = of(snapshot);
        if (!summary?.count) return NOTHING;
        return { value: summary[figure], text: `${text(summary[figure], limit)} ms` };
      },
    })),
  );
}

/** A number of calls; as a share it is one of `whole`. */
const calls = (
  name: string,
  of: (snapshot: RunSnapshot) => number,
  whole: (snapshot: RunSnapshot) => number = ended,
): Metric => ({
  name,
  kind: 'calls',
  grows: true,
  measure(snapshot, unit, _end, limit) {
    const all = whole(snapshot);
    if (all === 0) return NOTHING;
    if (unit !== '%') return { value: of(snapshot), text: text(of(snapshot)) };
    const percent = (100 * of(snapshot)) / all;
    return { value: percent, text: `${text(percent, limit)} %` };
  },
});

/** What calls met. */
const count = (name: string, of: (snapshot: RunSnapshot) => number): Metric => ({
  name,
  kind: 'count',
  grows: true,
  measure: snapshot => (ended(snapshot) === 0 ? NOTHING : { value: of(snapshot), text: text(of(snapshot)) }),
});

const METRICS: readonly Metric[] = [
  ...latencyMetrics(),
  calls('errors', ({ failed }) => failed),
  ...ERROR_CLASSES.map(name => calls(`errors.${name}`, ({ errors }) => errors[name] ?? 0)),
  calls('succeeded', ({ succeeded }) => succeeded),
  calls('exhausted', ({ exhausted = 0 }) => exhausted),
  calls('retried', ({ callsWithRetries }) => callsWithRetries),
  calls(
    'dropped',
    ({ dropped = 0 }) => dropped,
    ({ started, dropped = 0 }) => started + dropped,
  ),
  count('calls', ended),
  count('retries', ({ retries }) => retries),
  count('retries.max', ({ maxRetries }) => maxRetries),
  count('conflicts', ({ conflicts = 0 }) => conflicts),
  {
    name: 'rate',
    kind: 'rate',
    measure({ started, succeeded, measuredMs = 0 }, _unit, _end, limit) {
      if (measuredMs <= 0 || started === 0) return NOTHING;
      const value = (succeeded * 1000) / measuredMs;
      return { value, text: `${text(value, limit)}/s` };
    },
  },
  {
    name: 'balance',
    kind: 'exact',
    measure: ({ balance }) =>
      balance ? { value: balance.exact ? 0 : 1, text: balance.exact ? 'exact' : 'not exact' } : { text: 'not counted' },
  },
  {
    name: 'ledger',
    kind: 'exact',
    measure: (_snapshot, _unit, { ledger }) =>
      ledger ? { value: ledger.exact ? 0 : 1, text: ledgerText(ledger) } : { text: 'not counted' },
  },
  {
    name: 'moves',
    kind: 'exact',
    measure: (_snapshot, _unit, { moves }) =>
      moves
        ? { value: moves.exact ? 0 : 1, text: movesText(moves) }
        : { text: 'not counted, or left open by lost answers' },
  },
];

function ledgerText({ exact, acknowledged, recorded, unknown, differs }: Ledger): string {
  const open = unknown > 0 ? `, ${text(unknown)} unknown` : '';
  const others = differs ? ' with other accounts or amounts' : '';
  return `${exact ? 'exact' : 'not exact'}: ${text(acknowledged)} acknowledged, ${text(recorded)} recorded${others}${open}`;
}

const HELD_TO: Record<NonNullable<Moves['heldTo']>, string> = {
  answers: '',
  rows: ' by the rows of one snapshot',
  choice: ' with some of the calls of unknown outcome',
  bounds: ' but for calls of unknown outcome',
};

const movesText = ({ exact, acknowledged, heldTo = 'answers' }: Moves): string =>
  `${exact ? 'exact' : 'not exact'}${HELD_TO[heldTo]}: balances against ${text(acknowledged)} acknowledged transfers`;

/** Names as one would list them: without synonyms, the error classes and the latencies' prefixes once. */
export const METRIC_NAMES: readonly string[] = [
  'min',
  'mean',
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'max',
  '(each also with handler. or overhead. before it)',
  'errors',
  'errors.<class>',
  ...METRICS.filter(({ kind, name }) => kind !== 'latency' && !name.startsWith('errors')).map(({ name }) => name),
];

/** The figure of this name. */
export function metric(name: string): Metric | undefined {
  return METRICS.find(known => known.name === name);
}
