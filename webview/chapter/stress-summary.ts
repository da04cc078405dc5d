import { grouped } from '../../src/base/number-text';
import type { PercentilesView, StressView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatCount, formatDuration, formatShare, retriedText } from '../shared/format';
import { sparkline } from '../shared/sparkline';

const STATUS: Readonly<Record<StressView['status'], string>> = {
  running: 'running',
  completed: 'completed',
  cancelled: 'cancelled',
  'timed-out': 'stopped at its time limit',
  aborted: 'stopped by a threshold',
  unreachable: 'ended by itself, as no call got through',
  failed: 'failed',
};

/** The figures of a stress run: tiles, latency percentiles as bars, throughput over time, errors by class, the balance. */
export function stressSummary(stress: StressView): HTMLElement {
  const total = stress.succeeded + stress.failed;
  return h(
    'div',
    { class: 'stress' },
    h(
      'p',
      { class: 'stress-title' },
      h('strong', {}, stress.name),
      ` ${STATUS[stress.status]}, ${formatCount(total)} calls in ${formatDuration(stress.elapsedMs)}`,
    ),
    stress.failure !== undefined && h('p', { class: 'db-error' }, stress.failure),
    h(
      'dl',
      { class: 'tiles' },
      tile('Throughput', formatCount(stress.callsPerSecond), 'calls a second'),
      tile('Succeeded', formatShare(stress.succeeded, total), `${formatCount(stress.succeeded)} calls`),
      tile(
        'Failed',
        formatCount(stress.failed),
        formatShare(stress.failed, total),
        stress.failed > 0 ? 'warn' : undefined,
      ),
      tile('Retries', formatCount(stress.retries), retriedText(stress.callsWithRetries, stress.maxRetries)),
      stress.money &&
        tile(
          'Sum of balances',
          stress.money.conserved ? 'unchanged' : 'changed',
          stress.money.conserved
            ? grouped(stress.money.after)
            : `${grouped(stress.money.before)} → ${grouped(stress.money.after)}`,
          stress.money.conserved ? 'good' : 'bad',
        ),
    ),
    h('div', { class: 'stress-charts' }, latencyBars(stress.latency), rightSide(stress)),
    stress.cost && h('p', { class: 'stress-cost' }, `Cost ${stress.cost[0]}: ${stress.cost[1]}.`),
  );
}

function tile(name: string, value: string, note: string, tone?: 'good' | 'warn' | 'bad'): HTMLElement {
  return h(
    'div',
    { class: tone ? `tile ${tone}` : 'tile' },
    h('dt', {}, name),
    h('dd', {}, h('span', { class: 'tile-value' }, value), h('span', { class: 'tile-note' }, note)),
  );
}

function latencyBars(latency: PercentilesView): HTMLElement {
  const rows: [string, number][] = [
    ['p50', latency.p50],
    ['p90', latency.p90],
    ['p95', latency.p95],
    ['p99', latency.p99],
    ['p99.9', latency.p999],
    ['max', latency.max],
  ];
  const top = Math.max(latency.max, 0.001);
  return h(
    'table',
    { class: 'latency' },
    h('caption', {}, `Latency, client end to end (mean ${formatDuration(latency.mean)})`),
    h(
      'tbody',
      {},
      ...rows.map(([name, value]) => {
        const bar = h('div', { class: 'latency-bar' });
        bar.style.width = `${Math.max(0.5, (100 * value) / top).toFixed(1)}%`;
        return h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h('td', { class: 'bar-cell', 'aria-hidden': 'true' }, bar),
          h('td', { class: 'number' }, formatDuration(value)),
        );
      }),
    ),
  );
}

function rightSide(stress: StressView): HTMLElement {
  return h(
    'div',
    { class: 'stress-side' },
    stress.history.length > 1 &&
      h(
        'figure',
        { class: 'throughput' },
        h('figcaption', {}, 'Calls a second'),
        sparkline(stress.history, { width: 320, height: 64, label: 'Calls a second' }),
      ),
    stress.errors.length > 0 &&
      h(
        'table',
        { class: 'errors' },
        h('caption', {}, 'Failed calls by class'),
        h(
          'tbody',
          {},
          ...stress.errors.map(error =>
            h('tr', {}, h('th', { scope: 'row' }, error.label), h('td', { class: 'number' }, formatCount(error.count))),
          ),
        ),
      ),
  );
}
