import assert from 'node:assert/strict';
import { DPU_METRICS, type DpuMetric, type MeteredUsage, type MetricPoint } from '../../../src/core/cost/metered';
import { priceTable } from '../../../src/core/cost/price-settings';
import { projectMonth } from '../../../src/core/cost/projection';
import { comparisonSection, estimateSection, meteredSections, reportText } from '../../../src/core/cost/report';
import { estimateRun } from '../../../src/core/cost/run-estimate';
import { dpuOfPlan, measureStatements } from '../../../src/core/plan/statement-dpu';
import { recordedPlan } from '../../support/plans';

const HOUR = 3_600_000;
const now = Date.UTC(2026, 10, 11); // a third of November is over
const usage = (dpuAt: (atMs: number) => number, more: Partial<MeteredUsage> = {}): MeteredUsage => {
  const fromMs = Date.UTC(2026, 10, 1);
  const points: MetricPoint[] = [];
  for (let atMs = fromMs; atMs < now; atMs += HOUR) points.push({ atMs, value: dpuAt(atMs) });
  const dpu = Object.fromEntries(
    DPU_METRICS.map(name => [name, name === 'TotalDPU' ? points : []]),
  ) as unknown as Record<DpuMetric, MetricPoint[]>;
  return {
    fromMs,
    toMs: now,
    periodMs: HOUR,
    dpu,
    storageBytes: [{ atMs: now - HOUR, value: 3e9 }],
    dimension: 'ClusterId',
    ...more,
  };
};

describe('a month of a cluster', () => {
  it('goes on as in the last 24 hours, with free tier and storage', () => {
    const month = projectMonth(
      usage(atMs => (atMs >= now - 24 * HOUR ? 2_000 : 500)),
      'us-east-1',
      now,
    );
    assert.equal(month.soFarDpu, 9 * 24 * 500 + 24 * 2_000);
    assert.equal(month.dpuPerDay, 48_000);
    assert.equal(month.projectedDpu, 156_000 + 20 * 48_000);
    assert.equal(month.soFarDpuUsd, (56_000 / 1e6) * 8);
    assert.equal(month.storageUsd, 2 * 0.33);
    assert.equal(month.projectedDpuUsd, ((month.projectedDpu - 100_000) / 1e6) * 8);
    assert.equal(month.freeDpuLeft, 0);
  });

  it('goes on as in what is known when that is less than a day', () => {
    const young = usage(() => 0);
    const points = [
      { atMs: now - 2 * HOUR, value: 60 },
      { atMs: now - HOUR, value: 60 },
    ];
    const month = projectMonth(
      { ...young, fromMs: now - 2 * HOUR, dpu: { ...young.dpu, TotalDPU: points } },
      'us-east-1',
      now,
    );
    assert.equal(month.basis, 'the month so far');
    assert.equal(month.dpuPerDay, 120 * 12);
    assert.equal(month.projectedUsd, month.storageUsd, 'within the free tier only storage is paid');
  });

  it('is reported with the delay, the free tier, and whose prices were taken', () => {
    const text = reportText({
      title: 'x',
      notes: [],
      sections: meteredSections(
        usage(() => 10),
        'eu-west-1',
        now,
      ),
    });
    assert.match(text, /some minutes after it is over/);
    assert.match(text, /The price of eu-west-1 is not known; taken: \$8 per million DPU.*N\. Virginia/);
    assert.match(text, /Free each month for the whole account: 100,000 DPU/);
    assert.match(text, /\| Total \| 10\.00 \| 2,400\.00 \|/);
  });
});

