/**
 * A query plan as the viewer draws it and as `dsql-workshop plan --json` prints it: plain data, computed once in `core/plan`. Nodes are
 * named by their place in `nodes`, which is the order of the plan's lines, parents before children. Absent figures are unknown: the plan
 * was not analysed, or the node has no such figure.
 */

/** What heat, sorting and top operations can be by. */
export type PlanMetric = 'time' | 'rows' | 'cost' | 'estimate' | 'dpu';

/** One plan, measured. */
export interface PlanDocument {
  /** The text it was read from, as pasted. */
  text: string;
  /** 1-based line of the whole paste at which `text` starts. */
  firstLine: number;
  format: 'text' | 'json';
  /** The plan holds what happened (EXPLAIN ANALYZE), not only what was expected. */
  analysed: boolean;
  /** Ids of the top nodes; normally one. Empty when the text holds no plan. */
  roots: number[];
  nodes: PlanNodeView[];
  /** Worst first. */
  findings: PlanFindingView[];
  remarks: PlanRemarkView[];
  totals: PlanTotals;
  footer: PlanFooterView;
  /** Only when the plan has a DPU block. */
  cost?: PlanCost;
  /** The nodes with the most exclusive time, or with the most own cost in a plan that was not analysed; at most ten. */
  topOperations: number[];
  /** Lines that nobody understood. */
  unparsed: { line: number; text: string }[];
}

export interface PlanNodeView {
  /** The place in `PlanDocument.nodes`. */
  id: number;
  parent?: number;
  children: number[];
  /** 0 for roots. */
  depth: number;
  /** 1-based line in `PlanDocument.text`. */
  line?: number;
  /** As printed: `Index Scan Backward using idx_payer on transactions t`. */
  title: string;
  /** `Index Scan`, `Storage Lookup`, `Nested Loop`… */
  type: string;
  /** `btree-table`, `Batched Join`. */
  method?: string;
  direction?: 'Backward';
  joinType?: string;
  index?: string;
  schema?: string;
  relation?: string;
  alias?: string;
  /** `InitPlan 1 (returns $0)`, `SubPlan 2`, `CTE recent`. */
  label?: string;
  /** `storage`: DSQL's nodes below a scan. They have rows and no time of their own. */
  layer: 'query' | 'storage';
  neverExecuted?: boolean;
  estimate?: { startupCost: number; totalCost: number; rows: number; width: number; loops?: number };
  /** Averages of one loop, as printed. */
  actual?: { startupMs?: number; totalMs?: number; rows: number; loops: number };
  properties: { name: string; value: string }[];
  /** Milliseconds in all loops, with everything below. */
  inclusiveMs?: number;
  /** Without what the children took. */
  exclusiveMs?: number;
  /** Rows returned in all loops. */
  rows?: number;
  /** Rows the planner expected in all loops. */
  expectedRows?: number;
  /** Rows that came to the node and did not leave it, in all loops. */
  rowsRemoved?: number;
  /** Rows the node itself took out of a table or index, in all loops: on B-Tree nodes, and on scans without storage nodes. */
  rowsRead?: number;
  /** 1 is exact. */
  estimateErrorFactor?: number;
  /** More rows came than were expected. */
  underestimated?: boolean;
  /** Total cost without the children's; planner's units. */
  exclusiveCost?: number;
  /** The scan's rows by filter layer; on scans of DSQL that were analysed. */
  layers?: PlanLayers;
  /**
   * The node's part of the statement's DPU: Compute by exclusive time, Read by rows and width of what its storage nodes read, Write to the
   * node that writes. Shared out by us, not printed by DSQL.
   */
  dpu?: number;
  /** 0 to 1 by metric, relative to the plan's hottest node; absent where the node has no such figure. */
  heat: Partial<Record<PlanMetric, number>>;
  /** Places in `PlanDocument.findings`. */
  findings: number[];
}

/** A scan's rows on their way out of storage, all loops. */
export interface PlanLayers {
  /** Left the tree of the index or table: what the index condition let through. */
  read: number;
  /** Left storage: after `Filters`. */
  sent: number;
  /** Fetched from the table for an index that does not cover. */
  lookedUp: number;
  /** Left the scan: after `Filter`. */
  returned: number;
  indexCondition?: string;
  storageFilters?: string;
  lookupFilters?: string;
  queryFilter?: string;
}

