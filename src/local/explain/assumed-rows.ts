import { ENGINE } from '../engine-schema';
import type { CatalogQuery } from '../ports';
import { tableOf, type Catalog, type TableShape } from './catalog';
import { isInput, nodesOf, text, type PostgresNode } from './postgres-plan';
import { readsTable } from './scan';

/** Rows DSQL plans a table with that was never analysed (recorded: cost 125100.05.., rows 1000000 for tables of 1 and of 50 rows). */
const ASSUMED_ROWS = 1_000_000;
/** Planner units per row of a whole read, as recorded: of a table without a key, and of a key's tree. */
const PER_ROW = { table: 0.051, key: 0.046 };
/** What `scanCost` adds for the first page. */
const FIRST_PAGE = 4;
/** PostgreSQL's cpu_tuple_cost, cpu_operator_cost, and what Materialize takes per row. */
const [TUPLE, OPERATOR, MATERIALIZE] = [0.01, 0.0025, 0.005];

/** What a node's figures were before, for its parent. */
interface Was {
  node: PostgresNode;
  rows: number;
  startup: number;
  total: number;
}

/**
 * PostgreSQL plans a table that was never analysed at its size, DSQL at a million rows. The shape of the plan stays PostgreSQL's; its row
 * counts and costs are worked out anew from the scans of such tables upwards, by PostgreSQL's own formulas where they are simple and in
 * proportion where they are not. Changes `plan` in place, and the tables' row estimates.
 */
export async function assumeRows(plan: PostgresNode, catalog: Catalog, query: CatalogQuery): Promise<void> {
  const planned = new Map<TableShape, number>();
  for (const node of nodesOf(plan)) {
    const table = tableOf(catalog, node);
    if (!table || table.rowEstimate >= 0 || planned.has(table) || !readsTable(node)) continue;
    const [row] = await query(`SELECT ${ENGINE}.planned_rows($1, $2)`, [table.schema, table.name]);
    planned.set(table, Math.max(1, Number(row?.[0] ?? 1)));
  }
  if (planned.size === 0) return;
  adjust(plan, node => planned.get(tableOf(catalog, node)!), catalog);
  for (const table of planned.keys()) table.rowEstimate = ASSUMED_ROWS;
}

function adjust(node: PostgresNode, plannedAs: (node: PostgresNode) => number | undefined, catalog: Catalog): Was {
  const was: Was = {
    node,
    rows: node['Plan Rows'] ?? 0,
    startup: node['Startup Cost'] ?? 0,
    total: node['Total Cost'] ?? 0,
  };
  const children = (node.Plans ?? []).map(child => adjust(child, plannedAs, catalog));
  const rows = readsTable(node) ? plannedAs(node) : undefined;
  if (rows !== undefined) scan(node, was, ASSUMED_ROWS / rows, tableOf(catalog, node)!);
  if (children.some(c => c.rows !== c.node['Plan Rows'] || c.total !== c.node['Total Cost']))
    parent(node, was, children);
  return was;
}

function scan(node: PostgresNode, was: Was, factor: number, table: TableShape): void {
  const bounded = text(node, 'Index Cond') !== undefined || node.Plans?.length;
  // one row by an index is one by a key, however large the table
  const rows = bounded && was.rows === 1 ? 1 : Math.min(ASSUMED_ROWS, Math.max(1, Math.round(was.rows * factor)));
  const keyed = node.Filter === undefined && table.indexes.some(index => index.primary);
  node['Plan Rows'] = rows;
  if (bounded) node['Total Cost'] = was.startup + (was.total - was.startup) * (rows / Math.max(1, was.rows));
  else {
    node['Startup Cost'] = 0;
    node['Total Cost'] = ASSUMED_ROWS * (keyed ? PER_ROW.key : PER_ROW.table) - FIRST_PAGE;
  }
}

const rowsOf = ({ node }: Was): number => node['Plan Rows'] ?? 0;
const totalOf = ({ node }: Was): number => node['Total Cost'] ?? 0;

function parent(node: PostgresNode, was: Was, children: Was[]): void {
  const inputs = children.filter(c => isInput(c.node));
  const rows = rowsOfParent(node, was, inputs);
  const before = inputs.reduce((sum, c) => sum + c.total, 0);
  const now = inputs.reduce((sum, c) => sum + totalOf(c), 0);
  let startup = was.startup;
  for (const child of children) {
    if (node['Node Type'] === 'Append' && child !== children[0]) continue;
    const waits = was.startup >= child.total - 0.005 && child.total > child.startup;
    const perRow = waits && isInput(child.node) && child === inputs[0] ? rowsOf(child) / Math.max(1, child.rows) : 1;
    if (waits) startup += (was.startup - child.total) * (perRow - 1);
    startup += waits ? totalOf(child) - child.total : (child.node['Startup Cost'] ?? 0) - child.startup;
  }
  const gained = children.filter(c => !isInput(c.node)).reduce((sum, c) => sum + totalOf(c) - c.total, 0);
  node['Plan Rows'] = rows;
  node['Startup Cost'] = startup;
  const total = now + gained + ownCost(node, was.total - before, inputs);
  node['Total Cost'] = Math.max(startup, total);
  const [input] = inputs;
  if (node['Node Type'] === 'Limit' && input) {
    const from = input.node['Startup Cost'] ?? 0;
    const share = Math.min(1, rows / Math.max(1, rowsOf(input)));
    node['Total Cost'] = from + (totalOf(input) - from) * share;
  }
}

function rowsOfParent(node: PostgresNode, was: Was, inputs: Was[]): number {
  const [first, second] = inputs;
  if (!first) return was.rows;
  const factors = inputs.map(c => rowsOf(c) / Math.max(1, c.rows));
  switch (node['Node Type']) {
    case 'Nested Loop':
    case 'Hash Join':
    case 'Merge Join': {
      const pairs = second ? first.rows * second.rows : 0;
      if (second && Math.abs(was.rows - pairs) <= pairs * 1e-9) return rowsOf(first) * rowsOf(second);
      const crossed = second !== undefined && was.rows > Math.max(first.rows, second.rows);
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
      return was.rows < first.rows ? was.rows : rowsOf(first);
    default:
      return Math.max(was.rows === 0 ? 0 : 1, Math.round(was.rows * factors[0]!));
  }
}

/** What a node costs beyond its inputs. */
function ownCost(node: PostgresNode, cost: number, [first, second]: Was[]): number {
  if (!first) return cost;
  const [outer, inner] = [rowsOf(first), second ? rowsOf(second) : 1];
  switch (node['Node Type']) {
    case 'Materialize':
      return MATERIALIZE * outer;
    case 'Nested Loop':
      if (second?.node['Node Type'] !== 'Materialize')
        return (
          cost *
          (outer / Math.max(1, first.rows)) *
          ((second ? totalOf(second) : 1) / Math.max(0.01, second?.total ?? 1))
        );
      return (
        (outer - 1) * OPERATOR * inner + (TUPLE + (node['Join Filter'] === undefined ? 0 : OPERATOR)) * outer * inner
      );
    case 'Sort': {
      const work = (rows: number): number => Math.max(1, rows) * Math.log2(Math.max(2, rows));
      return cost * (work(outer) / work(first.rows));
    }
    default:
      return cost * (outer / Math.max(1, first.rows));
  }
}