describe('what CloudWatch metered, as it is shown', () => {
  const at = now - 2 * HOUR;
  const figures = (storageBytes: MetricPoint[]): MeteredUsage => {
    const dpu = Object.fromEntries(DPU_METRICS.map(name => [name, [] as MetricPoint[]])) as MeteredUsage['dpu'];
    // before the month, in it, in the last hour, and at a minute that is not over
    const points = [now - 300 * HOUR, at, now - HOUR, now].map((atMs, i) => ({ atMs, value: 1_000 * 2 ** i }));
    return { ...usage(() => 0), dpu: { ...dpu, WriteDPU: points, TotalDPU: points }, storageBytes, periodMs: 300_000 };
  };

  it('is of this month and of the last hour, row by row', () => {
    const [metered, month] = meteredSections(figures([{ atMs: at, value: 2.5e9 }]), 'us-east-1', now);
    assert.deepEqual(metered?.rows, [
      ['Compute', '0.00', '0.00', '$0'],
      ['Read', '0.00', '0.00', '$0'],
      ['Write', '4,000.00', '6,000.00', '$0.05'],
      ['Total', '4,000.00', '6,000.00', '$0.05'],
    ]);
    assert.equal(metered?.notes[0], 'Newest figures: the 5 minutes from 2026-11-11 00:00 UTC.');
    assert.deepEqual(month?.rows, [
      ['DPU', '6,000', '126,000'],
      ['DPU beyond the free tier', '$0', '$0.21'],
      ['Storage', '2.50 GB', '$0.49'],
      ['Together', '', '$0.70'],
    ]);
    assert.deepEqual(month?.notes, [
      'Goes on as in the last 24 hours: 6,000 DPU a day.',
      'Free each month for the whole account: 100,000 DPU and 1 GB; this cluster alone leaves 94,000 DPU.',
      '$8 per million DPU and $0.33 per GB-month, Aurora DSQL pricing, US East (N. Virginia), seen 2026-03-01.',
    ]);
  });

  it('names writes of a second Region where there are some, and what is not known', () => {
    const some = figures([]);
    const both = { ...some, dpu: { ...some.dpu, MultiRegionWriteDPU: some.dpu.WriteDPU } };
    const [metered, month] = meteredSections(both, 'us-east-1', now);
    assert.deepEqual(metered?.rows[3], ['Multi-Region Write', '4,000.00', '6,000.00', '$0.05']);
    assert.deepEqual(month?.rows[2], ['Storage', 'not measured yet', '$0']);
    assert.deepEqual(month?.rows[3], ['Together', '', '$0.21']);
    const none = meteredSections({ ...some, dpu: { ...some.dpu, WriteDPU: [], TotalDPU: [] } }, 'us-east-1', now);
    assert.equal(none[0]?.notes[0], 'CloudWatch has no figures for this cluster yet.');
  });

  it('goes on as in the last 24 hours from the first full day on', () => {
    const day = 24 * HOUR;
    const start = Date.UTC(2026, 10, 1);
    const basis = (nowMs: number, fromMs: number): string =>
      projectMonth({ ...usage(() => 0), fromMs }, 'us-east-1', nowMs).basis;
    assert.equal(basis(start + day, start), 'the last 24 hours');
    assert.equal(basis(start + day - 1, start - day), 'the month so far');
    assert.equal(basis(now, now - day + 1), 'the month so far');
  });
});

