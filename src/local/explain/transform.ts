import type { Actual, Estimate, PlanNode } from '../../core/plan/model';
import type { Dpu } from '../../core/cost/dpu';
import { batchedJoin } from './batched-join';
import { tableOf, type Catalog, type TableShape } from './catalog';
import { expressionsOf, isRowAddress } from './columns';
import { paidForInitPlan, parentCost, postgresEstimate, type CostedChild } from './costs';
import { namesOthers } from './expression';
import { limitOfNode } from './limit';
import { nodesOf, text, type PostgresNode } from './postgres-plan';
import { propertiesOf, type PropertyStyle } from './properties';
import { readsOnly } from './range-table';
import { buildScan, readsTable, type BuiltScan } from './scan';
import { titleOf } from './titles';
import { Work } from './work';

/** What is printed, as the client asked. */
export interface TransformOptions {
  verbose: boolean;
  costs: boolean;
  sql: string;
  /** Nested loops over an index are printed as DSQL's batched joins. */
  batchedNestedLoops: boolean;
}

interface Built {
  node: PlanNode;
  estimate: Estimate;
  scan?: BuiltScan;
}

/** Turns PostgreSQL's tree into DSQL's, and adds up what storage did. */
export class PlanTransform {
  private readonly work = new Work();
  private readonly style: PropertyStyle;
  private readonly expressions: { node: PostgresNode; list: string[] }[];
  private readonly sources = new Map<PlanNode, PostgresNode>();

  constructor(
    private readonly root: PostgresNode,
    private readonly catalog: Catalog,
    private readonly options: TransformOptions,
  ) {
    const nodes = [...nodesOf(root)];
    const [alias, ...others] = new Set(nodes.flatMap(n => (n.Alias === undefined ? [] : [n.Alias])));
    this.style = { verbose: options.verbose };
    if (alias !== undefined && others.length === 0 && !options.verbose && readsOnly(options.sql, alias))
      this.style.onlyAlias = alias;
    this.expressions = nodes.map(node => ({ node, list: expressionsOf(node) }));
  }

  /** Alias of the table that the INSERT, UPDATE or DELETE above a scan writes. */
  private targetOf(scan: PostgresNode): string | undefined {
    let target: string | undefined;
    for (const { node } of this.expressions) {
      if (node['Node Type'] === 'ModifyTable' && [...nodesOf(node)].includes(scan)) target = node.Alias;
    }
    return target;
  }

  /** DSQL's tree. */
  tree(): PlanNode {
    return this.build(this.root, undefined, 1).node;
  }

  /** PostgreSQL's node that one of the tree was made of; storage's nodes have none. */
  sourceOf(node: PlanNode): PostgresNode | undefined {
    return this.sources.get(node);
  }

  /** DPUs of the executed statement; call after `tree`. */
  dpu(computeMs: number): Dpu {
    return this.work.dpu(computeMs);
  }

  private build(postgres: PostgresNode, parent: PostgresNode | undefined, loops: number, limit?: number): Built {
    const table = tableOf(this.catalog, postgres);
    const built =
      table && readsTable(postgres)
        ? this.scan(postgres, parent, table, loops, limit)
        : this.other(postgres, table, loops);
    const label = text(postgres, 'Subplan Name');
    if (label !== undefined) built.node.label = label;
    this.sources.set(built.node, postgres);
    return built;
  }

