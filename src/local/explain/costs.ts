import type { Estimate } from '../../core/plan/model';
import type { PostgresNode } from './postgres-plan';

/** Planner units of one round trip to storage. */
const ROUND_TRIP = 100;
/** Units per row that storage reads before the first one is out. */
const PER_ROW_READ = 0.125;
/** Units of a page, and the rows on one. */
const [PAGE, ROWS_A_PAGE] = [4, 100];
/** Units per row that storage sends. */
const PER_ROW_SENT = 0.001;
/** PostgreSQL's cpu_tuple_cost, cpu_index_tuple_cost and cpu_operator_cost. */
const [TUPLE, INDEX_TUPLE, OPERATOR] = [0.01, 0.005, 0.0025];

/** PostgreSQL's estimate of a node. */
export function postgresEstimate(node: PostgresNode): Estimate {
  return {
    startupCost: node['Startup Cost'] ?? 0,
    totalCost: node['Total Cost'] ?? 0,
    rows: node['Plan Rows'] ?? 0,
    width: node['Plan Width'] ?? 0,
  };
}

/** What storage does for one run of a scan. */
export interface StorageWork {
  /** Rows of the whole table. */
  tableRows: number;
  /** Of an index, the primary key's among them, else of a table without one. */
  ofIndex: boolean;
  /** Rows read, and how many comparisons each meets before it is sent. */
  read: number;
  comparisons: number;
  sent: number;
  /** Rows of the table that are looked up by their keys: as many are sent on. */
  lookedUp?: { comparisons: number; sent: number };
}

/**
 * A scan's cost as DSQL shows it. The figures fit every recorded plan that tells what it was made of, to the last digit (2025-11 to
 * 2026-10: 100.12..104.14 of one row without a key, ..104.13 with one, 100.76..104.84 of six rows and a filter, 125100.05..171100.05 and
 * ..176100.05 of a million assumed rows, 417.28..512.05 of 869 rows looked up; the User Guide's 125100.05..177933.38), but for the pages
 * of wide rows. Conditions of an index and filters of the query processor cost nothing. `postgres` is PostgreSQL's estimate of a scan
 * with subplans, which run before it or for its rows.
 */
export function scanCost(work: StorageWork, postgres?: Estimate): Pick<Estimate, 'startupCost' | 'totalCost'> {
  const { tableRows, ofIndex, read, comparisons, sent, lookedUp } = work;
  const descent = OPERATOR * Math.ceil(Math.log2(Math.max(1, tableRows)));
  const pages = Math.max(1, Math.ceil(read / ROWS_A_PAGE));
  let startupCost = ROUND_TRIP + PER_ROW_READ * read + descent;
  let run = PAGE * pages + read * ((ofIndex ? INDEX_TUPLE : TUPLE) + OPERATOR * comparisons) + PER_ROW_SENT * sent;
  if (lookedUp) {
    startupCost += ROUND_TRIP + PER_ROW_READ * sent;
    run += PAGE * pagesFetched(sent, tableRows) + sent * (TUPLE + OPERATOR * lookedUp.comparisons);
    run += PER_ROW_SENT * lookedUp.sent;
  }
  if (postgres) {
    startupCost += postgres.startupCost;
    run = Math.max(run, postgres.totalCost - postgres.startupCost);
  }
  return { startupCost, totalCost: startupCost + run };
}

/** Pages of a table that so many scattered rows are on: PostgreSQL's formula of Mackert and Lohman. */
function pagesFetched(rows: number, tableRows: number): number {
  const pages = Math.max(1, Math.ceil(tableRows / ROWS_A_PAGE));
  return Math.max(1, Math.ceil(Math.min(pages, (2 * pages * rows) / (2 * pages + rows))));
}

/** A child as its parent's cost needs it. */
export interface CostedChild {
  postgres: PostgresNode;
  /** The estimate as it is printed. */
  estimate: Estimate;
}

/** Carries what the children's costs gained up to their parent, at start or at the end as the node's kind has it. */
export function parentCost(node: PostgresNode, children: readonly CostedChild[]): Estimate {
  const own = postgresEstimate(node);
  let startup = 0;
  let total = 0;
  children.forEach((child, i) => {
    const base = postgresEstimate(child.postgres);
    const gainedStart = child.estimate.startupCost - base.startupCost;
    const gainedTotal = child.estimate.totalCost - base.totalCost;
    switch (child.postgres['Parent Relationship']) {
      case 'InitPlan': {
        const gained = paidForInitPlan(own, base, child.estimate) - paidForInitPlan(own, base);
        startup += gained;
        total += gained;
        break;
      }
      case 'SubPlan':
        total += gainedTotal;
        break;
      default:
        total += gainedTotal;
        if (node['Node Type'] === 'Append' && i > 0) break;
        startup += waitsFor(node, own, base) ? gainedTotal : gainedStart;
    }
  });
  const only = children.length === 1 ? children[0] : undefined;
  if (node['Node Type'] === 'Limit' && only) return limitCost(own, only);
  const startupCost = own.startupCost + startup;
  return { ...own, startupCost, totalCost: Math.max(startupCost, own.totalCost + total) };
}

/** What a node pays for an InitPlan of this estimate. Of an EXISTS PostgreSQL takes the cost to be that of the first row: `own` and `before`, its estimates, tell. */
export function paidForInitPlan(own: Estimate, before: Estimate, estimate = before): number {
  if (own.startupCost >= before.totalCost - 0.005) return estimate.totalCost;
  const { startupCost, totalCost, rows } = estimate;
  return startupCost + (totalCost - startupCost) / Math.max(1, rows);
}

/**
 * A node that starts only when its input is complete has a startup cost no lower than the input's total. Joins wait for none: what they hash has
 * a node of its own, which does.
 */
export function waitsFor(node: PostgresNode, own: Estimate, input: Estimate): boolean {
  if (/^(?:Nested Loop|Merge Join|Hash Join)$/.test(node['Node Type'])) return false;
  return own.startupCost >= input.totalCost - 0.005 && input.totalCost > input.startupCost;
}

/** LIMIT pays for the share of its input that it reads; an input that storage already limited it reads whole. */
function limitCost(own: Estimate, child: CostedChild): Estimate {
  const base = postgresEstimate(child.postgres);
  const { startupCost, totalCost, rows } = child.estimate;
  const moved = totalCost - startupCost;
  if (rows < base.rows) {
    const skipped = rows > 0 ? Math.max(0, 1 - own.rows / rows) : 0;
    return { ...own, startupCost: startupCost + moved * skipped, totalCost };
  }
  const run = base.totalCost - base.startupCost;
  const at = (cost: number): number =>
    startupCost + (run > 0 ? Math.min(1, Math.max(0, (cost - base.startupCost) / run)) * moved : moved);
  return { ...own, startupCost: at(own.startupCost), totalCost: at(own.totalCost) };
}
