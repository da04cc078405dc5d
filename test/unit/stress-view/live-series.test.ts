import assert from 'node:assert/strict';
import type { RunSnapshot } from '../../../src/core/stress/contract';
import { LiveSeries } from '../../../src/core/stress-view/live-series';
import { latencyAround, snapshotAt } from '../../support/stress-runs';

const at = (elapsedMs: number, succeeded: number, more: Partial<RunSnapshot> = {}): RunSnapshot => ({
  ...snapshotAt(elapsedMs),
  succeeded,
  failed: 0,
  retries: 0,
  errors: {},
  balance: undefined,
  ...more,
});

describe('a run over time', () => {
  it('counts rates over about the last second, not since the start', () => {
    const series = new LiveSeries();
    for (let ms = 100; ms <= 3_000; ms += 100) series.take(at(ms, ms <= 2_000 ? ms : 2_000));
    assert.equal(series.all.succeeded[9], 1_000);
    assert.equal(series.all.succeeded.at(-1), 0);
  });

  it('counts a conflict that was retried and one that was not', () => {
    const series = new LiveSeries();
    series.take(at(1_000, 100, { retries: 7, errors: { 'occ-data': 2, 'occ-schema': 1, timeout: 4 } }));
    assert.equal(series.all.conflicts[0], 10);
    assert.equal(series.all.retries[0], 7);
  });

  it('has no latency for a second in which nothing ended', () => {
    const series = new LiveSeries();
    const window = snapshotAt(1_000).window;
    assert.ok(window);
    series.take(at(1_000, 5, { window }));
    series.take(at(2_000, 5, { window: { ...window, succeeded: 0, failed: 0 } }));
    series.take(at(3_000, 0, { window: undefined, latency: latencyAround(5, 0) }));
    assert.deepEqual(
      series.all.p99.map(value => value === null),
      [false, true, true],
    );
  });

  it('tells what the sum of balances lost, exactly, beyond what a double holds', () => {
    const series = new LiveSeries();
    const balance = (sumOfBalances: string) => ({
      atMs: 0,
      audit: { accounts: 2, sumOfBalances, negativeBalances: 0 },
      exact: true,
    });
    series.take(at(1_000, 1, { balance: balance('90071992547409930000') }));
    series.take(at(2_000, 2, { balance: balance('90071992547409929999') }));
    assert.deepEqual(series.all.drift, [0, -1]);
  });

  it('stays bounded over the snapshots of an hour, and says when its points changed', () => {
    const series = new LiveSeries();
    let epoch = 0;
    for (let ms = 100; ms <= 3_600_000; ms += 100) {
      series.take(at(ms, ms));
      assert.ok(series.epoch >= epoch);
      epoch = series.epoch;
    }
    assert.ok(series.length <= 601 && series.length > 250, String(series.length));
    assert.ok(epoch > 3);
    assert.ok((series.all.atMs.at(-1) ?? 0) > 3_580_000);
    for (const rate of series.all.succeeded) assert.ok(Math.abs(rate - 1_000) < 1);
    for (const column of Object.values(series.all)) assert.equal(column.length, series.length);
    assert.deepEqual(
      series.all.atMs,
      [...series.all.atMs].sort((a, b) => a - b),
    );
  });

  it('sends what is new, and all of it to who lacks some', () => {
    const series = new LiveSeries();
    for (let ms = 100; ms <= 1_000; ms += 100) series.take(at(ms, ms));
    const update = series.since(8);
    assert.equal(update.from, 8);
    assert.deepEqual(update.columns.atMs, [900, 1_000]);
    assert.equal(series.since(0).columns.p50.length, 10);
  });
});
