import type { PlanDpuView, PlanSource, PlanView } from '../../protocol/plan-view';
import type { PlanDocument } from '../plan/contract';
import { msText, rowsText } from './texts';
import { dpuText, shareText, usdText } from '../cost/texts';

/** Facts of the whole statement, in the order they are shown. */
export function factsOf({ totals, footer }: PlanDocument, source: PlanSource): PlanView['facts'] {
  const facts: PlanView['facts'] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) facts.push({ name, value });
  };
  const some = (value: number | undefined, text: (value: number) => string): string | undefined =>
    value === undefined ? undefined : text(value);
  add('Connection', source.connection);
  add('Execution Time', some(totals.executionMs, msText));
  add('Planning Time', some(totals.planningMs, msText));
  add('Rows returned', some(totals.rowsReturned, rowsText));
  add('Rows read in storage', some(totals.rowsRead, rowsText));
  add('Rows sent by storage', some(totals.rowsSent, rowsText));
  add('Look-ups in tables', totals.lookups ? rowsText(totals.lookups) : undefined);
  add('Query Identifier', footer.queryIdentifier);
  add('Settings', footer.settings);
  for (const { name, value } of footer.other) add(name, value);
  return facts;
}

/** The DPU block with its price. */
export function dpuView({ cost, totals }: PlanDocument, source: PlanSource): PlanDpuView | undefined {
  if (!cost) return undefined;
  const whose = source.local
    ? 'Estimated by the local cluster.'
    : "The server's estimate; the bill adds session overhead.";
  const stand = cost.priceConfirmed ? '' : `; ${source.region ?? ''} is not in the price table`;
  const total = totals.dpu ?? cost.estimatedDpu;
  return {
    parts: [
      ...cost.parts.map(({ name, estimatedDpu, transactionMinimum: minimum, minimumUsed }) => ({
        name,
        dpu: dpuText(estimatedDpu),
        ...(minimum !== undefined && {
          share: `${shareText(minimumUsed ?? 0)} of a transaction's minimum of ${dpuText(minimum)}`,
        }),
      })),
      { name: 'Total', dpu: dpuText(total) },
      ...(cost.billedDpu > cost.estimatedDpu
        ? [
            {
              name: 'As a transaction',
              dpu: dpuText(cost.billedDpu),
              share: `${shareText(cost.minimumShare)} of it only fills minimums`,
            },
          ]
        : []),
    ],
    price: `${usdText(cost.usdPerMillionRuns)} per million transactions like this`,
    note: `${whose} $${cost.usdPerMillionDpu} per million DPU in ${cost.region}, seen ${cost.priceAsOf}${stand}.`,
  };
}

/** One sentence about the plan. */
export function summaryOf({ nodes, analysed, totals, findings }: PlanDocument): string {
  if (nodes.length === 0) return 'No plan was found in this text.';
  const parts: string[] = [];
  if (!analysed) parts.push('Planned, not executed');
  if (totals.executionMs !== undefined) parts.push(msText(totals.executionMs));
  if (totals.rowsReturned !== undefined) parts.push(plural(totals.rowsReturned, 'row'));
  if (totals.rowsRead) parts.push(`${rowsText(totals.rowsRead)} read in storage`);
  if (totals.dpu !== undefined) parts.push(`${dpuText(totals.dpu)} DPU`);
  parts.push(findings.length === 0 ? 'no findings' : plural(findings.length, 'finding'));
  return parts.join(' · ');
}

const plural = (count: number, noun: string): string => `${rowsText(count)} ${noun}${count === 1 ? '' : 's'}`;