describe('what statements and runs cost', () => {
  it('takes DPUs from real blocks', () => {
    assert.deepEqual(dpuOfPlan(recordedPlan('r02')).write, 0);
    assert.ok(dpuOfPlan(recordedPlan('r09')).write > 0);
    assert.deepEqual(dpuOfPlan('Result  (cost=0.00..0.01 rows=1 width=4)'), { compute: 0, read: 0, write: 0 });
  });

  it('applies minimums once a transaction, and meters lost attempts without writes', () => {
    const statements = [
      { dpu: { compute: 0.001, read: 0.001, write: 0.02 } },
      { dpu: { compute: 0.001, read: 0.001, write: 0.02 } },
    ];
    const estimate = estimateRun(statements, { committed: 1_000, lost: 100 }, 'ap-northeast-2');
    assert.equal(estimate.perTransaction.write, 0.05);
    assert.equal(estimate.perTransaction.read, 0.00375);
    assert.equal(estimate.perLostAttempt.write, 0);
    assert.ok(Math.abs(estimate.totalDpu - (1_000 * (0.002 + 0.00375 + 0.05) + 100 * (0.002 + 0.00375))) < 1e-9);
    assert.equal(estimate.price.price.usdPerMillionDpu, 10);
  });

  it('bills the writes of a multi-Region cluster twice, those that became durable', () => {
    const dpu = { compute: 0, read: 0, write: 0.01, multiRegionWrite: 0.01 };
    const estimate = estimateRun([{ dpu }], { committed: 10, lost: 5 }, 'us-east-1');
    assert.deepEqual(estimate.perTransaction, { compute: 0, read: 0, write: 0.05, multiRegionWrite: 0.05 });
    assert.deepEqual(estimate.total, { compute: 0, read: 0, write: 0.5, multiRegionWrite: 0.5 });
    assert.equal(estimate.totalDpu, 1);
  });

  it('tells what a run comes to, what of it is minimums, and what single transactions would cost', () => {
    const dpu = { compute: 0, read: 0, write: 0.02 };
    const statements = ['debit', 'credit'].map(name => ({ name, sql: 'UPDATE', dpu }));
    const { notes, rows } = estimateSection(statements, { committed: 1_000, lost: 3 }, 'us-east-1', { local: false });
    assert.deepEqual(notes, [
      '1,000 committed, 3 lost attempts: 50.0 DPU, $0.00040 (us-east-1, free tier not taken off).',
      '20 % of a transaction is minimums.',
      'Each statement as a transaction of its own would cost 2.0 times as much.',
    ]);
    assert.deepEqual(rows.at(-1), ['One transaction, minimums applied', '0.00000', '0.00000', '0.05000', '0.05000']);
    const one = estimateSection([{ ...statements[0]!, dpu: { ...dpu, write: 0.06 } }], { committed: 1, lost: 0 }, 'x', {
      local: false,
    });
    assert.match(one.notes[0] ?? '', /^1 committed: 0\.0600 DPU,/);
    assert.deepEqual(one.notes.slice(1), ['0 % of a transaction is minimums.']);
  });

  it('measures in one transaction that is rolled back', async () => {
    const sent: string[][] = [];
    const rows = recordedPlan('r09')
      .split('\n')
      .map(line => [line]);
    const measured = await measureStatements([{ name: 'insert', sql: 'INSERT INTO t VALUES (1)' }], statements => {
      sent.push(statements);
      return Promise.resolve([{ rows }]);
    });
    assert.deepEqual(sent, [['EXPLAIN ANALYZE VERBOSE INSERT INTO t VALUES (1)']]);
    const section = estimateSection(measured, { committed: 10, lost: 0 }, 'us-east-1', { local: true });
    assert.match(section.notes[0] ?? '', /local cluster bills nothing: its DPUs are our estimate/);
    assert.equal(section.rows.length, 2);
  });

  it('says why metered is more', () => {
    const section = comparisonSection(0.0136, 0.0716, 'One session');
    assert.deepEqual(section.rows[2], ['Metered ÷ estimated', '5.26']);
    assert.match(section.notes.join(' '), /0\.055 DPU for each new connection/);
  });
});

describe('prices of the settings', () => {
  it('stand over the known ones; what is no price is named', () => {
    const own = {
      region: 'eu-west-1',
      usdPerMillionDpu: 9,
      usdPerGbMonth: 0.35,
      asOf: '2026-11-01',
      source: 'my bill',
    };
    const { table, problems } = priceTable([
      own,
      { region: 'us-east-1', usdPerMillionDpu: -1 },
      'x',
      { ...own, region: 'EU' },
    ]);
    assert.deepEqual(
      table.find(({ region }) => region === 'eu-west-1'),
      own,
    );
    assert.equal(table.find(({ region }) => region === 'us-east-1')?.usdPerMillionDpu, 8);
    assert.deepEqual(
      problems.map(({ entry }) => entry),
      [1, 2, 3],
    );
    assert.deepEqual(priceTable(undefined).problems, []);
  });
});
