import { walk, type Plan, type PlanNode } from './model';

/**
 * On whose time the labelled subplans ran, where that is not their parent's. A CTE runs while a CTE Scan asks for its rows, an InitPlan
 * while the node runs that first needs its value; both stand in the text below the node that owns them. Counted there, their time would
 * be taken twice.
 */
export function chargedTo(plan: Plan): Map<PlanNode, PlanNode[]> {
  const charges = new Map<PlanNode, PlanNode[]>();
  let all: PlanNode[] | undefined;
  for (const node of walk(plan.roots)) {
    if (node.label === undefined) continue;
    all ??= [...walk(plan.roots)].filter(n => n.layer === 'query');
    const own = new Set(walk([node]));
    const payers = payersOf(
      node.label,
      all.filter(n => !own.has(n)),
    );
    if (payers.length > 0) charges.set(node, payers);
  }
  return charges;
}

function payersOf(label: string, nodes: PlanNode[]): PlanNode[] {
  const cte = /^CTE (.*)$/.exec(label)?.[1];
  if (cte !== undefined) {
    const name = cte.startsWith('"') ? cte.slice(1, -1).replaceAll('""', '"') : cte;
    return nodes.filter(n => n.type === 'CTE Scan' && n.relation === name);
  }
  const initPlan = /^(InitPlan \d+)(?: \(returns (.*)\))?$/.exec(label);
  if (!initPlan) return [];
  const values = initPlan[2]?.match(/\$\d+/g) ?? [];
  const wanted = new RegExp([`\\(${initPlan[1]}\\)\\.`, ...values.map(v => `\\${v}(?!\\d)`)].join('|'));
  const first = nodes.find(n => n.properties.some(p => p.name !== 'Output' && wanted.test(p.value)));
  return first ? [first] : [];
}
