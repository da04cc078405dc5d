import type { StressView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration, formatShare } from '../shared/format';
import { scrollFrame } from '../shared/scroll-frame';

/** A figure of the latencies; none where no call ended. */
const latency =
  (figure: 'p50' | 'p99' | 'p999' | 'max') =>
  (run: StressView): string =>
    run.succeeded + run.failed > 0 ? formatDuration(run.latency[figure]) : '–';

/** What is compared, one row each. */
const ROWS: readonly [string, (run: StressView) => string][] = [
  ['Succeeded', run => formatShare(run.succeeded, run.succeeded + run.failed)],
  ['Failed calls', run => formatCount(run.failed)],
  ['Calls a second', run => formatCount(run.callsPerSecond)],
  ['Retries', run => formatCount(run.retries)],
  ['Attempts per success', run => attemptsPerSuccess(run)],
  ['p50', latency('p50')],
  ['p99', latency('p99')],
  ['p99.9', latency('p999')],
  ['max', latency('max')],
  ['Sum of balances', run => (run.money === undefined ? '–' : run.money.conserved ? 'unchanged' : 'changed')],
];

/** Transactions begun for each that was committed: 1 is no work wasted. */
function attemptsPerSuccess({ succeeded, failed, retries }: StressView): string {
  return succeeded === 0 ? '–' : ((succeeded + failed + retries) / succeeded).toFixed(2);
}

/** Runs side by side, one column each. */
export function stressComparison(runs: StressView[]): HTMLElement {
  const head = h('tr', {}, h('td', {}), ...runs.map(run => h('th', { scope: 'col', class: 'number' }, run.name)));
  const body = ROWS.map(([name, value]) =>
    h('tr', {}, h('th', { scope: 'row' }, name), ...runs.map(run => h('td', { class: 'number' }, value(run)))),
  );
  return h(
    'div',
    scrollFrame('table-frame comparison', 'Runs side by side'),
    h('table', {}, h('thead', {}, head), h('tbody', {}, ...body)),
  );
}
