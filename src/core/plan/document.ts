import type {
  PlanDocument,
  PlanFindingView,
  PlanFooterView,
  PlanMetric,
  PlanNodeView,
  PlanTotals,
} from '../../protocol/plan-document';
import type { PlanDocumentOptions } from './contract';
import { dpuShares } from './dpu-shares';
import { findingsOf } from './findings/find';
import { remarksOf } from './findings/remarks';
import { measurePlan, type NodeMeasures, type PlanModel } from './measures';
import type { Plan, PlanFooter, PlanNode } from './model';
import { planCost } from './plan-cost';
import type { ReadPlan } from './read-plans';

const METRICS: readonly PlanMetric[] = ['time', 'rows', 'cost', 'estimate', 'dpu'];
const TOP = 10;

/** A plan measured, with findings and price, as plain data. @param read a plan of `readPlans`. */
export function planDocument(read: ReadPlan, options: PlanDocumentOptions = {}): PlanDocument {
  const { plan } = read;
  const model = measurePlan(plan);
  const ids = new Map(model.nodes.map((m, id) => [m.node, id]));
  const findings = findingsOf(plan, model, options.catalog).map(({ node, nodes, ...finding }, id): PlanFindingView => ({
    ...finding,
    id,
    nodes: [node, ...(nodes ?? [])].map(n => ids.get(n)!).filter((n, i, all) => all.indexOf(n) === i),
  }));
  const dpu = dpuShares(plan, model);
  const nodes: PlanNodeView[] = [];
  for (const measures of model.nodes) {
    const parent = measures.parent && nodes[ids.get(measures.parent)!];
    nodes.push(nodeView(measures, ids, parent, dpu.get(measures.node)));
  }
  for (const finding of findings) for (const id of finding.nodes) nodes[id]!.findings.push(finding.id);
  heat(nodes);
  const document: PlanDocument = {
    text: read.text,
    firstLine: read.firstLine,
    format: read.format,
    analysed: model.analysed,
    roots: plan.roots.map(root => ids.get(root)!),
    nodes,
    findings,
    remarks: remarksOf(model, options.catalog).map(({ node, text }) => ({ node: ids.get(node)!, text })),
    totals: totalsOf(plan, model),
    footer: footerView(plan.footer),
    topOperations: topOperations(nodes),
    unparsed: plan.unparsed.map(({ line, text }) => ({ line, text })),
  };
  const cost = planCost(plan.footer, options.region ?? 'us-east-1', options.prices);
  if (cost) document.cost = cost;
  return document;
}

function nodeView(
  { node, parent: _parent, layers, ...figures }: NodeMeasures,
  ids: ReadonlyMap<PlanNode, number>,
  parent: PlanNodeView | undefined,
  dpu: number | undefined,
): PlanNodeView {
  const { properties, children, ...own } = node;
  const view: PlanNodeView = {
    ...own,
    ...figures,
    id: ids.get(node)!,
    depth: parent ? parent.depth + 1 : 0,
    children: children.map(c => ids.get(c)!),
    properties: properties.map(({ name, value }) => ({ name, value })),
    heat: {},
    findings: [],
  };
  if (parent) view.parent = parent.id;
  if (layers) view.layers = { ...layers };
  if (dpu !== undefined) view.dpu = dpu;
  return view;
}

/** The figure a metric colours a node by. */
function figure(node: PlanNodeView, metric: PlanMetric): number | undefined {
  switch (metric) {
    case 'time':
      return node.exclusiveMs;
    case 'rows':
      return node.rows ?? node.estimate?.rows;
    case 'cost':
      return node.exclusiveCost;
    // factors span orders of magnitude, and 1 is cold
    case 'estimate':
      return node.estimateErrorFactor === undefined ? undefined : Math.log10(node.estimateErrorFactor);
    case 'dpu':
      return node.dpu;
  }
}

function heat(nodes: PlanNodeView[]): void {
  for (const metric of METRICS) {
    const figures = nodes.map(node => figure(node, metric));
    // a factor of 1,000 is as hot as it gets; one of 2 is not hot because it is the plan's worst
    const hottest = figures.reduce<number>((max, f) => Math.max(max, f ?? 0), metric === 'estimate' ? 3 : 0);
    if (hottest <= 0) continue;
    nodes.forEach((node, i) => {
      if (figures[i] !== undefined) node.heat[metric] = figures[i] / hottest;
    });
  }
}

function topOperations(nodes: PlanNodeView[]): number[] {
  const timed = nodes.some(n => n.exclusiveMs !== undefined);
  const by = (n: PlanNodeView): number => (timed ? n.exclusiveMs : n.exclusiveCost) ?? 0;
  return nodes
    .filter(n => by(n) > 0)
    .sort((a, b) => by(b) - by(a))
    .slice(0, TOP)
    .map(n => n.id);
}

function totalsOf(plan: Plan, model: PlanModel): PlanTotals {
  const totals: PlanTotals = {};
  const set = (name: keyof PlanTotals, value: number | undefined): void => {
    if (value !== undefined) totals[name] = value;
  };
  set('planningMs', plan.footer.planningMs);
  // TIMING OFF and cut texts have no footer: the roots' time is the next best
  const roots = plan.roots.map(r => model.byNode.get(r)?.inclusiveMs).filter(ms => ms !== undefined);
  set('executionMs', plan.footer.executionMs ?? (roots.length ? roots.reduce((a, b) => a + b, 0) : undefined));
  set('cost', plan.roots[0]?.estimate?.totalCost);
  set('rowsRead', model.rowsRead);
  set('rowsSent', model.rowsSent);
  set('rowsReturned', model.rowsReturned);
  set('lookups', model.lookups);
  set('dpu', plan.footer.dpu?.find(p => p.name === 'Total')?.dpu);
  return totals;
}

function footerView({ dpu, other, ...footer }: PlanFooter): PlanFooterView {
  const view: PlanFooterView = { ...footer, other: other.map(({ name, value }) => ({ name, value })) };
  if (dpu) view.dpu = dpu.map(part => ({ ...part }));
  return view;
}
