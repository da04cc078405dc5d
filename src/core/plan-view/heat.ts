import { PLAN_METRICS, type PlanHeat } from '../../protocol/plan-view';
import type { PlanMetric, PlanNodeView } from '../plan/contract';
import { costText, factorText, msText, rowsText } from './texts';
import { dpuText, shareText } from '../cost/texts';

export type NodeHeat = Partial<Record<PlanMetric, PlanHeat>>;

/** Shares of the whole, or of the hottest node, from which a node is warm. */
const SHARES = [0.02, 0.1, 0.3, 0.6];
/** Factors of a wrong estimate: AWS's diagnosis guide calls 2 minor, 5 significant, 50 severe. */
const FACTORS = [2, 5, 20, 50];

const levelOf = (value: number, steps: readonly number[]): number => steps.filter(step => value >= step).length;

/** How warm every node is, by every metric that it has: times, costs and DPUs as shares of the whole, rows against the most. */
export function heatOf(nodes: readonly PlanNodeView[]): NodeHeat[] {
  const heats = nodes.map((): NodeHeat => ({}));
  for (const metric of PLAN_METRICS) {
    const figures = nodes.map(node => figureOf(node, metric));
    const known = figures.filter(figure => figure !== undefined);
    const whole = known.reduce((sum, figure) => sum + figure, 0);
    const most = known.reduce((a, b) => Math.max(a, b), 0);
    // a node alone has the whole, whatever it does
    const shares = nodes.length > 1 ? SHARES : [];
    figures.forEach((figure, id) => {
      const node = nodes[id];
      if (figure !== undefined && node) heats[id]![metric] = heatView(node, metric, figure, { whole, most, shares });
    });
  }
  return heats;
}

function figureOf(node: PlanNodeView, metric: PlanMetric): number | undefined {
  switch (metric) {
    case 'time':
      return node.exclusiveMs;
    case 'cost':
      return node.exclusiveCost;
    case 'dpu':
      return node.dpu;
    case 'rows':
      return node.rows ?? (node.actual || node.neverExecuted ? undefined : node.estimate?.rows);
    case 'estimate':
      return node.layer === 'storage' ? undefined : node.estimateErrorFactor;
  }
}

function heatView(
  node: PlanNodeView,
  metric: PlanMetric,
  figure: number,
  { whole, most, shares }: { whole: number; most: number; shares: readonly number[] },
): PlanHeat {
  if (metric === 'estimate') {
    const direction = figure < 1.05 ? undefined : node.underestimated ? 'more' : 'fewer';
    const text = direction ? `${factorText(figure)} ${direction}` : 'exact';
    return { level: levelOf(figure, FACTORS), weight: figure, text };
  }
  if (metric === 'rows')
    return {
      level: most < 1 ? 0 : levelOf(figure / most, shares),
      weight: figure,
      text: `${rowsText(figure)} ${figure === 1 ? 'row' : 'rows'}`,
    };
  const share = whole > 0 ? figure / whole : 0;
  const text = metric === 'time' ? msText(figure) : metric === 'cost' ? costText(figure) : `${dpuText(figure)} DPU`;
  return { level: levelOf(share, shares), weight: share, text: share > 0 ? `${text} (${shareText(share)})` : text };
}
