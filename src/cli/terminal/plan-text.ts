import type { ComparedMeasure, PlanComparison, PlanDocument, PlanNodeView } from '../../core/plan/contract';
import { usdText } from '../../core/cost/texts';
import { printable, type Style } from './style';

const number = (value: number, digits = 0): string => value.toLocaleString('en-US', { maximumFractionDigits: digits });

/** A plan for people: its tree with what each node took itself, then findings and price. */
export function planText(plan: PlanDocument, style: Style): string {
  const figures = plan.nodes.map(n => figuresOf(n, plan));
  const widths = [0, 1].map(i => Math.max(0, ...figures.map(f => f[i]!.length)));
  const headings = plan.analysed ? ['own ms', 'rows'] : ['own cost', 'rows expected'];
  const row = (cells: string[], title: string): string =>
    `${cells.map((c, i) => c.padStart(Math.max(widths[i]!, headings[i]!.length))).join('  ')}  ${title}`;
  const lines = [style.dim(row(headings, 'operation'))];
  plan.nodes.forEach((node, i) => {
    const label = node.label === undefined ? '' : `${node.label}: `;
    const mark = node.findings.length ? style.yellow(` [${node.findings.map(f => f + 1).join(', ')}]`) : '';
    lines.push(row(figures[i]!, `${'  '.repeat(node.depth)}${printable(label + node.title)}${mark}`));
  });
  const { totals } = plan;
  const facts = [
    totals.executionMs !== undefined && `execution ${number(totals.executionMs, 3)} ms`,
    totals.planningMs !== undefined && `planning ${number(totals.planningMs, 3)} ms`,
    totals.rowsRead !== undefined &&
      `${number(totals.rowsRead)} rows read, ${number(totals.rowsReturned ?? 0)} returned`,
    totals.lookups ? `${number(totals.lookups)} look-ups` : false,
  ].filter(fact => fact !== false);
  if (facts.length) lines.push('', facts.join('; '));
  lines.push(...costLines(plan));
  if (plan.findings.length) lines.push('', findingsText(plan, style).trimEnd());
  if (plan.remarks.length) lines.push('', ...plan.remarks.map(({ text }) => printable(text)));
  return `${lines.join('\n')}\n`;
}

function figuresOf(node: PlanNodeView, { analysed }: PlanDocument): string[] {
  if (node.neverExecuted) return ['', 'never'];
  const own = analysed ? node.exclusiveMs : node.exclusiveCost;
  const rows = analysed ? node.rows : node.estimate?.rows;
  return [own === undefined ? '' : number(own, analysed ? 3 : 2), rows === undefined ? '' : number(rows)];
}

function costLines({ cost }: PlanDocument): string[] {
  if (!cost) return [];
  const guess = cost.priceConfirmed ? '' : ', not confirmed for this Region';
  const minimum =
    cost.minimumShare > 0 ? ` ${number(cost.minimumShare * 100)} % of it are the transaction's minimums.` : '';
  return [
    `${number(cost.estimatedDpu, 5)} DPU estimated; ${number(cost.billedDpu, 5)} DPU as a transaction of its own.${minimum}`,
    `A million runs: ${usdText(cost.usdPerMillionRuns)} ($${number(cost.usdPerMillionDpu, 2)} a million DPU, ${cost.region}, ${cost.priceAsOf}${guess}). An estimate, not the bill.`,
  ];
}

/** The findings of a plan, worst first. */
export function findingsText(plan: PlanDocument, style: Style): string {
  if (plan.findings.length === 0) return 'Nothing to improve was found.\n';
  return plan.findings
    .map(f => {
      const colour = f.severity === 'severe' ? style.red : f.severity === 'warning' ? style.yellow : style.dim;
      const node = plan.nodes[f.nodes[0]!]!;
      const at = node.line === undefined ? '' : ` (line ${plan.firstLine + node.line - 1})`;
      const parts = [
        `${f.id + 1}. ${colour(f.severity)} ${f.title}: ${printable(node.title)}${at}`,
        `   Observed: ${printable(f.observed)}`,
        `   Why: ${f.why}`,
        `   Do: ${f.recommendation}`,
        ...(f.sql === undefined ? [] : [`   SQL: ${printable(f.sql)}`]),
        `   Gain: ${f.gain}`,
      ];
      return `${parts.join('\n')}\n`;
    })
    .join('\n');
}

const NAMES: Record<ComparedMeasure['name'], [string, number]> = {
  executionMs: ['execution ms', 3],
  planningMs: ['planning ms', 3],
  cost: ['cost', 2],
  rowsRead: ['rows read', 0],
  rowsSent: ['rows sent by storage', 0],
  rowsReturned: ['rows returned', 0],
  lookups: ['look-ups', 0],
  dpu: ['DPU', 5],
  usdPerMillionRuns: ['$ a million runs', 2],
};

/** The verdict, the figures, and the operations that are not the same. */
export function comparisonText(
  comparison: PlanComparison,
  before: PlanDocument,
  after: PlanDocument,
  style: Style,
): string {
  const lines = comparison.verdict.map(v => printable(v));
  lines.push('');
  const show = (value: number | undefined, digits: number): string =>
    value === undefined ? '–' : number(value, digits);
  for (const { name, before: was, after: is } of comparison.measures) {
    const [title, digits] = NAMES[name];
    lines.push(`${title.padEnd(20)}  ${show(was, digits).padStart(16)}  ${show(is, digits).padStart(16)}`);
  }
  const changed = comparison.nodes.filter(n => n.change !== 'same' && n.change !== 'figures');
  if (changed.length) lines.push('');
  for (const row of changed) {
    if (row.before !== undefined) lines.push(style.red(`- ${printable(before.nodes[row.before]!.title)}`));
    if (row.after !== undefined) lines.push(style.green(`+ ${printable(after.nodes[row.after]!.title)}`));
  }
  return `${lines.join('\n')}\n`;
}
