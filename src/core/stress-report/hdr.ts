import type { RunResult } from '../stress/contract';

/** What `hdrReport` writes. */
export type HdrDistribution = 'latency' | 'handlerLatency';

/**
 * A percentile distribution as HdrHistogram's tools print and plot it (`.hgrm`): value in milliseconds, percentile as a share, number
 * of values up to it, 1/(1-percentile). Empty when nothing was recorded.
 */
export function hdrReport(run: RunResult, which: HdrDistribution = 'latency'): string {
  const points = run.distribution?.[which] ?? [];
  const { count, mean, max } = run[which];
  if (points.length === 0 || count === 0) return '';
  const rows = points.map(([percentile, ms]) => {
    const share = percentile / 100;
    const columns = [
      ms.toFixed(3).padStart(12),
      share.toFixed(12).padStart(2),
      String(Math.max(1, Math.min(count, Math.ceil(share * count)))).padStart(10),
    ];
    // the last line stands for all values: its fourth column would be infinite
    return share < 1 ? [...columns, (1 / (1 - share)).toFixed(2).padStart(14)].join(' ') : columns.join(' ');
  });
  return [
    '       Value     Percentile TotalCount 1/(1-Percentile)',
    '',
    ...rows,
    `#[Mean    = ${mean.toFixed(3).padStart(12)}]`,
    `#[Max     = ${max.toFixed(3).padStart(12)}, Total count    = ${String(count).padStart(12)}]`,
    '',
  ].join('\n');
}
