import type { Plan, PlanNode } from '../../core/plan/model';

/** What EXPLAIN's structured formats hold: groups by name, lists, and single values. */
export type DocumentValue = string | number | boolean | DocumentValue[] | DocumentGroup;
export interface DocumentGroup {
  [name: string]: DocumentValue;
}

/** The plan of one statement as PostgreSQL nests it in its structured formats, with DSQL's nodes. */
export function planDocument({ roots, footer }: Plan): DocumentGroup {
  const document: DocumentGroup = { Plan: nodeGroup(roots[0]!) };
  if (footer.settings !== undefined) document['Settings'] = footer.settings;
  if (footer.queryIdentifier !== undefined) document['Query Identifier'] = footer.queryIdentifier;
  if (footer.planningMs !== undefined) document['Planning Time'] = footer.planningMs;
  if (footer.executionMs !== undefined) document['Execution Time'] = footer.executionMs;
  if (footer.dpu)
    document['Statement DPU Estimate'] = Object.fromEntries(footer.dpu.map(part => [part.name, part.dpu]));
  return document;
}

function nodeGroup(node: PlanNode): DocumentGroup {
  const group: DocumentGroup = { 'Node Type': node.method === 'btree-table' ? 'Custom Scan' : node.type };
  if (node.method !== undefined) group['Custom Plan Provider'] = node.method;
  if (node.label !== undefined) group['Subplan Name'] = node.label;
  if (node.joinType !== undefined) group['Join Type'] = node.joinType;
  if (node.direction !== undefined) group['Scan Direction'] = node.direction;
  if (node.index !== undefined) group['Index Name'] = node.index;
  if (node.relation !== undefined) group['Relation Name'] = node.relation;
  if (node.schema !== undefined) group['Schema'] = node.schema;
  const alias = node.alias ?? node.relation;
  if (alias !== undefined) group['Alias'] = alias;
  const { estimate, actual } = node;
  if (estimate) {
    group['Startup Cost'] = round(estimate.startupCost);
    group['Total Cost'] = round(estimate.totalCost);
    group['Plan Rows'] = estimate.rows;
    group['Plan Width'] = estimate.width;
  }
  if (actual?.totalMs !== undefined) {
    group['Actual Startup Time'] = actual.startupMs ?? 0;
    group['Actual Total Time'] = actual.totalMs;
  }
  if (actual) Object.assign(group, { 'Actual Rows': actual.rows, 'Actual Loops': actual.loops });
  if (node.neverExecuted) Object.assign(group, { 'Actual Rows': 0, 'Actual Loops': 0 });
  for (const { name, value, items } of node.properties)
    group[name] = items ? [...items] : /^\d+$/.test(value) ? Number(value) : value;
  if (node.children.length) group['Plans'] = node.children.map(nodeGroup);
  return group;
}

const round = (cost: number): number => Math.round(cost * 100) / 100;
