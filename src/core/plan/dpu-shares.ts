import { MIN_ENTRY_BYTES } from '../cost/dpu';
import type { PlanModel } from './measures';
import type { Plan, PlanNode } from './model';

/**
 * Shares the statement's DPU out to its nodes: Compute by exclusive time, Read by the bytes that storage nodes read (a row is metered at
 * 128 bytes at least), Write to the nodes that write. DSQL prints only the sums; the shares say where to look, not what is billed.
 */
export function dpuShares(plan: Plan, model: PlanModel): Map<PlanNode, number> {
  const shares = new Map<PlanNode, number>();
  const parts = plan.footer.dpu;
  if (!parts || !model.analysed) return shares;
  const value = (...names: string[]): number =>
    parts.filter(p => names.includes(p.name)).reduce((sum, p) => sum + p.dpu, 0);
  const give = (dpu: number, weightOf: (at: (typeof model.nodes)[number]) => number): void => {
    const weights = model.nodes.map(weightOf);
    const whole = weights.reduce((a, b) => a + b, 0);
    if (dpu <= 0 || whole <= 0) return;
    model.nodes.forEach(({ node }, i) => {
      if (weights[i]! > 0) shares.set(node, (shares.get(node) ?? 0) + (dpu * weights[i]!) / whole);
    });
  };
  give(value('Compute'), m => m.exclusiveMs ?? 0);
  give(value('Read'), m => (m.rowsRead ?? 0) * Math.max(MIN_ENTRY_BYTES, m.node.estimate?.width ?? 0));
  give(value('Write', 'Multi-Region Write'), m => (/^(?:Insert|Update|Delete|Merge)$/.test(m.node.type) ? 1 : 0));
  return shares;
}
