import { walk, type Plan } from '../plan/model';
import { parsePlan } from '../plan/parse';
import { planIndexes, planUses, rowsRead } from '../plan/query';
import type { Check, CheckOutcome } from './contract';

/** Holds a plan's shape to a chapter's expectation: what its nodes are, not how the text happens to be laid out. */
export function verifyPlan(check: Extract<Check, { type: 'plan' }>, text: string): Omit<CheckOutcome, 'check'> {
  const plan = parsePlan(text);
  const read = rowsRead(plan);
  const conditions: { text: string; held: boolean }[] = [];
  const { uses, avoids, index, maxRowsRead } = check;
  if (uses !== undefined) conditions.push({ text: uses, held: planUses(plan, uses) });
  if (avoids !== undefined) conditions.push({ text: `no ${avoids}`, held: !planUses(plan, avoids) });
  if (index !== undefined) conditions.push({ text: `through ${index}`, held: planIndexes(plan).includes(index) });
  if (maxRowsRead !== undefined)
    conditions.push({ text: `at most ${maxRowsRead} rows read`, held: read !== undefined && read <= maxRowsRead });
  const shown = scansOf(plan);
  return {
    held: plan.roots.length > 0 && conditions.every(condition => condition.held),
    expected: conditions.map(condition => condition.text).join(', '),
    actual: maxRowsRead === undefined ? shown : `${shown}; ${read ?? 'unknown'} rows read`,
  };
}

/** The scans of a plan, which is what an index changes; its top where it has none. */
function scansOf(plan: Plan): string {
  const query = [...walk(plan.roots)].filter(node => node.layer === 'query');
  const scans = query.filter(node => /\bScan\b/.test(node.type));
  const shown = scans.length > 0 ? scans : query.slice(0, 1);
  return shown.map(node => node.title).join(', ') || 'no plan';
}
