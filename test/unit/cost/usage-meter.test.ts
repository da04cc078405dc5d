import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import type { Closeable } from '../../../src/base/lifecycle';
import { freshestMs, storageGb, sumOf, type UsageMeter } from '../../../src/core/cost/metered';
import { createUsageMeter } from '../../../src/node/cloudwatch/usage-meter';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { CloudWatchService } from '../../../src/local/aws/services/cloudwatch';

const identifier = 'abcdefghijklmnopqrstuvwxyz';
const cluster = { region: 'us-east-2', identifier };
const keys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a secret that never shows',
  arn: 'arn:aws:iam::000000000000:role/learner',
};
/** GetMetricData as far as it is looked at. */
interface Asked {
  StartTime: number;
  EndTime: number;
  MetricDataQueries: {
    MetricStat: {
      Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
      Period: number;
      Stat: string;
    };
  }[];
}
const toMs = Date.UTC(2026, 10, 21, 8, 0);
const fromMs = Date.UTC(2026, 10, 1);
const range = { fromMs, toMs, periodMs: 3_600_000 };
const seconds = (ms: number): number => ms / 1000;

describe('the usage meter', () => {
  let api: AwsEndpoint;
  let service: CloudWatchService;
  let meter: UsageMeter & Closeable;
  beforeEach(async () => {
    service = new CloudWatchService();
    api = new AwsEndpoint({ services: [service], principals: [keys] });
    await api.listen();
    meter = createUsageMeter({ credentials: () => Promise.resolve(keys), endpoint: () => api.url });
  });
  afterEach(async () => {
    await meter.close();
    await api.close();
  });
  const store = (dimension: string, name: string, points: [number, number][]): void =>
    void service.metrics.push({ dimension, identifier, name, points });
  const asked = (): Asked[] => api.calls.map(({ input }) => input as unknown as Asked);
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
    assert.equal(api.calls.length, 3, 'three pages of three points');
    const [call] = api.calls;
    assert.deepEqual([call?.service, call?.operation, call?.region], ['monitoring', 'GetMetricData', 'us-east-2']);
    const [request] = asked();
    assert.equal(request?.StartTime, seconds(fromMs));
    assert.equal(request.EndTime, seconds(toMs));
    assert.deepEqual(
      request.MetricDataQueries.map(({ MetricStat: { Metric, Period, Stat } }) => [
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
      asked().map(({ MetricDataQueries }) => MetricDataQueries[0]?.MetricStat.Metric.Dimensions[0]?.Name),
      ['ClusterId', 'ResourceId'],
    );
  });

  it('is empty for a cluster that was not metered yet', async () => {
    const usage = await meter.usage(cluster, range);
    assert.equal(freshestMs(usage), undefined);
    assert.equal(storageGb(usage), undefined);
  });

  it('names the action that is not allowed, and no secret', async () => {
    api.failNext(() => true, { status: 400, code: 'AccessDeniedException', message: 'not authorized' });
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
