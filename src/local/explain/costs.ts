import type { Estimate } from '../../core/plan/model';
import type { PostgresNode } from './postgres-plan';

/** Planner units of one round trip to storage: every recorded plan starts a little above it. */
const ROUND_TRIP = 100.05;
/** Units per row the storage scan reads before the first row is out (125100.05 for 1,000,000 rows). */
const PER_ROW = 0.125;
/** Units of the first page. */
const FIRST_PAGE = 4;

/** PostgreSQL's estimate of a node. */
export function postgresEstimate(node: PostgresNode): Estimate {
  return {
    startupCost: node['Startup Cost'] ?? 0,
    totalCost: node['Total Cost'] ?? 0,
    rows: node['Plan Rows'] ?? 0,
    width: node['Plan Width'] ?? 0,
  };
}

/**
 * A scan's cost in DSQL's scale: PostgreSQL's own (the `share` of it that a limit in storage leaves), plus the round trip to storage,
 * plus a second one where rows are looked up in the table. The order of PostgreSQL's alternatives is its own; only the numbers are
 * moved to where DSQL's are.
 */
export function scanCost(
  node: PostgresNode,
  rowsRead: number,
  lookup: boolean,
  share = 1,
): Pick<Estimate, 'startupCost' | 'totalCost'> {
  const own = postgresEstimate(node);
  const startupCost = own.startupCost + ROUND_TRIP + PER_ROW * rowsRead;
  const run = (own.totalCost - own.startupCost) * share + FIRST_PAGE + (lookup ? ROUND_TRIP + FIRST_PAGE : 0);
  return { startupCost, totalCost: startupCost + run };
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
    total += gainedTotal;
    switch (child.postgres['Parent Relationship']) {
      case 'InitPlan':
        startup += gainedTotal;
        break;
      case 'SubPlan':
        break;
      default: {
        if (node['Node Type'] === 'Append' && i > 0) break;
        // A node that starts only when its input is complete has a startup cost no lower than the input's total.
        const waits = own.startupCost >= base.totalCost - 0.005 && base.totalCost > base.startupCost;
        startup += waits ? gainedTotal : gainedStart;
      }
    }
  });
  const only = children.length === 1 ? children[0] : undefined;
  if (node['Node Type'] === 'Limit' && only) return limitCost(own, only);
  return { ...own, startupCost: own.startupCost + startup, totalCost: own.totalCost + Math.max(startup, total) };
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
