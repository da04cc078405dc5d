import type { PlanLayers } from '../../../protocol/plan-document';
import { filterLayers } from '../filter-layers';
import type { NodeMeasures, PlanModel } from '../measures';
import { property, type PlanNode } from '../model';

/** What DSQL assumes of a table that was never analysed. */
export const NEVER_ANALYSED_ROWS = 1_000_000;

/** A scan's layers: as they happened, or as the planner expects them. */
export interface KnownLayers extends PlanLayers {
  /** The figures are the planner's. */
  expected: boolean;
}

/**
 * The layers of a scan. Expectations about a table of exactly a million rows are no evidence: that is what is assumed without statistics;
 * nor are those below a LIMIT that stops the scan early.
 */
export function knownLayers(measures: NodeMeasures, model: PlanModel): KnownLayers | undefined {
  const { node, layers } = measures;
  if (layers) return { ...layers, expected: false };
  const filter = property(node, 'Filter');
  if (measures.rowsRead !== undefined && measures.rows !== undefined && filter !== undefined) {
    // without storage nodes below nothing is known of what travelled
    const plain = { read: measures.rowsRead, sent: measures.rows, lookedUp: 0, returned: measures.rows };
    const indexCondition = property(node, 'Index Cond');
    return { ...plain, queryFilter: filter, ...(indexCondition ? { indexCondition } : {}), expected: false };
  }
  if (model.analysed || stoppedEarly(measures, model)) return undefined;
  if (node.actual !== undefined || node.neverExecuted || node.estimate === undefined) return undefined;
  const expected = filterLayers(node, node.estimate.rows, n => n.estimate?.rows);
  return expected && expected.read !== NEVER_ANALYSED_ROWS ? { ...expected, expected: true } : undefined;
}

/** Nodes that take all their input before they give their first row. */
const TAKES_ALL =
  /^(?:Sort|(?:Partial |Finalize )?(?:Aggregate|HashAggregate|MixedAggregate)|Hash|HashSetOp|Insert|Update|Delete|Merge)(?: (?:Intersect|Except).*)?$/;

/** True below a Limit that took less than its input had to give: fewer rows than expected are no error there. */
export function stoppedEarly(measures: NodeMeasures, { byNode }: PlanModel): boolean {
  for (let above = measures.parent; above && !TAKES_ALL.test(above.type); above = byNode.get(above)?.parent) {
    if (above.type === 'Limit' && !exhausted(above)) return true;
  }
  return false;
}

/** A LIMIT whose number the planner does not know is taken for this share of the input. */
const UNKNOWN_LIMIT_SHARE = 0.1;

/** True when a Limit is known to have asked for more rows than there were. Its estimate is what it asks for, or all there is. */
function exhausted({ actual, estimate, children: [input] }: PlanNode): boolean {
  if (!estimate || !input?.estimate) return false;
  if (!actual) return estimate.rows >= input.estimate.rows;
  const guessed = Math.abs(estimate.rows - input.estimate.rows * UNKNOWN_LIMIT_SHARE) <= 1;
  return actual.loops === 1 && !guessed && actual.rows < estimate.rows;
}
