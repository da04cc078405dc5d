import { filterLayers, type FilterLayers } from '../filter-layers';
import type { NodeMeasures } from '../measures';

/** What DSQL assumes of a table that was never analysed. */
export const NEVER_ANALYSED_ROWS = 1_000_000;

/** A scan's layers: as they happened, or as the planner expects them. */
export interface KnownLayers extends FilterLayers {
  /** The figures are the planner's. */
  expected: boolean;
}

/**
 * The layers of a scan. Expectations about a table of exactly a million rows are no evidence: that is what is assumed without statistics.
 */
export function knownLayers({ node, layers }: NodeMeasures): KnownLayers | undefined {
  if (layers) return { ...layers, expected: false };
  if (node.actual !== undefined || node.neverExecuted || node.estimate === undefined) return undefined;
  const expected = filterLayers(node, node.estimate.rows, n => n.estimate?.rows);
  return expected && expected.read !== NEVER_ANALYSED_ROWS ? { ...expected, expected: true } : undefined;
}
