import assert from 'node:assert/strict';
import type { Closeable } from '../../../src/base/lifecycle';
import { CodedError } from '../../../src/base/errors';
import type { RunMetricsReader } from '../../../src/core/stress/run-metrics';
import { createRunMetricsReader } from '../../../src/node/cloudwatch/run-metrics';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { CloudWatchService } from '../../../src/local/aws/services/cloudwatch';
import { CLUSTER, FIRST_MINUTE_MS } from '../../support/observed-runs';

const SECRET = 'a secret that never shows';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, arn: 'arn:aws:iam::000000000000:role/learner' };
/** GetMetricData as far as it is looked at. */
interface Asked {
  MetricDataQueries: {
    MetricStat: {
      Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
      Period: number;
      Stat: string;
    };
  }[];
}
const subject = { region: 'us-east-2', cluster: CLUSTER, functionName: 'transfer' };
const range = { fromMs: FIRST_MINUTE_MS, toMs: FIRST_MINUTE_MS + 300_000 };
const at = FIRST_MINUTE_MS / 1_000;

describe('metrics of a run', () => {
  let api: AwsEndpoint;
  let service: CloudWatchService;
  let reader: RunMetricsReader & Closeable;
  beforeEach(async () => {
    service = new CloudWatchService();
    api = new AwsEndpoint({ services: [service], principals: [KEYS] });
    await api.listen();
    reader = createRunMetricsReader({
      credentials: () => Promise.resolve(KEYS),
      endpoint: () => api.url,
      now: () => range.toMs,
    });
  });
  afterEach(async () => {
    await reader.close();
    await api.close();
  });
  const store = (dimension: string, identifier: string, name: string, points: [number, number][]): void =>
    void service.metrics.push({ dimension, identifier, name, points });
  const asked = (): Asked[] => api.calls.map(({ input }) => input as unknown as Asked);
  const minutes = (...values: number[]): [number, number][] => values.map((value, i) => [at + 60 * i, value]);

  it('asks for cluster and function in one request, minute by minute, and reads all pages', async () => {
    store('ClusterId', CLUSTER, 'OccConflicts', minutes(1, 2, 3, 4, 5));
    store('ClusterId', CLUSTER, 'CommitLatency', minutes(7.5));
    store('FunctionName', 'transfer', 'Invocations', minutes(10, 20));
    const read = await reader.read(subject, range);
    assert.deepEqual(
      read.points.occConflicts?.map(({ value }) => value),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(read.points.invocations, [
      { atMs: FIRST_MINUTE_MS, value: 10 },
      { atMs: FIRST_MINUTE_MS + 60_000, value: 20 },
    ]);
    assert.equal(read.points.throttles, undefined, 'what CloudWatch has not said is not there');
    assert.deepEqual([read.dimension, read.readAtMs], ['ClusterId', range.toMs]);
    const [request] = asked();
    assert.equal(api.calls.length, 2, 'two pages of three points');
    assert.deepEqual([api.calls[0]?.region, api.calls[0]?.operation], ['us-east-2', 'GetMetricData']);
    const queries = request!.MetricDataQueries.map(
      ({ MetricStat: { Metric, Period, Stat } }) =>
        `${Metric.Namespace} ${Metric.MetricName} ${Metric.Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join()} ${Period} ${Stat}`,
    );
    for (const wanted of [
      `AWS/AuroraDSQL CommitLatency ClusterId=${CLUSTER} 60 p50`,
      `AWS/AuroraDSQL TotalDPU ClusterId=${CLUSTER} 60 Sum`,
      'AWS/Lambda Duration FunctionName=transfer 60 p99',
      'AWS/Lambda ConcurrentExecutions FunctionName=transfer 60 Maximum',
    ])
      assert.ok(queries.includes(wanted), wanted);
    assert.equal(queries.length, 19);
  });

  it('finds the cluster under the other dimension, and from then on asks there alone', async () => {
    store('ResourceId', CLUSTER, 'TotalTransactions', minutes(40));
    store('FunctionName', 'transfer', 'Invocations', minutes(39));
    const read = await reader.read(subject, range);
    assert.deepEqual([read.dimension, read.points.totalTransactions?.[0]?.value], ['ResourceId', 40]);
    assert.equal(read.points.invocations?.[0]?.value, 39);
    assert.equal(api.calls.length, 2);
    const names = asked()[1]?.MetricDataQueries.map(({ MetricStat }) => MetricStat.Metric.Namespace);
    assert.ok(
      names?.every(name => name === 'AWS/AuroraDSQL'),
      'those of Lambda are not asked for twice',
    );
    const again = await reader.read(subject, range);
    assert.equal(api.calls.length, 3);
    assert.equal(again.points.invocations?.[0]?.value, 39);
  });

  it('without a function asks for the cluster alone', async () => {
    await reader.read({ region: 'us-east-2', cluster: CLUSTER }, range);
    assert.ok(asked().every(({ MetricDataQueries }) => MetricDataQueries.length === 13));
  });

  for (const [status, type, code, said] of [
    [403, 'AccessDeniedException', 'CLOUDWATCH_ACCESS_DENIED', /Allow cloudwatch:GetMetricData/],
    [403, 'ExpiredTokenException', 'CLOUDWATCH_CREDENTIALS', /aws sso login/],
    [400, 'InvalidParameterValueException', 'CLOUDWATCH_FAILED', /./],
  ] as const)
    it(`says what to do about ${type}`, async () => {
      api.failNext(() => true, { status, code: type, message: 'the reason' });
      await assert.rejects(reader.read(subject, range), (error: unknown) => {
        assert.ok(error instanceof CodedError);
        assert.equal(error.code, code);
        assert.match(error.message, /the reason/);
        assert.match(error.nextStep ?? '', said);
        assert.ok(!JSON.stringify({ ...error, message: error.message }).includes(SECRET));
        return true;
      });
    });

  it('ends with its signal, and says where nobody answers', async () => {
    await assert.rejects(reader.read(subject, range, AbortSignal.abort()), { code: 'CANCELLED' });
    await api.close();
    await assert.rejects(reader.read(subject, range), { code: 'CLOUDWATCH_UNREACHABLE' });
  });
});
