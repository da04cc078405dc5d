import type { Estimate } from '../../core/plan/model';
import { ENGINE } from '../engine-schema';
import type { CatalogQuery } from '../ports';
import { tableOf, type Catalog, type TableShape } from './catalog';
import { paidForInitPlan, postgresEstimate, waitsFor } from './costs';
import { limitOfText } from './limit';
import { conjunctsOf, type Conjunct } from './layers';
import { isInput, nodesOf, text, type PostgresNode } from './postgres-plan';
import { readsTable } from './scan';

/** Rows DSQL plans a table with that was never analysed (recorded: cost 125100.05.., rows 1000000 for tables of 1 and of 50 rows). */
const ASSUMED_ROWS = 1_000_000;
/** Planner units per row of a whole read, as recorded: of a table without a key, and of a key's tree. */
const PER_ROW = { table: 0.051, key: 0.046 };
/** PostgreSQL's cpu_tuple_cost, cpu_operator_cost, and what Materialize takes per row. */
const [TUPLE, OPERATOR, MATERIALIZE] = [0.01, 0.0025, 0.005];

/** Shares of a table's rows that PostgreSQL takes a condition to keep where it knows nothing of the column. */
const SHARES: Partial<Record<string, number>> = {
  ...{ '=': 0.005, '<>': 0.995, 'is null': 0.005, 'is not null': 0.995, true: 0.5, false: 0.5 },
  ...{ '<': 1 / 3, '<=': 1 / 3, '>': 1 / 3, '>=': 1 / 3 },
};
/** Two bounds of one column keep as much as an equality. */
const BOTH_BOUNDS = 0.005;

/** A node, and what PostgreSQL estimated of it. */
interface Was {
  node: PostgresNode;
  was: Estimate;
}

/**
 * PostgreSQL plans a table that was never analysed at its size, DSQL at a million rows. The shape of the plan stays PostgreSQL's; its row
 * counts and costs are worked out anew from the scans of such tables upwards, by PostgreSQL's own formulas where they are simple and in
 * proportion where they are not. Changes `plan` in place, and the tables' row estimates.
 */
export async function assumeRows(
  plan: PostgresNode,
  catalog: Catalog,
  query: CatalogQuery,
  sql: string,
): Promise<void> {
  const planned = new Map<TableShape, number>();
  for (const node of nodesOf(plan)) {
    const table = tableOf(catalog, node);
    if (!table || table.rowEstimate >= 0 || planned.has(table) || !readsTable(node)) continue;
    const [row] = await query(`SELECT ${ENGINE}.planned_rows($1, $2)`, [table.schema, table.name]);
    planned.set(table, Math.max(1, Number(row?.[0] ?? 1)));
  }
  if (planned.size === 0) return;
  adjust(plan, node => planned.get(tableOf(catalog, node)!), catalog);
  if (plan['Node Type'] === 'Limit') limitTo(plan, limitOfText(sql));
  for (const table of planned.keys()) table.rowEstimate = ASSUMED_ROWS;
}

/** A limit that did not bite at PostgreSQL's row counts does at the assumed ones. */
function limitTo(limit: PostgresNode, said: ReturnType<typeof limitOfText>): void {
  const input = limit.Plans?.find(isInput);
  if (!said || !input) return;
  const [all, from, total] = [input['Plan Rows'] ?? 0, input['Startup Cost'] ?? 0, input['Total Cost'] ?? 0];
  const at = (rows: number): number => from + (total - from) * Math.min(1, rows / Math.max(1, all));
  limit['Plan Rows'] = Math.max(1, Math.min(said.rows, all - said.offset));
  limit['Startup Cost'] = at(said.offset);
  limit['Total Cost'] = at(said.offset + said.rows);
}

