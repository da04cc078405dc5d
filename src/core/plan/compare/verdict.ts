import type { ComparedMeasure, ComparedNode, PlanComparison, PlanDocument } from '../../../protocol/plan-document';
import { count } from '../findings/finding';
import { readOf } from './match-nodes';

/** Differences below a tenth are noise: plans of one statement vary that much from run to run. */
const NOISE = 0.1;
/** Times vary more than counts. */
const TIME_NOISE = 0.3;
const TIME_NOISE_MS = 2;

type Measures = readonly ComparedMeasure[];

/** Which plan is better by what storage reads, by DPU and by time, as far as both tell it; by cost where they tell none of these. */
export function betterOf(measures: Measures): PlanComparison['better'] {
  const leansOf = (...names: ComparedMeasure['name'][]): number[] =>
    measures.flatMap(({ name, before, after }) => {
      if (!names.includes(name) || before === undefined || after === undefined) return [];
      return differ(name, before, after) ? Math.sign(before - after) : 0;
    });
  const measured = leansOf('rowsRead', 'dpu', 'executionMs');
  const leans = measured.length > 0 ? measured : leansOf('cost');
  if (leans.every(l => l === 0)) return 'same';
  if (leans.every(l => l >= 0)) return 'after';
  return leans.every(l => l <= 0) ? 'before' : 'unclear';
}

/** Whether two values of a figure differ beyond noise. */
function differ(name: ComparedMeasure['name'], before: number, after: number): boolean {
  const by = Math.abs(before - after);
  const most = Math.max(before, after);
  return name === 'executionMs' ? by >= TIME_NOISE_MS && by > most * TIME_NOISE : by > most * NOISE;
}

/** What changed, in sentences. */
export function verdictOf(
  before: PlanDocument,
  after: PlanDocument,
  measures: Measures,
  nodes: readonly ComparedNode[],
  better: PlanComparison['better'],
): string[] {
  const changed = scanChanges(before, after, nodes);
  const sentences = [...changed, ...figures(measures, changed.length > 0), ...lookups(measures)];
  if (better === 'same' && changed.length === 0) sentences.unshift('The plans do not differ beyond noise.');
  // indexes make a write dearer by nature: its plan is no worse for it
  if (better === 'before') sentences.unshift(writes(after) ? 'The write costs more.' : 'The plan got worse.');
  if (better === 'unclear') sentences.push('The figures disagree: repeat both plans before deciding.');
  if (before.analysed !== after.analysed)
    sentences.push('Only one of the plans was analysed: times and rows cannot be compared.');
  return sentences.length ? sentences : ['The plan has another shape; its figures are the same.'];
}

const writes = ({ nodes: [root] }: PlanDocument): boolean => /^(Insert|Update|Delete|Merge)\b/.test(root?.type ?? '');

function scanChanges(before: PlanDocument, after: PlanDocument, nodes: readonly ComparedNode[]): string[] {
  return nodes.flatMap(row => {
    if (row.change !== 'replaced' || row.before === undefined || row.after === undefined) return [];
    const [b, a] = [before.nodes[row.before]!, after.nodes[row.after]!];
    if (a.layer === 'storage' || !/ Scan$/.test(a.type)) return [];
    const [was, is] = [readOf(before, b), readOf(after, a)];
    const rows = was !== undefined && is !== undefined ? `: ${count(was)} → ${count(is)} rows read` : '';
    if (a.index !== undefined && a.index !== b.index) {
      const how = b.index === undefined ? 'is used now' : `is used now instead of ${b.index}`;
      return [`The index ${a.index} ${how}${rows}.`];
    }
    if (b.index !== undefined && a.index === undefined) return [`The index ${b.index} is not used any more${rows}.`];
    return [`${a.relation} is read by ${a.type} instead of ${b.type}${rows}.`];
  });
}

const NAMES: Partial<
  Record<ComparedMeasure['name'], { subject: string; sign?: string; unit: string; digits: number }>
> = {
  rowsRead: { subject: 'Rows read', unit: '', digits: 0 },
  executionMs: { subject: 'Execution', unit: ' ms', digits: 3 },
  dpu: { subject: 'Estimated DPU', unit: '', digits: 5 },
  usdPerMillionRuns: { subject: 'A million runs', sign: '$', unit: '', digits: 2 },
};

function figures(measures: Measures, rowsTold: boolean): string[] {
  return measures.flatMap(({ name, before: b, after: a }) => {
    const named = NAMES[name];
    if (!named || b === undefined || a === undefined || (rowsTold && name === 'rowsRead')) return [];
    if (!differ(name, b, a)) return [];
    const show = (value: number): string =>
      (named.sign ?? '') + value.toLocaleString('en-US', { maximumFractionDigits: named.digits });
    const [most, least] = [Math.max(a, b), Math.min(a, b)];
    const times = least > 0 ? `, ${count(most / least)} times ${a < b ? 'less' : 'more'}` : '';
    return [`${named.subject}: ${show(b)} → ${show(a)}${named.unit}${times}.`];
  });
}

function lookups(measures: Measures): string[] {
  const m = measures.find(x => x.name === 'lookups');
  if (!m?.before && !m?.after) return [];
  if (m.before && m.after === 0) return ['The index covers the query now: no look-ups in the table any more.'];
  if (m.before === 0 && m.after)
    return [`The index does not cover the query: ${count(m.after)} look-ups in the table.`];
  return m.before === m.after ? [] : [`Look-ups in the table: ${count(m.before ?? 0)} → ${count(m.after ?? 0)}.`];
}
