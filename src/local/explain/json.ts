import type { Plan, PlanNode } from '../../core/plan/model';

type Json = Record<string, unknown>;

/** The plan as PostgreSQL's FORMAT JSON nests it, with DSQL's nodes. One document, one row. */
export function planAsJson(plan: Plan): string {
  const { footer } = plan;
  const document: Json = { Plan: nodeAsJson(plan.roots[0]!) };
  if (footer.settings !== undefined) document['Settings'] = footer.settings;
  if (footer.queryIdentifier !== undefined) document['Query Identifier'] = footer.queryIdentifier;
  if (footer.planningMs !== undefined) document['Planning Time'] = footer.planningMs;
  if (footer.executionMs !== undefined) document['Execution Time'] = footer.executionMs;
  if (footer.dpu)
    document['Statement DPU Estimate'] = Object.fromEntries(footer.dpu.map(part => [part.name, part.dpu]));
  return JSON.stringify([document], null, 2);
}

function nodeAsJson(node: PlanNode): Json {
  const json: Json = { 'Node Type': node.method === 'btree-table' ? 'Custom Scan' : node.type };
  if (node.method !== undefined) json['Custom Plan Provider'] = node.method;
  if (node.label !== undefined) json['Subplan Name'] = node.label;
  if (node.joinType !== undefined) json['Join Type'] = node.joinType;
  if (node.direction !== undefined) json['Scan Direction'] = node.direction;
  if (node.index !== undefined) json['Index Name'] = node.index;
  if (node.relation !== undefined) json['Relation Name'] = node.relation;
  if (node.schema !== undefined) json['Schema'] = node.schema;
  if (node.relation !== undefined || node.alias !== undefined) json['Alias'] = node.alias ?? node.relation;
  const { estimate, actual } = node;
  if (estimate) {
    json['Startup Cost'] = round(estimate.startupCost);
    json['Total Cost'] = round(estimate.totalCost);
    json['Plan Rows'] = estimate.rows;
    json['Plan Width'] = estimate.width;
  }
  if (actual?.totalMs !== undefined) {
    json['Actual Startup Time'] = actual.startupMs;
    json['Actual Total Time'] = actual.totalMs;
  }
  if (actual) Object.assign(json, { 'Actual Rows': actual.rows, 'Actual Loops': actual.loops });
  if (node.neverExecuted) Object.assign(json, { 'Actual Rows': 0, 'Actual Loops': 0 });
  for (const { name, value } of node.properties) json[name] = /^\d+$/.test(value) ? Number(value) : value;
  if (node.children.length) json['Plans'] = node.children.map(nodeAsJson);
  return json;
}

function round(cost: number): number {
  return Math.round(cost * 100) / 100;
}
