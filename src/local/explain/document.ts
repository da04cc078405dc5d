import type { Plan, PlanNode } from '../../core/plan/model';
import { schemaShown } from '../engine-schema';
import type { PostgresNode, PostgresTrigger, PostgresValue } from './postgres-plan';

/** What EXPLAIN's structured formats hold: groups by name, lists, and single values. */
export type DocumentValue = string | number | boolean | DocumentValue[] | DocumentGroup;
export interface DocumentGroup {
  [name: string]: DocumentValue;
}

/** What the tree itself does not say. */
export interface DocumentContext {
  verbose: boolean;
  /** PostgreSQL's node that one of DSQL's was made of; storage's nodes have none. */
  sourceOf(node: PlanNode): PostgresNode | undefined;
  /** Constraints that were checked, under ANALYZE. */
  triggers?: PostgresTrigger[];
}

/** The plan of one statement as PostgreSQL nests it in its structured formats, with DSQL's nodes. */
export function planDocument({ roots, footer }: Plan, context: DocumentContext): DocumentGroup {
  const document: DocumentGroup = { Plan: nodeGroup(roots[0]!, context) };
  if (footer.settings !== undefined) document['Settings'] = footer.settings;
  if (footer.queryIdentifier !== undefined) document['Query Identifier'] = footer.queryIdentifier;
  if (footer.planningMs !== undefined) document['Planning Time'] = footer.planningMs;
  if (context.triggers) document['Triggers'] = context.triggers.map(trigger => ({ ...trigger }));
  if (footer.executionMs !== undefined) document['Execution Time'] = footer.executionMs;
  if (footer.dpu)
    document['Statement DPU Estimate'] = Object.fromEntries(footer.dpu.map(part => [part.name, part.dpu]));
  return document;
}

function nodeGroup(node: PlanNode, context: DocumentContext): DocumentGroup {
  const source = context.sourceOf(node);
  const isScan = node.children.some(child => child.layer === 'storage');
  const group = source && !isScan ? postgresGroup(node, source, context.verbose) : storageGroup(node, source);
  if (node.children.length) group['Plans'] = node.children.map(child => nodeGroup(child, context));
  return group;
}

/** Asked of PostgreSQL for every plan, shown only under VERBOSE. */
const VERBOSE_MEMBERS = new Set(['Output', 'Schema', 'Function Call', 'Table Function Call']);
/** Others than the text format's line of the same name. */
const NOT_AS_TEXT = new Set(['Sort Method']);

/** A node that DSQL prints as PostgreSQL does: PostgreSQL's members in its order, with DSQL's costs and expressions as they are printed. */
function postgresGroup(node: PlanNode, source: PostgresNode, verbose: boolean): DocumentGroup {
  const group: DocumentGroup = {};
  const costs = costsOf(node);
  for (const [name, value] of Object.entries(source) as [string, PostgresValue][]) {
    if (name === 'Plans' || value === null || (!verbose && VERBOSE_MEMBERS.has(name))) continue;
    if (name === 'Inner Unique' && node.method !== undefined) continue;
    const line = typeof value === 'object' || typeof value === 'string' ? lineOf(node, name) : undefined;
    if (name in COSTS) Object.assign(group, name in costs ? { [name]: costs[name] } : {});
    else if (name === 'Schema') group[name] = schemaShown(String(value));
    else if (name === 'Output' && !line) continue;
    else group[name] = line ?? (value as DocumentValue);
    if (name === 'Node Type' && node.method !== undefined) group['Custom Plan Provider'] = node.method;
  }
  // DSQL's batched join has lines that PostgreSQL's has not
  if (node.method !== undefined) for (const { name, value } of node.properties) group[name] ??= valueOf(value);
  return group;
}

/** What the text format's line of a member says. */
function lineOf(node: PlanNode, name: string): DocumentValue | undefined {
  const line = NOT_AS_TEXT.has(name) ? undefined : node.properties.find(property => property.name === name);
  return line && (line.items ? [...line.items] : line.value);
}

/** A scan of DSQL's, or one of storage's nodes below it. */
function storageGroup(node: PlanNode, source: PostgresNode | undefined): DocumentGroup {
  const group: DocumentGroup = { 'Node Type': node.method === 'btree-table' ? 'Custom Scan' : node.type };
  if (source?.['Parent Relationship'] !== undefined) group['Parent Relationship'] = source['Parent Relationship'];
  if (node.label !== undefined) group['Subplan Name'] = node.label;
  if (node.method !== undefined) group['Custom Plan Provider'] = node.method;
  if (source) Object.assign(group, { 'Parallel Aware': false, 'Async Capable': false });
  if (source && node.index !== undefined) group['Scan Direction'] = node.direction ?? 'Forward';
  if (node.index !== undefined) group['Index Name'] = node.index;
  if (node.relation !== undefined) group['Relation Name'] = node.relation;
  if (node.schema !== undefined) group['Schema'] = node.schema;
  const alias = node.alias ?? node.relation;
  if (alias !== undefined) group['Alias'] = alias;
  const { actual } = node;
  Object.assign(group, costsOf(node));
  if (actual?.totalMs !== undefined) {
    group['Actual Startup Time'] = actual.startupMs ?? 0;
    group['Actual Total Time'] = actual.totalMs;
  }
  if (actual) Object.assign(group, { 'Actual Rows': actual.rows, 'Actual Loops': actual.loops });
  if (node.neverExecuted) Object.assign(group, { 'Actual Rows': 0, 'Actual Loops': 0 });
  for (const { name, value, items } of node.properties) group[name] = items ? [...items] : valueOf(value);
  return group;
}

const valueOf = (value: string): string | number => (/^\d+$/.test(value) ? Number(value) : value);

const COSTS = { 'Startup Cost': true, 'Total Cost': true, 'Plan Rows': true, 'Plan Width': true };

/** Empty with COSTS OFF. */
function costsOf({ estimate }: PlanNode): DocumentGroup {
  if (!estimate) return {};
  return {
    'Startup Cost': round(estimate.startupCost),
    'Total Cost': round(estimate.totalCost),
    'Plan Rows': estimate.rows,
    'Plan Width': estimate.width,
  };
}

const round = (cost: number): number => Math.round(cost * 100) / 100;
