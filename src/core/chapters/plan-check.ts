import { walk, type PlanNode } from '../plan/model';
import { parsePlan } from '../plan/parse';
import type { Check, CheckOutcome } from './contract';

/** Holds a plan's shape to a chapter's expectation: what its nodes are, not how the text happens to be laid out. */
export function verifyPlan(check: Extract<Check, { type: 'plan' }>, text: string): Omit<CheckOutcome, 'check'> {
  const nodes = [...walk(parsePlan(text).roots)];
  const query = nodes.filter(node => node.layer === 'query');
  const has = (part: string): boolean => query.some(node => node.title.toLowerCase().includes(part.toLowerCase()));
  const conditions: { text: string; held: boolean }[] = [];
  const { uses, avoids, index, maxRowsRead } = check;
  if (uses !== undefined) conditions.push({ text: uses, held: has(uses) });
  if (avoids !== undefined) conditions.push({ text: `no ${avoids}`, held: !has(avoids) });
  if (index !== undefined)
    conditions.push({ text: `through ${index}`, held: query.some(node => node.index === index) });
  if (maxRowsRead !== undefined)
    conditions.push({ text: `at most ${maxRowsRead} rows read`, held: rowsRead(nodes) <= maxRowsRead });
  return {
    held: query.length > 0 && conditions.every(condition => condition.held),
    expected: conditions.map(condition => condition.text).join(', '),
    actual: describePlan(query, nodes, maxRowsRead !== undefined),
  };
}

/** The scans of a plan, which is what an index changes; the whole tree's top when there is none. */
function describePlan(query: PlanNode[], nodes: PlanNode[], withRows: boolean): string {
  if (query.length === 0) return 'no plan';
  const scans = query.filter(node => /\bScan\b/.test(node.type));
  const shown = (scans.length > 0 ? scans : query.slice(0, 1)).map(node => node.title).join(', ');
  return withRows ? `${shown}; ${rowsRead(nodes)} rows read` : shown;
}

/** Rows that left the storage's B-trees: lookups are not counted again. Planner's figures where nothing was executed. */
function rowsRead(nodes: PlanNode[]): number {
  return nodes
    .filter(node => node.type === 'B-Tree Scan')
    .reduce((sum, node) => sum + (node.actual ? node.actual.rows * node.actual.loops : (node.estimate?.rows ?? 0)), 0);
}
