/**
 * The plan model: one tree for Aurora DSQL's text plans and PostgreSQL's. `parsePlan` (./parse) makes it of text, the local cluster's
 * EXPLAIN makes it of PostgreSQL's JSON, `printPlan` and `layoutPlan` (./print, ./layout) make text of it again.
 */

/** The `(cost=… rows=… width=…)` group. */
export interface Estimate {
  /** Planner's units, not comparable between statements. */
  startupCost: number;
  totalCost: number;
  /** Rows of one execution. */
  rows: number;
  /** Average row width in bytes. */
  width: number;
  /** Only on DSQL's storage nodes under index scans: how often the planner expects the node to run. */
  loops?: number;
}

/** The `(actual …)` group: averages of one loop, as EXPLAIN prints them. */
export interface Actual {
  /** Milliseconds to the first row. Absent on storage nodes and with TIMING OFF. */
  startupMs?: number;
  /** Milliseconds to the last row. */
  totalMs?: number;
  rows: number;
  loops: number;
}

/** A `Name: value` line of a node, in the order printed. */
export interface PlanProperty {
  name: string;
  value: string;
  /** The parts of a list, where they are known: a text does not tell a comma of its own from those between them. */
  items?: readonly string[];
  /** 1-based line of the text it was read from. */
  line?: number;
}

/** What a node's title says. */
export interface NodeTitle {
  /** `Full Scan`, `Index Only Scan`, `Storage Lookup`, `Nested Loop`, `Insert`… without direction, join type and method. */
  type: string;
  /** What stands in parentheses after the type: `btree-table`, `Batched Join`. */
  method?: string;
  direction?: 'Backward';
  /** `Left`, `Right`, `Full`, `Semi`, `Anti`, `Right Anti`… as the title has it; inner joins have none. */
  joinType?: string;
  /** Index name, unqualified as printed. On storage nodes: the name after `on` when that is an index. */
  index?: string;
  schema?: string;
  relation?: string;
  alias?: string;
}

/** A node with what is printed below it. `actual` is the average of its loops, see `Actual`. */
export interface PlanNode extends NodeTitle {
  /** The title as printed, between the arrow and the first group. */
  title: string;
  /** `storage`: Storage Scan, Storage Lookup, B-Tree Scan, B-Tree Lookup. `query`: the query processor's nodes. */
  layer: 'query' | 'storage';
  /** `InitPlan 1 (returns $0)`, `SubPlan 2`, `CTE recent`: the line above the node. */
  label?: string;
  estimate?: Estimate;
  actual?: Actual;
  /** `(never executed)` in an analysed plan. */
  neverExecuted?: boolean;
  properties: PlanProperty[];
  children: PlanNode[];
  /** 1-based line of the text it was read from. */
  line?: number;
}

/** One part of the DPU block. */
export interface DpuPart {
  /** `Compute`, `Read`, `Write`, `Multi-Region Write`, `Total`. */
  name: string;
  dpu: number;
  /** The transaction's minimum, printed where 0 < value < minimum. */
  transactionMinimum?: number;
}

/** What stands below the tree. */
export interface PlanFooter {
  /** `work_mem = '128MB'` as printed. */
  settings?: string;
  queryIdentifier?: string;
  planningMs?: number;
  executionMs?: number;
  dpu?: DpuPart[];
  /** Footer lines of other names (`Trigger …`, `JIT`), in order. */
  other: PlanProperty[];
}

/** A line nobody understood. */
export interface UnparsedLine {
  /** 1-based. */
  line: number;
  text: string;
}

/** A plan with everything around it. */
export interface Plan {
  /** Normally one. Empty when the text holds no plan node. */
  roots: PlanNode[];
  footer: PlanFooter;
}

/** True for the four node types only DSQL has below a scan. */
export function isStorageType(type: string): boolean {
  return type === 'Storage Scan' || type === 'Storage Lookup' || type === 'B-Tree Scan' || type === 'B-Tree Lookup';
}

/** The value of a node's property, or undefined. */
export function property(node: PlanNode, name: string): string | undefined {
  return node.properties.find(p => p.name === name)?.value;
}

/** Every node of a tree, parents before children. */
export function* walk(roots: readonly PlanNode[]): Generator<PlanNode> {
  const stack = [...roots].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    yield node;
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]!);
  }
}
