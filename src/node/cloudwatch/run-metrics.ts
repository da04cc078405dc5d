import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Closeable } from '../../base/lifecycle';
import type { MetricPoint } from '../../core/cost/metered';
import {
  metricsOf,
  MINUTE_MS,
  RUN_METRICS,
  type MetricSubject,
  type RunMetricId,
  type RunMetrics,
  type RunMetricsReader,
} from '../../core/stress/run-metrics';
import { controlRequests } from '../aws-requests';
import type { KeyProvider } from '../target';
import { cloudWatchError } from './service-errors';
import { DIMENSIONS } from './usage-meter';

export interface RunMetricsOptions {
  credentials: KeyProvider;
  /** URL of a stand-in by Region; where undefined, AWS_ENDPOINT_URL or AWS's own. */
  endpoint?: (region: string) => string | undefined;
  now?: () => number;
}

/** Metrics of a run's minutes through GetMetricData; needs the IAM action `cloudwatch:GetMetricData`. One client a Region. */
export function createRunMetricsReader(options: RunMetricsOptions): RunMetricsReader & Closeable {
  const { credentials, endpoint, now = Date.now } = options;
  const clients = new Map<string, CloudWatchClient>();
  /** The dimension under which a cluster was found: later looks ask for it alone. */
  const found = new Map<string, string>();
  const client = (region: string): CloudWatchClient => {
    let made = clients.get(region);
    if (!made) {
      made = new CloudWatchClient({
        region,
        credentials,
        endpoint: endpoint?.(region),
        maxAttempts: 3,
        requestHandler: controlRequests(),
      });
      clients.set(region, made);
    }
    return made;
  };

  const ask = async (
    { region }: MetricSubject,
    { fromMs, toMs }: { fromMs: number; toMs: number },
    MetricDataQueries: MetricDataQuery[],
    signal?: AbortSignal,
  ): Promise<RunMetrics['points']> => {
    const points: RunMetrics['points'] = {};
    let NextToken: string | undefined;
    do {
      const command: GetMetricDataCommand = new GetMetricDataCommand({
        StartTime: new Date(fromMs),
        EndTime: new Date(toMs),
        ScanBy: 'TimestampAscending',
        MetricDataQueries,
        NextToken,
      });
      const answer: GetMetricDataCommandOutput = await client(region).send(command, { abortSignal: signal });
      for (const { Id = '', Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
        if (!isMetricId(Id) || Timestamps.length === 0) continue;
        const read = Timestamps.map((at, index): MetricPoint => ({ atMs: at.getTime(), value: Values[index] ?? 0 }));
        points[Id] = [...(points[Id] ?? []), ...read].sort((a, b) => a.atMs - b.atMs);
      }
      ({ NextToken } = answer);
    } while (NextToken !== undefined && NextToken !== '');
    return points;
  };

  return {
    read: async (subject, range, signal) => {
      const key = `${subject.region}/${subject.cluster}`;
      const known = found.get(key);
      try {
        let points: RunMetrics['points'] = {};
        let dimension: string | undefined;
        for (const name of known === undefined ? DIMENSIONS : [known]) {
          // metrics of Lambda are asked for once
          const wanted = metricsOf(subject).filter(
            id => name !== DIMENSIONS[1] || known !== undefined || isOfCluster(id),
          );
          const read = await ask(
            subject,
            range,
            wanted.map(id => query(id, subject, name)),
            signal,
          );
          points = { ...points, ...read };
          if (Object.keys(read).some(id => isMetricId(id) && isOfCluster(id))) dimension = name;
          if (dimension !== undefined) break;
        }
        if (dimension !== undefined) found.set(key, dimension);
        return { ...subject, ...range, readAtMs: now(), points, ...(dimension !== undefined && { dimension }) };
      } catch (error) {
        const { region } = subject;
        throw cloudWatchError(error, { action: 'cloudwatch:GetMetricData', region, ...(signal && { signal }) });
      }
    },
    close: () => {
      for (const each of clients.values()) each.destroy();
      clients.clear();
      return Promise.resolve();
    },
  };
}

const isMetricId = (id: string): id is RunMetricId => Object.hasOwn(RUN_METRICS, id);
const isOfCluster = (id: RunMetricId): boolean => RUN_METRICS[id].namespace === 'AWS/AuroraDSQL';

/** Ids of queries begin with a small letter, as ours do. */
function query(id: RunMetricId, { cluster, functionName = '' }: MetricSubject, dimension: string): MetricDataQuery {
  const { namespace, name, stat } = RUN_METRICS[id];
  const Dimensions = isOfCluster(id)
    ? [{ Name: dimension, Value: cluster }]
    : [{ Name: 'FunctionName', Value: functionName }];
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id: id, MetricStat: { Metric, Period: MINUTE_MS / 1_000, Stat: stat } };
}
