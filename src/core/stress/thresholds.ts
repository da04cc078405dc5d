import { CodedError } from '../../base/errors';
import { ERROR_CLASSES } from './classify';
import type { RunResult, RunSnapshot, ThresholdOutcome } from './contract';
import {
  METRIC_NAMES,
  metric,
  type EndFindings,
  type Measured,
  type Metric,
  type ThresholdUnit,
} from './threshold-metrics';

/** Comparisons, as they are written. */
const OPERATORS = ['<=', '>=', '!=', '==', '<', '>', '='] as const;
type Operator = '<' | '<=' | '>' | '>=' | '=' | '!=';

/** A condition on a run's figures. */
export interface Threshold {
  /** As it was written. */
  text: string;
  metric: Metric;
  operator: Operator;
  /** In the unit: milliseconds, percent of the calls, a rate a second or a count; nothing for `exact`. */
  limit?: number;
  unit: ThresholdUnit;
}

/**
 * Reads a condition: `p99<50ms`, `handler.p95<=20ms`, `errors<0.1%`, `errors.occ-data<10`, `rate>1000/s`, `retries.max<=3`, `dropped=0`,
 * `balance=exact`, `ledger=exact`, `moves=exact`. Latencies take us, ms and s (ms without a unit); counts of calls also %, of the calls that ended.
 * Figures are compared as they are, not as they are shown; latencies are known to three digits, see `latencyHistogram`.
 * @throws CodedError `STRESS_THRESHOLD_INVALID`, which says what would be allowed
 */
export function parseThreshold(text: string): Threshold {
  const match = /^([a-z][\w.-]*)\s*(<=|>=|!=|==|<|>|=)\s*(.+)$/i.exec(text.trim());
  if (!match) throw invalid(text, `it is not of the form metric, comparison (${OPERATORS.join(' ')}), limit`);
  const [, name = '', sign = '', written = ''] = match;
  const found = metric(name.toLowerCase());
  if (!found) throw invalid(text, unknownFigure(name));
  const operator = (sign === '==' ? '=' : sign) as Operator;
  if (found.kind === 'exact') {
    if (operator !== '=' || written.toLowerCase() !== 'exact')
      throw invalid(text, `"${name}" can only be held to be exact: ${name}=exact`);
    return { text, metric: found, operator, unit: 'exact' };
  }
  const { limit, unit } = limitOf(text, found, written);
  return { text, metric: found, operator, limit, unit };
}

function unknownFigure(name: string): string {
  const [, errorClass] = /^errors\.(.*)$/i.exec(name) ?? [];
  if (errorClass === undefined) return `there is no figure "${name}"; there are ${METRIC_NAMES.join(', ')}`;
  return `there is no class of errors "${errorClass}"; there are ${ERROR_CLASSES.join(', ')}`;
}

/** A comma or an underscore groups thousands: in “1,5” somebody may mean the point. */
const LIMIT = /^(\d{1,3}(?:[_,]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(us|µs|ms|s|%|\/s)?$/i;

function limitOf(text: string, { kind, name }: Metric, written: string): { limit: number; unit: ThresholdUnit } {
  const [, digits = '', suffix = ''] = LIMIT.exec(written) ?? [];
  const decimal = digits.replaceAll(/[_,]/g, '');
  const limit = Number(decimal);
  if (decimal === '' || !Number.isFinite(limit)) throw invalid(text, `"${written}" is no number with a unit`);
  const unit = suffix.toLowerCase();
  switch (kind) {
    case 'latency':
      if (unit === '' || unit === 'ms') return { limit, unit: 'ms' };
      if (unit === 's') return { limit: Number(`${decimal}e3`), unit: 'ms' };
      if (unit === 'us' || unit === 'µs') return { limit: Number(`${decimal}e-3`), unit: 'ms' };
      throw invalid(text, `"${name}" is a time: give us, ms or s`);
    case 'rate':
      if (unit === '' || unit === '/s') return { limit, unit: '/s' };
      throw invalid(text, `"${name}" is a rate: give /s`);
    case 'calls':
      if (unit === '%') return { limit, unit: '%' };
      if (unit === '') return { limit, unit: 'count' };
      throw invalid(text, `"${name}" counts calls: give a number, or %`);
    default:
      if (unit === '') return { limit, unit: 'count' };
      throw invalid(text, `"${name}" is a count: give a number without a unit`);
  }
}

/** Checks thresholds against the figures of a run: while it goes on, or with what only its end tells. */
export function evaluateThresholds(
  thresholds: readonly Threshold[],
  snapshot: RunSnapshot,
  end: EndFindings = {},
): ThresholdOutcome[] {
  return thresholds.map(threshold => {
    const measured = threshold.metric.measure(snapshot, threshold.unit, end, threshold.limit);
    return {
      threshold: threshold.text,
      ...(measured.value === undefined ? {} : { passed: holds(threshold, measured) }),
      actual: measured.text,
    };
  });
}

/** Whether a condition counts as missed: it failed, or its figure was never there. A run that was stopped may leave one open. */
export const isMissed = ({ passed }: ThresholdOutcome, { status }: Pick<RunResult, 'status'>): boolean =>
  passed === false || (passed === undefined && status !== 'cancelled');

/** What a run gets before thresholds that may still recover end it, milliseconds. */
const ABORT_AFTER_MS = 2_000;

/**
 * Whether a run that stops at failed thresholds should stop now: one cannot be met any more, or is not met after the first two seconds.
 * Thresholds that ask for more of what still grows wait for the end.
 */
export function shouldAbort(thresholds: readonly Threshold[], snapshot: RunSnapshot): boolean {
  return thresholds.some(threshold => {
    const { metric, operator, unit, limit = 0 } = threshold;
    const measured = metric.measure(snapshot, unit, {});
    if (measured.value === undefined || holds(threshold, measured)) return false;
    if (metric.kind === 'exact') return true;
    if (metric.grows !== true || unit === '%') return (snapshot.measuredMs ?? 0) >= ABORT_AFTER_MS;
    return operator === '<' || operator === '<=' || (operator === '=' && measured.value > limit);
  });
}

function holds({ operator, limit = 0 }: Threshold, { value = 0 }: Measured): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '=':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

function invalid(text: string, problem: string): CodedError {
  return new CodedError('STRESS_THRESHOLD_INVALID', `the threshold "${text}" cannot be read: ${problem}`, {
    nextStep: 'Examples: p99<50ms, errors<0.1%, errors.occ-data<10, rate>1000/s, balance=exact, moves=exact.',
  });
}
