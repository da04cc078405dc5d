/** PostgreSQL 16's `EXPLAIN (FORMAT JSON)` as this folder reads it. */
import { withoutOwnSchemas } from '../engine-schema';
import { joinConjuncts, splitConjuncts } from './expression';

/** A value of a plan node's JSON object. */
export type PostgresValue = string | number | boolean | null | PostgresValue[] | { [name: string]: PostgresValue };

/** A plan node. Always there: `Node Type`; with COSTS the cost fields; with ANALYZE the actual fields. */
export interface PostgresNode {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Subplan Name'?: string;
  'Join Type'?: string;
  'Scan Direction'?: string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Schema?: string;
  Alias?: string;
  Operation?: string;
  'Startup Cost'?: number;
  'Total Cost'?: number;
  'Plan Rows'?: number;
  'Plan Width'?: number;
  'Actual Startup Time'?: number;
  'Actual Total Time'?: number;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  Output?: string[];
  Filter?: string;
  'Index Cond'?: string;
  'Recheck Cond'?: string;
  'Rows Removed by Filter'?: number;
  Plans?: PostgresNode[];
  [name: string]: PostgresValue | PostgresNode[] | undefined;
}

/** A trigger that fired under ANALYZE. */
export interface PostgresTrigger {
  'Trigger Name'?: string;
  'Constraint Name'?: string;
  Time?: number;
  Calls: number;
}

/** The whole document. */
export interface PostgresExplain {
  /** Undefined when nothing is left to plan. */
  plan?: PostgresNode;
  /** PostgreSQL's 64-bit query id, exact; undefined when the server computed none. */
  queryId?: bigint;
  planningMs?: number;
  executionMs?: number;
  settings: Record<string, string>;
  triggers: PostgresTrigger[];
}

/** Reads the JSON document. The query id is taken from the text, as a number it would lose digits. What PostgreSQL inlined is named as clients know it. */
export function readPostgresExplain(json: string): PostgresExplain {
  const [document = {}] = JSON.parse(withoutOwnSchemas(json)) as {
    Plan?: PostgresNode;
    'Planning Time'?: number;
    'Execution Time'?: number;
    Settings?: Record<string, string>;
    Triggers?: PostgresTrigger[];
  }[];
  if (document.Plan) for (const node of nodesOf(document.Plan)) leaveOutOwnConditions(node);
  const id = /\n {4}"Query Identifier": (-?\d+)/.exec(json)?.[1];
  return {
    plan: document.Plan,
    queryId: id === undefined ? undefined : BigInt(id),
    planningMs: document['Planning Time'],
    executionMs: document['Execution Time'],
    settings: document.Settings ?? {},
    triggers: document.Triggers ?? [],
  };
}

/** How the conditions end that the cluster has in PostgreSQL's views, to hide what is its own (`visibility.ts` of `local/postgres`). */
const OWN_CONDITION = / OR \(CURRENT_USER = 'dsql_system'::name\)\)$/;

/** The service's views have no such conditions. */
function leaveOutOwnConditions(node: PostgresNode): void {
  for (const name of ['Filter', 'Join Filter'] as const) {
    const conjuncts = splitConjuncts(text(node, name));
    const kept = conjuncts.filter(conjunct => !OWN_CONDITION.test(conjunct));
    if (kept.length === conjuncts.length) continue;
    if (kept.length) node[name] = joinConjuncts(kept);
    else {
      delete node[name];
      delete node[`Rows Removed by ${name}`];
    }
  }
}

/** A text field, or undefined. */
export function text(node: PostgresNode, name: string): string | undefined {
  const value = node[name];
  return typeof value === 'string' ? value : undefined;
}

/** A number field, or undefined. */
export function number(node: PostgresNode, name: string): number | undefined {
  const value = node[name];
  return typeof value === 'number' ? value : undefined;
}

/** A list of texts, empty when absent. A single text counts as a list of one. */
export function texts(node: PostgresNode, name: string): string[] {
  const value = node[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter(v => typeof v === 'string') : [];
}

/** Whether a node's rows flow into its parent; a CTE's and a subquery's plan hang beside the inputs. */
export function isInput(node: PostgresNode): boolean {
  return !/^(?:InitPlan|SubPlan)$/.test(node['Parent Relationship'] ?? '');
}

/** Every node of the tree, parents first. */
export function* nodesOf(node: PostgresNode): Generator<PostgresNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}