export interface PlanFindingView {
  /** The place in `PlanDocument.findings`. */
  id: number;
  /** Stable id of the rule, kebab-case. */
  rule: string;
  severity: 'notice' | 'warning' | 'severe';
  /** What it is about, the main node first. */
  nodes: number[];
  /** A few words for a list. */
  title: string;
  /** One sentence each. */
  observed: string;
  why: string;
  recommendation: string;
  gain: string;
  /** SQL that does it, ready to run. */
  sql?: string;
}

/** Why a node is as it is, where one might look for a fault and there is none: small tables read whole, indexes passed over for it. */
export interface PlanRemarkView {
  /** The place in `PlanDocument.nodes`. */
  node: number;
  /** Sentences. */
  text: string;
}

/** Figures of the whole plan; absent where the plan does not tell them, as times without ANALYZE. */
export interface PlanTotals {
  planningMs?: number;
  executionMs?: number;
  /** The planner's cost of the whole. */
  cost?: number;
  /** Rows that left the trees of indexes and tables, look-ups included; in PostgreSQL's plans, rows that scans returned or removed. */
  rowsRead?: number;
  /** Rows that left storage for the query processor. */
  rowsSent?: number;
  rowsReturned?: number;
  /** Rows fetched one by one from tables for indexes that do not cover. */
  lookups?: number;
  /** The `Total` line of the DPU block. */
  dpu?: number;
}

/** What stands below the nodes, as printed. */
export interface PlanFooterView {
  settings?: string;
  queryIdentifier?: string;
  planningMs?: number;
  executionMs?: number;
  dpu?: { name: string; dpu: number; transactionMinimum?: number }[];
  /** `Trigger …`, `JIT` and lines of other names. */
  other: { name: string; value: string }[];
}

/** What the statement costs, by its own estimate. An estimate is not the bill: short sessions are billed compute no statement shows. */
export interface PlanCost {
  region: string;
  usdPerMillionDpu: number;
  /** ISO date and place at which the price was seen. */
  priceAsOf: string;
  priceSource: string;
  /** False when the Region is not in the price table and another Region's price was taken. */
  priceConfirmed: boolean;
  parts: PlanCostPart[];
  /** The parts' sum as estimated; minimums not applied. */
  estimatedDpu: number;
  /** The sum when the statement is a transaction of its own: minimums applied. */
  billedDpu: number;
  /** Dollars for one such transaction and for a million of them. */
  usdPerRun: number;
  usdPerMillionRuns: number;
  /** The share of `billedDpu` that only minimums add, 0 to 1: what batching statements in a transaction could save. */
  minimumShare: number;
}

/** One line of the DPU block with its price. */
export interface PlanCostPart {
  /** `Compute`, `Read`, `Write`, `Multi-Region Write`. */
  name: string;
  estimatedDpu: number;
  billedDpu: number;
  /** The transaction's minimum, where it is what is billed. */
  transactionMinimum?: number;
  /** How much of the minimum was used, 0 to 1; only with `transactionMinimum`. */
  minimumUsed?: number;
  usdPerMillionRuns: number;
}

/** Two plans of one statement, before and after a change. */
export interface PlanComparison {
  /** Sentences for people, the most telling first. Never empty. */
  verdict: string[];
  /** Which plan is better, by rows read, DPU and time; `same` when they do not differ beyond noise; `unclear` when they disagree. */
  better: 'before' | 'after' | 'same' | 'unclear';
  measures: ComparedMeasure[];
  /** Every node of both plans once, in the order of the plan after; nodes that are gone stand where they were. */
  nodes: ComparedNode[];
}

/** One figure of both plans. */
export interface ComparedMeasure {
  name:
    | 'executionMs'
    | 'planningMs'
    | 'cost'
    | 'rowsRead'
    | 'rowsSent'
    | 'rowsReturned'
    | 'lookups'
    | 'dpu'
    | 'usdPerMillionRuns';
  before?: number;
  after?: number;
  /** `after / before`; absent when either is unknown or `before` is 0. */
  factor?: number;
}

/** A node of either plan, matched with its counterpart where there is one. */
export interface ComparedNode {
  /** Ids in the plans; one is absent for nodes that only one plan has. */
  before?: number;
  after?: number;
  /** `replaced`: the same table at the same place is read in another way. */
  change: 'same' | 'figures' | 'replaced' | 'added' | 'removed';
  /** Differences, after minus before; where both are known. */
  exclusiveMs?: number;
  rows?: number;
  rowsRead?: number;
  lookups?: number;
  cost?: number;
  dpu?: number;
}
