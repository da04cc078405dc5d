import type { PlanHeat, PlanMetric, PlanNodeView } from '../../src/protocol/plan-view';

/** What the metrics are called. */
export const METRIC_NAMES: Readonly<Record<PlanMetric, string>> = {
  time: 'Time',
  rows: 'Rows',
  cost: 'Cost',
  estimate: 'Estimate error',
  dpu: 'DPU',
};

/** Words for the levels, so that colour is never all there is. */
const LEVEL_NAMES = ['', 'mild', 'warm', 'hot', 'very hot'];

/** How hot a node is by a metric, from 0; 0 too where it has none. */
export const levelOf = (node: PlanNodeView, metric: PlanMetric): number => node.heat[metric]?.level ?? 0;

/** `12.3 ms (60 %), hot`; nothing for a node without the metric. */
export function heatWords(heat: PlanHeat | undefined): string {
  if (!heat) return '';
  const name = LEVEL_NAMES[heat.level];
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
    metric !== 'rows' && heatWords(node.heat[metric]),
    findings.length > 0 && `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`,
  ]
    .filter(part => part)
    .join(', ');
}