function adjust(node: PostgresNode, plannedAs: (node: PostgresNode) => number | undefined, catalog: Catalog): Was {
  const was = postgresEstimate(node);
  const children = (node.Plans ?? []).map(child => adjust(child, plannedAs, catalog));
  const rows = readsTable(node) ? plannedAs(node) : undefined;
  if (rows !== undefined) scan(node, was, rows, tableOf(catalog, node)!);
  if (children.some(c => c.was.rows !== c.node['Plan Rows'] || c.was.totalCost !== c.node['Total Cost']))
    parent(node, was, children);
  return { node, was };
}

function scan(node: PostgresNode, was: Estimate, planned: number, table: TableShape): void {
  const bounded = text(node, 'Index Cond') !== undefined || node.Plans?.length;
  const rows = scannedRows(node, was.rows, planned, table);
  const keyed = node.Filter === undefined && table.indexes.some(index => index.primary);
  node['Plan Rows'] = rows;
  if (bounded)
    node['Total Cost'] = was.startupCost + (was.totalCost - was.startupCost) * (rows / Math.max(1, was.rows));
  else {
    node['Startup Cost'] = 0;
    node['Total Cost'] = ASSUMED_ROWS * (keyed ? PER_ROW.key : PER_ROW.table);
  }
}

/** Where PostgreSQL's figure is what its defaults give, theirs for the assumed rows; else in proportion. */
function scannedRows(node: PostgresNode, rows: number, planned: number, table: TableShape): number {
  const conditions = [text(node, 'Index Cond'), text(node, 'Filter')].flatMap(c => conjunctsOf(c, node.Alias, table));
  const share = node.Plans?.length ? undefined : shareOf(conditions);
  const byDefault = share !== undefined && Math.max(1, Math.round(planned * share)) === rows;
  // one row by an index is one by a key, however large the table
  const equal = new Set(conditions.flatMap(c => (c.comparison?.operator === '=' ? [c.comparison.column] : [])));
  const wholeKey = table.indexes.some(index => index.primary && index.key.every(k => k !== null && equal.has(k)));
  if (rows === 1 && (wholeKey || (!byDefault && (node['Index Cond'] !== undefined || node.Plans?.length)))) return 1;
  const estimate = byDefault ? ASSUMED_ROWS * share : (rows * ASSUMED_ROWS) / planned;
  return Math.min(ASSUMED_ROWS, Math.max(1, Math.round(estimate)));
}

/** The share that PostgreSQL's defaults have conditions keep together; undefined where one of them is none of a column and a constant. */
function shareOf(conditions: readonly Conjunct[]): number | undefined {
  const bounds = new Map<string, string>();
  let share = 1;
  for (const { comparison } of conditions) {
    const of = comparison && SHARES[comparison.operator];
    if (of === undefined) return undefined;
    const bound = /^[<>]/.exec(comparison!.operator.replace('<>', ''))?.[0];
    const other = bound && bounds.get(comparison!.column);
    share *= other !== undefined && other !== bound ? BOTH_BOUNDS / SHARES['<']! : of;
    if (bound) bounds.set(comparison!.column, bound);
  }
  return share;
}

const rowsOf = ({ node }: Was): number => node['Plan Rows'] ?? 0;
const totalOf = ({ node }: Was): number => node['Total Cost'] ?? 0;

