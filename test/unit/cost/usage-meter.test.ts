import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import type { Closeable } from '../../../src/base/lifecycle';
import { freshestMs, storageGb, sumOf, type UsageMeter } from '../../../src/core/cost/metered';
import { createUsageMeter } from '../../../src/node/cloudwatch/usage-meter';
import { CloudWatchApi } from '../../support/cloudwatch-api';

const identifier = 'abcdefghijklmnopqrstuvwxyz';
const cluster = { region: 'us-east-2', identifier };
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret that never shows' };
const toMs = Date.UTC(2026, 10, 21, 8, 0);
const fromMs = Date.UTC(2026, 10, 1);
const range = { fromMs, toMs, periodMs: 3_600_000 };
const seconds = (ms: number): number => ms / 1000;

describe('the usage meter', () => {
  let api: CloudWatchApi;
  let meter: UsageMeter & Closeable;
  beforeEach(async () => {
    api = new CloudWatchApi();
    const endpoint = await api.listen();
    meter = createUsageMeter({ credentials: () => Promise.resolve(keys), endpoint: () => endpoint });
  });
  afterEach(async () => {
    await meter.close();
    await api.close();
  });
  const store = (dimension: string, name: string, points: [number, number][]): void =>
    void api.metrics.push({ dimension, identifier, name, points });
  const hours = (count: number): [number, number][] =>
    Array.from({ length: count }, (_, at) => [seconds(toMs) - (count - at) * 3_600, at + 1]);

  it('asks for sums of the DPU metrics and the storage of one cluster, and reads all pages', async () => {
    store('ClusterId', 'TotalDPU', hours(8));
    store('ClusterId', 'ClusterStorageSize', [[seconds(toMs) - 7_200, 2.5e9]]);
    const usage = await meter.usage(cluster, range);
    assert.equal(sumOf(usage.dpu.TotalDPU), 36);
    assert.deepEqual(
      usage.dpu.TotalDPU.map(({ value }) => value),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    assert.equal(sumOf(usage.dpu.TotalDPU, toMs - 2 * 3_600_000), 15);
    assert.equal(storageGb(usage), 2.5);
    assert.equal(freshestMs(usage), toMs - 3_600_000);
    assert.equal(usage.dimension, 'ClusterId');
    assert.equal(api.requests.length, 3, 'three pages of three points');
    const [request] = api.requests;
    assert.equal(request?.target, 'GraniteServiceVersion20100801.GetMetricData');
    assert.equal(request.scope, 'us-east-2/monitoring/aws4_request');
    assert.equal(request.body.StartTime, seconds(fromMs));
    assert.equal(request.body.EndTime, seconds(toMs));
    assert.deepEqual(
      request.body.MetricDataQueries.map(({ MetricStat: { Metric, Period, Stat } }) => [
        `${Metric.Namespace} ${Metric.MetricName} ${Metric.Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join()}`,
        Period,
        Stat,
      ]),
      [
        ...['ComputeDPU', 'ReadDPU', 'WriteDPU', 'MultiRegionWriteDPU', 'TotalDPU'].map(name => [
          `AWS/AuroraDSQL ${name} ClusterId=${identifier}`,
          3_600,
          'Sum',
        ]),
        [`AWS/AuroraDSQL ClusterStorageSize ClusterId=${identifier}`, 3_600, 'Average'],
      ],
    );
  });

  it('tries the other name of the dimension when the first has nothing', async () => {
    store('ResourceId', 'TotalDPU', hours(2));
    const usage = await meter.usage(cluster, range);
    assert.equal(usage.dimension, 'ResourceId');
    assert.equal(sumOf(usage.dpu.TotalDPU), 3);
    assert.deepEqual(
      api.requests.map(({ body }) => body.MetricDataQueries[0]?.MetricStat.Metric.Dimensions[0]?.Name),
      ['ClusterId', 'ResourceId'],
    );
  });

  it('is empty for a cluster that was not metered yet', async () => {
    const usage = await meter.usage(cluster, range);
    assert.equal(freshestMs(usage), undefined);
    assert.equal(storageGb(usage), undefined);
  });

  it('names the action that is not allowed, and no secret', async () => {
    api.refusal = { status: 400, type: 'AccessDeniedException', message: 'not authorized' };
    await assert.rejects(meter.usage(cluster, range), (error: unknown) => {
      assert.ok(error instanceof CodedError);
      const text = JSON.stringify([error.code, error.message, error.nextStep, error.details]);
      assert.match(text, /cloudwatch:GetMetricData/);
      return !text.includes(keys.secretAccessKey);
    });
  });

  it('can be given up', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(
      meter.usage(cluster, range, controller.signal),
      (error: unknown) => error instanceof CodedError && error.code === 'CANCELLED',
    );
  });
});
