/** What the cluster metered: DPUs against the estimate, bytes, time. */
import { count, milliseconds } from '../../base/number-text';
import { estimateCostOfRun } from '../stress/cost';
import { sumOf, values, type ComparedFigure, type Ground } from './compared-figure';
import { RUN_METRICS, type RunMetricId } from '../stress/run-metrics';

/** Estimated DPUs against TotalDPU. */
export function charges(ground: Ground): ComparedFigure[] {
  const { own, run, metrics } = ground;
  const total = sumOf(ground, 'totalDpu');
  if (values(ground, 'totalDpu').length === 0) return [];
  const elapsedMs = ground.coverage.known.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const { dpu } = estimateCostOfRun({ plan: run.plan, ...own, elapsedMs }, metrics.region);
  const part = (id: RunMetricId): string =>
    `${dpuText(sumOf(ground, id))} ${RUN_METRICS[id].name.replace('DPU', '').toLowerCase()}`;
  const parts = (['computeDpu', 'readDpu', 'writeDpu'] as const).map(part).join(', ');
  return [
    {
      name: 'Estimated DPU ↔ TotalDPU',
      own: dpuText(dpu),
      cloudWatch: dpuText(total),
      difference: `${total >= dpu ? '+' : '−'}${dpuText(Math.abs(total - dpu))}`,
      meaning: `Metered: ${parts}. The estimate counts each attempt as one that went through; the bill is AWS’s.`,
      tone: 'neutral',
    },
  ];
}

const dpuText = (dpu: number): string =>
  dpu.toLocaleString('en-US', { maximumFractionDigits: dpu < 10 ? 2 : 0, minimumFractionDigits: 0 });

/** What only the cluster can know. */
export function clusterOnly(ground: Ground): ComparedFigure[] {
  const total = sumOf(ground, 'totalTransactions');
  const timeouts = sumOf(ground, 'queryTimeouts');
  const each = (value: number, text: (value: number) => string): string =>
    total > 0 ? `${text(value / total)} a transaction.` : '';
  return [
    {
      name: 'QueryTimeouts',
      cloudWatch: count(timeouts),
      meaning: timeouts > 0 ? 'Queries that met the limit of a transaction’s time.' : 'No query met the limit of time.',
      tone: timeouts > 0 ? 'warn' : 'good',
    },
    ...(['bytesRead', 'bytesWritten'] as const).flatMap((id): ComparedFigure[] =>
      values(ground, id).length === 0
        ? []
        : [
            {
              name: RUN_METRICS[id].name,
              cloudWatch: bytesText(sumOf(ground, id)),
              meaning: each(sumOf(ground, id), bytesText),
              tone: 'neutral',
            },
          ],
    ),
    ...(values(ground, 'computeTime').length === 0
      ? []
      : [
          {
            name: 'ComputeTime',
            cloudWatch: milliseconds(sumOf(ground, 'computeTime')),
            meaning: each(sumOf(ground, 'computeTime'), milliseconds),
            tone: 'neutral' as const,
          },
        ]),
  ];
}

function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${Number(bytes.toFixed(0))} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
