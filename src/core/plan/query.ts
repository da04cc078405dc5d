import { measurePlan } from './measures';
import { walk, type Plan, type PlanNode } from './model';

/** Nodes that satisfy a predicate, parents first. */
export function findNodes(plan: Plan, wanted: (node: PlanNode) => boolean): PlanNode[] {
  return [...walk(plan.roots)].filter(wanted);
}

/** The names a node goes by in prose: `Index Scan`, `Index Scan Backward`, `Full Scan (btree-table)`, `Hash Left Join`. */
function namesOf(node: PlanNode): string[] {
  const names = [node.type];
  if (node.direction) names.push(`${node.type} ${node.direction}`);
  if (node.method) names.push(`${node.type} (${node.method})`);
  if (node.joinType) names.push(`${node.type.replace(/ Join$/, '')} ${node.joinType} Join`);
  return names;
}

/**
 * True when the plan has a node of this kind. `Index Scan` stands for both directions and not for `Index Only Scan`;
 * `Index Scan using idx_transactions_payer` asks for that index too, `Full Scan on transactions` for that table.
 */
export const planUses = (plan: Plan, what: string): boolean => nodesUsing(plan, what).length > 0;

/** The nodes that `planUses` finds. */
export function nodesUsing(plan: Plan, what: string): PlanNode[] {
  const asked = /^(.*?)(?: using (\S+))?(?: on (\S+))?$/.exec(what.trim())!;
  const [, name = '', index, relation] = asked;
  return findNodes(plan, node => {
    if (!namesOf(node).some(n => n.toLowerCase() === name.toLowerCase())) return false;
    return (index === undefined || node.index === index) && (relation === undefined || node.relation === relation);
  });
}

/** Names of the indexes the plan reads, primary keys included, each once, in the order of the plan. */
export function planIndexes(plan: Plan): string[] {
  return [...new Set(findNodes(plan, n => n.index !== undefined && n.layer === 'query').map(n => n.index!))];
}

/** Rows read, as `measurePlan` counts them. Undefined when the plan was not analysed. */
export function rowsRead(plan: Plan): number | undefined {
  return measurePlan(plan).rowsRead;
}
