/** What CloudWatch is asked about a stress run: the metrics of its cluster and of its function, minute by minute. */
import type { MetricPoint } from '../cost/metered';

/** CloudWatch keeps both namespaces in minutes. Milliseconds. */
export const MINUTE_MS = 60_000;

export interface MetricSpec {
  namespace: 'AWS/AuroraDSQL' | 'AWS/Lambda';
  /** As CloudWatch calls it. */
  name: string;
  stat: 'Sum' | 'Average' | 'Maximum' | 'p50' | 'p99';
  unit: 'count' | 'milliseconds' | 'bytes' | 'DPU';
}

const dsql = (name: string, unit: MetricSpec['unit'] = 'count', stat: MetricSpec['stat'] = 'Sum'): MetricSpec => ({
  namespace: 'AWS/AuroraDSQL',
  name,
  stat,
  unit,
});
const lambda = (name: string, stat: MetricSpec['stat'] = 'Sum', unit: MetricSpec['unit'] = 'count'): MetricSpec => ({
  namespace: 'AWS/Lambda',
  name,
  stat,
  unit,
});

/**
 * The metrics by a name of ours. Sources: “Monitoring Aurora DSQL with Amazon CloudWatch” (OccConflicts are transactions aborted by
 * conflicts on keys; CommitLatency is published as its p50) and “Types of metrics for Lambda functions” (a point's time is that of the
 * invocation; throttled calls are no invocations).
 */
export const RUN_METRICS = {
  totalTransactions: dsql('TotalTransactions'),
  readOnlyTransactions: dsql('ReadOnlyTransactions'),
  occConflicts: dsql('OccConflicts'),
  queryTimeouts: dsql('QueryTimeouts'),
  commitLatency: dsql('CommitLatency', 'milliseconds', 'p50'),
  bytesRead: dsql('BytesRead', 'bytes'),
  bytesWritten: dsql('BytesWritten', 'bytes'),
  computeTime: dsql('ComputeTime', 'milliseconds'),
  computeDpu: dsql('ComputeDPU', 'DPU'),
  readDpu: dsql('ReadDPU', 'DPU'),
  writeDpu: dsql('WriteDPU', 'DPU'),
  multiRegionWriteDpu: dsql('MultiRegionWriteDPU', 'DPU'),
  totalDpu: dsql('TotalDPU', 'DPU'),
  invocations: lambda('Invocations'),
  errors: lambda('Errors'),
  throttles: lambda('Throttles'),
  durationP50: lambda('Duration', 'p50', 'milliseconds'),
  durationP99: lambda('Duration', 'p99', 'milliseconds'),
  concurrentExecutions: lambda('ConcurrentExecutions', 'Maximum'),
} as const satisfies Record<string, MetricSpec>;

export type RunMetricId = keyof typeof RUN_METRICS;
const RUN_METRIC_IDS = Object.keys(RUN_METRICS) as RunMetricId[];

/** Whose metrics are asked for. */
export interface MetricSubject {
  region: string;
  /** The cluster's identifier. */
  cluster: string;
  /** Where the run called a function. */
  functionName?: string;
}

/** The metrics that a subject has: those of Lambda only where it names a function. */
export const metricsOf = ({ functionName }: MetricSubject): RunMetricId[] =>
  RUN_METRIC_IDS.filter(id => functionName !== undefined || RUN_METRICS[id].namespace !== 'AWS/Lambda');

/** What CloudWatch said, by one look. */
export interface RunMetrics extends MetricSubject {
  /** Whole minutes, milliseconds since the epoch. */
  fromMs: number;
  toMs: number;
  /** When it was asked. */
  readAtMs: number;
  /** By minute, oldest first; a metric without a point is absent. */
  points: Partial<Record<RunMetricId, MetricPoint[]>>;
  /** The dimension's name under which the cluster's metrics were found; absent while none were. */
  dimension?: string;
  /** By the start of a minute: how long after its end it was first seen here, at most. Only for minutes that were waited for. */
  delaysMs?: Record<string, number>;
}

/** Asks CloudWatch. Rejects with a CodedError of `observabilityErrors`. */
export interface RunMetricsReader {
  read(subject: MetricSubject, range: { fromMs: number; toMs: number }, signal?: AbortSignal): Promise<RunMetrics>;
}
