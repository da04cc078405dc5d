/** A run's own figures against those of CloudWatch: how far they are apart, and what lies between. */
import { charges, clusterOnly } from './compare-charges';
import { calls, latencies } from './compare-function';
import { conflicts, transactions } from './compare-transactions';
import { groundOf, type ComparedFigure } from './compared-figure';
import type { RunMetrics } from '../stress/run-metrics';
import type { ObservedRun } from './minutes';

export type { ComparedFigure } from './compared-figure';

/** The comparison over the minutes that CloudWatch knows. */
export function compareWithCloudWatch(run: ObservedRun, metrics: RunMetrics, nowMs: number): ComparedFigure[] {
  const ground = groundOf(run, metrics, nowMs);
  if (ground.coverage.known.length === 0) return [];
  return [
    conflicts(ground),
    transactions(ground),
    ...latencies(ground),
    ...(metrics.functionName === undefined ? [] : calls(ground)),
    ...charges(ground),
    ...clusterOnly(ground),
  ];
}
