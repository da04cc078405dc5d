/** What CloudWatch says a cluster was metered (namespace AWS/AuroraDSQL), and what can be told from it. */

export interface MetricPoint {
  /** Start of its period, milliseconds since the epoch. */
  atMs: number;
  value: number;
}

/** DPU metrics, as CloudWatch calls them. */
export const DPU_METRICS = ['ComputeDPU', 'ReadDPU', 'WriteDPU', 'MultiRegionWriteDPU', 'TotalDPU'] as const;
export type DpuMetric = (typeof DPU_METRICS)[number];

/** A cluster's metrics since `fromMs`. */
export interface MeteredUsage {
  fromMs: number;
  toMs: number;
  /** Length of one period of `dpu`, milliseconds. */
  periodMs: number;
  /** Sums by period, oldest first. */
  dpu: Record<DpuMetric, MetricPoint[]>;
  /** ClusterStorageSize in bytes, oldest first. */
  storageBytes: MetricPoint[];
  /** The dimension's name that answered: AWS's pages disagree. */
  dimension: string;
}

/** Reads a cluster's metrics. Rejects with a CodedError of the clusters' area. */
export interface UsageMeter {
  usage(
    cluster: { region: string; identifier: string },
    range: { fromMs: number; toMs: number; periodMs: number },
    signal?: AbortSignal,
  ): Promise<MeteredUsage>;
}

/** The sum of the points that begin in [fromMs, toMs), milliseconds since the epoch. */
export const sumOf = (points: readonly MetricPoint[], fromMs = 0, toMs = Infinity): number =>
  points.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).reduce((sum, { value }) => sum + value, 0);

/** The newest period that any metric tells of; undefined when none does. */
export const freshestMs = ({ dpu, storageBytes }: MeteredUsage): number | undefined => {
  const newest = [...Object.values(dpu), storageBytes].flatMap(points => points.at(-1)?.atMs ?? []);
  return newest.length > 0 ? Math.max(...newest) : undefined;
};

/** Storage as it was last measured, in gigabytes (10^9 bytes, as AWS bills); undefined when nothing is known. */
export const storageGb = ({ storageBytes }: MeteredUsage): number | undefined => {
  const last = storageBytes.at(-1);
  return last && last.value / 1e9;
};

/** Start of the month in UTC, as AWS bills. */
export const monthStartMs = (nowMs: number): number => {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
};

/** Start of the next month in UTC. */
export const monthEndMs = (nowMs: number): number => {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
};
