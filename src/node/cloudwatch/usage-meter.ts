import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Closeable } from '../../base/lifecycle';
import {
  DPU_METRICS,
  type DpuMetric,
  type MeteredUsage,
  type MetricPoint,
  type UsageMeter,
} from '../../core/cost/metered';
import { clusterCallError } from '../clusters/service-errors';
import { controlRequests } from '../aws-requests';
import type { KeyProvider } from '../target';

export interface UsageMeterOptions {
  credentials: KeyProvider;
  /** URL of a stand-in; AWS's own when undefined. */
  endpoint?: (region: string) => string | undefined;
}

const NAMESPACE = 'AWS/AuroraDSQL';
/** The billing page and working code say the first, the CloudWatch page the second: the first that has data is taken. */
export const DIMENSIONS = ['ClusterId', 'ResourceId'] as const;
const STORAGE = 'ClusterStorageSize';
const DAY_MS = 86_400_000;

/** Metrics of clusters through CloudWatch's GetMetricData; needs the IAM action `cloudwatch:GetMetricData`. */
export function createUsageMeter({ credentials, endpoint }: UsageMeterOptions): UsageMeter & Closeable {
  const clients = new Map<string, CloudWatchClient>();
  const client = (region: string): CloudWatchClient => {
    const known = clients.get(region);
    if (known) return known;
    const made = new CloudWatchClient({
      ...{ region, credentials, endpoint: endpoint?.(region) },
      ...{ maxAttempts: 3, requestHandler: controlRequests() },
    });
    clients.set(region, made);
    return made;
  };
  const read = async (
    { region, identifier }: { region: string; identifier: string },
    range: { fromMs: number; toMs: number; periodMs: number },
    dimension: string,
    signal?: AbortSignal,
  ): Promise<MeteredUsage> => {
    const points = new Map<string, MetricPoint[]>();
    let NextToken: string | undefined;
    do {
      const command: GetMetricDataCommand = new GetMetricDataCommand({
        StartTime: new Date(Math.min(range.fromMs, range.toMs - DAY_MS)),
        EndTime: new Date(range.toMs),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: queries(identifier, dimension, range.periodMs),
        NextToken,
      });
      const answer: GetMetricDataCommandOutput = await client(region).send(command, { abortSignal: signal });
      for (const { Id = '', Timestamps = [], Values = [] } of answer.MetricDataResults ?? [])
        points.set(Id, [
          ...(points.get(Id) ?? []),
          ...Timestamps.map((at, index) => ({ atMs: at.getTime(), value: Values[index] ?? 0 })),
        ]);
      ({ NextToken } = answer);
    } while (NextToken !== undefined && NextToken !== '');
    const sorted = (id: string): MetricPoint[] => (points.get(id) ?? []).sort((a, b) => a.atMs - b.atMs);
    const dpu = Object.fromEntries(
      DPU_METRICS.map(metric => [metric, sorted(idOf(metric)).filter(({ atMs }) => atMs >= range.fromMs)]),
    ) as Record<DpuMetric, MetricPoint[]>;
    return { ...range, dpu, storageBytes: sorted(idOf(STORAGE)), dimension };
  };
  return {
    usage: async (cluster, range, signal) => {
      try {
        let usage: MeteredUsage | undefined;
        for (const dimension of DIMENSIONS) {
          usage = await read(cluster, range, dimension, signal);
          if (usage.storageBytes.length > 0 || usage.dpu.TotalDPU.length > 0) return usage;
        }
        return { ...usage!, dimension: DIMENSIONS[0] };
      } catch (error) {
        throw clusterCallError(error, { action: 'cloudwatch:GetMetricData', ...cluster, ...(signal && { signal }) });
      }
    },
    close: () => {
      for (const each of clients.values()) each.destroy();
      clients.clear();
      return Promise.resolve();
    },
  };
}

/** Ids of queries begin with a small letter. */
const idOf = (metric: string): string => metric.charAt(0).toLowerCase() + metric.slice(1);

function queries(identifier: string, dimension: string, periodMs: number): MetricDataQuery[] {
  const query = (MetricName: string, Stat: string, Period: number): MetricDataQuery => ({
    Id: idOf(MetricName),
    MetricStat: {
      Metric: { Namespace: NAMESPACE, MetricName, Dimensions: [{ Name: dimension, Value: identifier }] },
      Period,
      Stat,
    },
  });
  return [...DPU_METRICS.map(name => query(name, 'Sum', periodMs / 1000)), query(STORAGE, 'Average', 3_600)];
}