function parent(node: PostgresNode, was: Estimate, children: Was[]): void {
  const inputs = children.filter(c => isInput(c.node));
  const rows = rowsOfParent(node, was, inputs);
  const before = inputs.reduce((sum, c) => sum + c.was.totalCost, 0);
  const now = inputs.reduce((sum, c) => sum + totalOf(c), 0);
  let startup = was.startupCost;
  let beside = 0;
  for (const child of children) {
    const { startupCost, totalCost } = child.was;
    if (child.node['Parent Relationship'] === 'InitPlan') {
      const gained = paidForInitPlan(was, child.was, postgresEstimate(child.node)) - paidForInitPlan(was, child.was);
      startup += gained;
      beside += gained;
    } else if (!isInput(child.node)) beside += totalOf(child) - totalCost;
    else if (node['Node Type'] !== 'Append' || child === children[0]) {
      const waits = waitsFor(node, was, child.was);
      const perRow = waits && child === inputs[0] ? rowsOf(child) / Math.max(1, child.was.rows) : 1;
      if (waits) startup += (was.startupCost - totalCost) * (perRow - 1);
      startup += waits ? totalOf(child) - totalCost : (child.node['Startup Cost'] ?? 0) - startupCost;
    }
  }
  node['Plan Rows'] = rows;
  node['Startup Cost'] = startup;
  const total = now + beside + ownCost(node, was, before, inputs);
  node['Total Cost'] = Math.max(startup, total);
  const [input] = inputs;
  if (node['Node Type'] === 'Limit' && input) {
    const from = input.node['Startup Cost'] ?? 0;
    const share = Math.min(1, rows / Math.max(1, rowsOf(input)));
    node['Total Cost'] = Math.max(startup, from + (totalOf(input) - from) * share);
  }
}

function rowsOfParent(node: PostgresNode, was: Estimate, inputs: Was[]): number {
  const [first, second] = inputs;
  if (!first) return was.rows;
  const factors = inputs.map(c => rowsOf(c) / Math.max(1, c.was.rows));
  switch (node['Node Type']) {
    case 'Nested Loop':
    case 'Hash Join':
    case 'Merge Join': {
      const pairs = second ? first.was.rows * second.was.rows : 0;
      if (second && Math.abs(was.rows - pairs) <= pairs * 1e-9) return rowsOf(first) * rowsOf(second);
      const crossed = second !== undefined && was.rows > Math.max(first.was.rows, second.was.rows);
      const both = crossed ? factors.reduce((product, f) => product * f, 1) : Math.max(...factors);
      return Math.max(1, Math.round(was.rows * (/^(?:Semi|Anti)$/.test(node['Join Type'] ?? '') ? factors[0]! : both)));
    }
    case 'Append':
    case 'Merge Append':
      return inputs.reduce((sum, c) => sum + rowsOf(c), 0);
    case 'Aggregate':
    case 'Group':
    case 'Unique':
    case 'Limit':
    case 'ModifyTable':
      return was.rows < first.was.rows ? was.rows : rowsOf(first);
    default:
      return Math.max(was.rows === 0 ? 0 : 1, Math.round(was.rows * factors[0]!));
  }
}

/** What a node costs beyond its inputs, which cost `before`. */
function ownCost(node: PostgresNode, was: Estimate, before: number, [first, second]: Was[]): number {
  const cost = was.totalCost - before;
  if (!first) return cost;
  const [outer, inner] = [rowsOf(first), second ? rowsOf(second) : 1];
  switch (node['Node Type']) {
    case 'Materialize':
      return MATERIALIZE * outer;
    case 'Nested Loop':
      if (second?.node['Node Type'] !== 'Materialize')
        return (
          cost *
          (outer / Math.max(1, first.was.rows)) *
          ((second ? totalOf(second) : 1) / Math.max(0.01, second?.was.totalCost ?? 1))
        );
      return (
        (outer - 1) * OPERATOR * inner + (TUPLE + (node['Join Filter'] === undefined ? 0 : OPERATOR)) * outer * inner
      );
    case 'Aggregate': {
      // behind its input it pays for the rows that come out
      const run = waitsFor(node, was, first.was) ? was.totalCost - was.startupCost : 0;
      const out = (node['Plan Rows'] ?? 0) / Math.max(1, was.rows);
      return (cost - run) * (outer / Math.max(1, first.was.rows)) + run * out;
    }
    case 'Sort': {
      const work = (rows: number): number => Math.max(1, rows) * Math.log2(Math.max(2, rows));
      return cost * (work(outer) / work(first.was.rows));
    }
    default:
      return cost * (outer / Math.max(1, first.was.rows));
  }
}
