import type { PlanHeat, PlanMetric, PlanNodeView } from '../../src/protocol/plan-view';

/** What the metrics are called. */
export const METRIC_NAMES: Readonly<Record<PlanMetric, string>> = {
  time: 'Time',
  rows: 'Rows',
  cost: 'Cost',
  estimate: 'Estimate error',
  dpu: 'DPU',
};

/** What the two highest levels mean, so that colour is never all there is; the figure itself says enough of the lower ones. */
const LEVEL_NAMES: Readonly<Record<PlanMetric, readonly [string, string]>> = {
  time: ['much of the time', 'most of the time'],
  rows: ['among the larger counts', 'among the largest counts'],
  cost: ['much of the cost', 'most of the cost'],
  estimate: ['estimated far off', 'estimated very far off'],
  dpu: ['much of the DPU', 'most of the DPU'],
};

/** How hot a node is by a metric, from 0; 0 too where it has none. */
export const levelOf = (node: PlanNodeView, metric: PlanMetric): number => node.heat[metric]?.level ?? 0;

/** `12.3 ms (60 %), most of the time`; nothing for a node without the metric. */
export function heatWords(heat: PlanHeat | undefined, metric: PlanMetric): string {
  if (!heat) return '';
  const name = LEVEL_NAMES[metric][heat.level - 3];
  return name ? `${heat.text}, ${name}` : heat.text;
}

/** What a screen reader says of a node. */
export function spokenName(node: PlanNodeView, metric: PlanMetric): string {
  const { title, object, layer, cells, label, neverExecuted, findings } = node;
  const { rows } = node;
  const told =
    rows === undefined
      ? cells.expected && `${cells.expected} ${cells.expected === '1' ? 'row' : 'rows'} expected`
      : `${cells.rows} ${rows === 1 ? 'row' : 'rows'}`;
  return [
    label,
    object === undefined ? title : `${title} on ${object}`,
    layer === 'storage' && 'in storage',
    neverExecuted ? 'never executed' : told,
    metric !== 'rows' && heatWords(node.heat[metric], metric),
    findings.length > 0 && `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`,
  ]
    .filter(part => part)
    .join(', ');
}
