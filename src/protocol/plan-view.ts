/** The contract between the plan viewer (`webview/plan`) and its host. Events are complete snapshots; texts of plans are untrusted. */

import type { PlanFindingView as DocumentFinding, PlanMetric } from './plan-document';

export type { PlanMetric };

/** What nodes can be coloured by. */
export const PLAN_METRICS = ['time', 'rows', 'cost', 'estimate', 'dpu'] as const satisfies readonly PlanMetric[];

export type PlanTab = 'graph' | 'table' | 'text' | 'compare';

/** Where a plan comes from, and its text: all that is needed to show it again. */
export interface PlanSource {
  name: string;
  text: string;
  /** Which of the text's plans, from 0, where it holds several that cannot be cut apart. */
  index?: number;
  statement?: string;
  /** Name of the connection it was made on. */
  connection?: string;
  region?: string;
  /** Made by the local cluster: its DPUs are our estimate. */
  local?: boolean;
}

/** What the user looked at. */
export interface PlanPlace {
  tab: PlanTab;
  metric: PlanMetric;
  selected: number;
}

/** What the view keeps, so that a panel comes back after a restart of the window. */
export interface PlanViewMemory {
  source: PlanSource;
  place?: PlanPlace;
}

/** The longest plan text that is read, in characters. */
export const MAX_PLAN_LENGTH = 8_000_000;

/** One metric of one node. */
export interface PlanHeat {
  /** 0 to 4: nothing to 'this is it'. */
  level: number;
  /** With its unit. */
  text: string;
  /** What nodes are ranked by within the metric. */
  weight: number;
}

/** A scan's rows at each of DSQL's filter layers, from storage up. */
export interface PlanLayersView {
  /** Read in the B-Tree, sent by storage, looked up in the table, returned by the scan. */
  read: number;
  sent: number;
  lookedUp: number;
  returned: number;
  layers: {
    name: 'Index Cond' | 'Filters' | 'Filter';
    where: string;
    predicate?: string;
    rowsIn: number;
    rowsOut: number;
  }[];
}

export interface PlanNodeView {
  /** Its place in the order of the text, from 0. */
  id: number;
  parent?: number;
  /** Ids. */
  children: number[];
  /** 1 for a root. */
  level: number;
  /** Place among its siblings from 1, and how many there are. */
  position: number;
  siblings: number;
  /** `Index Scan Backward`, and what it works on. */
  title: string;
  object?: string;
  /** `InitPlan 1 (returns $0)`. */
  label?: string;
  layer: 'query' | 'storage';
  neverExecuted: boolean;
  /** Texts of the table's columns; empty where there is nothing to say. */
  cells: { self: string; total: string; rows: string; expected: string; loops: string; cost: string };
  /** Rows that came, and that were expected, in all loops. */
  rows?: number;
  rowsExpected?: number;
  heat: Partial<Record<PlanMetric, PlanHeat>>;
  facts: { name: string; value: string }[];
  layers?: PlanLayersView;
  /** Indexes into the plan's findings. */
  findings: number[];
  /** Of the drawing; the width is the same for all. */
  x: number;
  y: number;
  height: number;
  /** 1-based line of its title in the text. */
  line?: number;
}

export interface PlanFindingView extends Omit<DocumentFinding, 'nodes'> {
  /** -1 for findings about the whole plan. */
  node: number;
}

/** The DPU block. */
export interface PlanDpuView {
  parts: { name: string; dpu: string; share?: string }[];
  /** `$0.12 per million transactions like this`, and on what that rests. */
  price: string;
  note: string;
}

/** Ids of the nodes with the most of a metric. */
export interface PlanTop {
  metric: PlanMetric;
  nodes: number[];
}

export interface PlanView {
  source: PlanSource;
  /** The part of the source's text that holds this plan; lines are counted in it. */
  text: string;
  nodes: PlanNodeView[];
  roots: number[];
  analysed: boolean;
  /** One sentence. */
  summary: string;
  findings: PlanFindingView[];
  /** What is no fault though it looks like one, by node. */
  remarks: { node: number; text: string }[];
  facts: { name: string; value: string }[];
  dpu?: PlanDpuView;
  top: PlanTop[];
  /** Of every line of the text, the node it belongs to, or -1. */
  lineNodes: number[];
  unread: { line: number; text: string }[];
  drawing: PlanDrawing;
}

/** Size of the drawing, and the boxes around what runs in storage. */
export interface PlanDrawing {
  width: number;
  height: number;
  nodeWidth: number;
  storage: { x: number; y: number; width: number; height: number }[];
}

/** Two plans side by side: `before` is the other one, `after` the panel's own. */
export interface PlanComparisonView {
  before: PlanView;
  /** Sentences, the most telling first. */
  verdict: string[];
  better: 'before' | 'after' | 'same' | 'unclear';
  facts: { name: string; before: string; after: string; change: string; better?: boolean }[];
  rows: PlanComparisonRow[];
}

/** One pair of nodes, or one node that has no like. */
export interface PlanComparisonRow {
  /** Ids in the two plans. */
  before?: number;
  after?: number;
  change: 'same' | 'figures' | 'replaced' | 'added' | 'removed';
  level: number;
  /** After minus before. */
  differences: { name: string; change: string; better?: boolean }[];
}

/** Everything the view draws; sent whole after every change. */
export interface PlanViewState {
  plan: PlanView;
  /** Saved under this name. */
  saved: boolean;
  comparison?: PlanComparisonView;
  /** Tables whose rows can be counted, to judge their statistics by; those that were counted are left out. */
  countable?: string[];
}

export type PlanExportFormat = 'svg' | 'png' | 'markdown' | 'text';

/** What the view may ask of the host. What needs a name, a file or a decision the host asks for itself. */
export interface PlanHostSide {
  requests: {
    load: (params: Record<string, never>) => PlanViewState;
    copy: (params: { text: string }) => void;
    /** Opens SQL in an editor, to be read and run by the user. */
    openSql: (params: { text: string }) => void;
    /** Opens index work with a recommended CREATE INDEX, to be tried on this plan's statement. */
    tryIndex: (params: { sql: string }) => void;
    /** Tells what counting the tables' rows costs, counts them when that is wanted, and judges the plan anew. */
    countRows: (params: Record<string, never>) => void;
    /** Asks for a name and keeps the plan in the workspace. */
    save: (params: Record<string, never>) => void;
    /** Asks for the other plan. */
    compare: (params: Record<string, never>) => void;
    endCompare: (params: Record<string, never>) => void;
    swapCompare: (params: Record<string, never>) => void;
    /** Asks for format and file; a PNG is drawn by the view when it is asked for. */
    export: (params: { metric: PlanMetric }) => void;
  };
  events: { state: PlanViewState };
}

/** What the host may ask of the view: only the drawing, which is the browser's. */
export interface PlanViewSide {
  requests: {
    /** The drawing as a PNG in base64, without the prefix of a data URL. */
    png: (params: Record<string, never>) => string;
  };
  events: Record<never, never>;
}