  private scan(
    postgres: PostgresNode,
    parent: PostgresNode | undefined,
    table: TableShape,
    loops: number,
    limit: number | undefined,
  ): Built {
    const own = new Set([postgres, ...bitmapsOf(postgres)]);
    const elsewhere = this.expressions.filter(e => !own.has(e.node)).flatMap(e => e.list);
    const { verbose, costs } = this.options;
    const written = this.targetOf(postgres) ?? postgres.Alias;
    const context = {
      table,
      parent,
      elsewhere,
      addressesRows: written === postgres.Alias,
      verbose,
      costs,
      expectedLoops: loops,
    };
    let scan = buildScan(postgres, context);
    if (limit !== undefined && scan.takesLimit) scan = buildScan(postgres, { ...context, limit });
    for (const read of scan.reads) this.work.read(table, read.index, read.entries);
    // PostgreSQL's order: what must run before the scan, the scan's own nodes, what runs per row
    for (const child of postgres.Plans ?? []) {
      if (/^Bitmap/.test(child['Node Type'])) continue;
      const { node, estimate } = this.build(child, postgres, loops);
      if (child['Parent Relationship'] !== 'InitPlan') scan.node.children.push(node);
      else {
        scan.node.children.splice(
          scan.node.children.findIndex(c => c.layer === 'storage'),
          0,
          node,
        );
        scan = withInitPlan(scan, paidForInitPlan(postgresEstimate(postgres), postgresEstimate(child), estimate));
      }
    }
    return { node: scan.node, estimate: scan.estimate, scan };
  }

  private other(postgres: PostgresNode, table: TableShape | undefined, loops: number): Built {
    const { verbose, costs, sql, batchedNestedLoops } = this.options;
    const children: (CostedChild & Built)[] = [];
    const isLimit = postgres['Node Type'] === 'Limit';
    const limit = isLimit ? limitOfNode(postgres, postgres === this.root, sql) : undefined;
    for (const child of postgres.Plans ?? []) {
      const isInput = child['Parent Relationship'] === 'Outer';
      const inner = child['Parent Relationship'] === 'Inner' && postgres['Node Type'] === 'Nested Loop';
      const repeated =
        inner && dependsOnOuter(child) ? loops * Math.max(1, postgres.Plans![0]!['Plan Rows'] ?? 1) : loops;
      children.push({ postgres: child, ...this.build(child, postgres, repeated, isInput ? limit : undefined) });
    }
    const estimate = parentCost(postgres, children);
    const output = (postgres.Output ?? []).filter(item => !isRowAddress(item));
    let node: PlanNode = {
      ...titleOf(postgres, verbose),
      layer: 'query',
      properties: propertiesOf(postgres, this.style, output),
      children: children.map(c => c.node),
    };
    if (batchedNestedLoops && dependsOnOuter(postgres.Plans?.at(-1))) node = batchedJoin(node, postgres, verbose);
    if (costs) node.estimate = estimate;
    if (postgres['Actual Loops'] === 0) node.neverExecuted = true;
    else if (postgres['Actual Loops'] !== undefined) node.actual = actualOf(postgres, postgres['Actual Loops']);
    if (table && postgres['Node Type'] === 'ModifyTable') this.work.write(postgres, table, sql);
    return { node, estimate };
  }
}

function actualOf(node: PostgresNode, loops: number): Actual {
  const actual: Actual = { rows: node['Actual Rows'] ?? 0, loops };
  if (node['Actual Total Time'] !== undefined) {
    actual.startupMs = node['Actual Startup Time'] ?? 0;
    actual.totalMs = node['Actual Total Time'];
  }
  return actual;
}

/** The bitmap index scans below a bitmap heap scan: parts of the one scan DSQL has. */
function bitmapsOf(scan: PostgresNode): PostgresNode[] {
  return (scan.Plans ?? []).filter(p => /^Bitmap/.test(p['Node Type'])).flatMap(p => [...nodesOf(p)]);
}

/** A scan whose start waits for an InitPlan pays for it. */
function withInitPlan(scan: BuiltScan, paid: number): BuiltScan {
  const { startupCost, totalCost } = scan.estimate;
  const estimate = { ...scan.estimate, startupCost: startupCost + paid, totalCost: totalCost + paid };
  if (scan.node.estimate) scan.node.estimate = estimate;
  return { ...scan, estimate };
}

/** True when an inner side is run once per outer row: its index condition names another table. */
function dependsOnOuter(node: PostgresNode | undefined): boolean {
  for (const inner of node ? nodesOf(node) : []) {
    if (namesOthers(text(inner, 'Index Cond') ?? '', inner.Alias)) return true;
  }
  return false;
}
