import {
  PLAN_METRICS,
  type PlanNodeView,
  type PlanSource,
  type PlanTop,
  type PlanView,
} from '../../protocol/plan-view';
import type { RegionPrice } from '../cost/prices';
import type { PlanDocument } from '../plan/contract';
import { planDocument } from '../plan/document';
import type { CatalogFacts } from '../plan/findings/catalog-facts';
import { readPlans } from '../plan/read-plans';
import { placeNodes } from './drawing';
import { dpuView, factsOf, summaryOf } from './footer';
import { heatOf } from './heat';
import { nodesOfLines } from './lines';
import { nodeView } from './node-view';

/** How many operations the list of the costliest has. */
const TOP_COUNT = 8;

/** A plan as the core knows it, and as the viewer draws it. Nodes have the same ids in both. */
export interface ShownPlan {
  document: PlanDocument;
  view: PlanView;
}

/**
 * Reads a plan's text into all that the viewer shows; of several plans the one with the source's index, else the first. Never throws: a
 * text without a plan has no nodes.
 * @param catalog of the tables it names: findings about indexes and statistics need it.
 * @param prices in place of the known ones
 */
export function showPlan(source: PlanSource, catalog?: CatalogFacts, prices?: readonly RegionPrice[]): ShownPlan {
  const plans = readPlans(source.text);
  const read = plans[source.index ?? -1] ?? plans.find(({ plan }) => plan.roots.length > 0) ?? plans[0]!;
  const document = planDocument(read, {
    ...(source.region && { region: source.region }),
    ...(catalog && { catalog }),
    ...(prices && { prices }),
  });
  const { places, drawing } = placeNodes(document.nodes);
  const heats = heatOf(document.nodes);
  const nodes = document.nodes.map(node => {
    const among = node.parent === undefined ? document.roots : (document.nodes[node.parent]?.children ?? []);
    return nodeView(node, among, heats[node.id] ?? {}, places[node.id] ?? { x: 0, y: 0, height: 0 });
  });
  const dpu = dpuView(document, source);
  const view: PlanView = {
    source,
    text: read.text,
    nodes,
    roots: document.roots,
    analysed: document.analysed,
    summary: summaryOf(document),
    findings: document.findings.map(({ nodes: about, ...finding }) => ({ ...finding, node: about[0] ?? -1 })),
    remarks: document.remarks,
    facts: factsOf(document, source),
    ...(dpu && { dpu }),
    top: topOf(nodes),
    lineNodes: nodesOfLines(read, document.nodes),
    unread: document.unparsed,
    drawing,
  };
  return { document, view };
}

/** The nodes with the most of each metric. */
function topOf(nodes: readonly PlanNodeView[]): PlanTop[] {
  return PLAN_METRICS.flatMap((metric): PlanTop[] => {
    const weight = (node: PlanNodeView): number => node.heat[metric]?.weight ?? 0;
    const hot = nodes.filter(node => (node.heat[metric]?.level ?? 0) > 0);
    const sorted = hot.sort((a, b) => weight(b) - weight(a)).slice(0, TOP_COUNT);
    return sorted.length > 0 ? [{ metric, nodes: sorted.map(node => node.id) }] : [];
  });
}
