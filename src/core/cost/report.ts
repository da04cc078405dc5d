import type { CostReport, CostSection } from '../../protocol/cost-view';
import { dpuText, shareText, usdText } from './texts';
import { billedTransactionDpu, totalDpu, type Dpu } from './dpu';
import { DPU_METRICS, freshestMs, monthStartMs, sumOf, type DpuMetric, type MeteredUsage } from './metered';
import { FREE_TIER, priceOf, type RegionPrice } from './prices';
import { projectMonth } from './projection';
import {
  DELAY_NOTE,
  estimateRun,
  LOCAL_NOTE,
  WHY_ESTIMATES_DIFFER,
  type MeasuredStatement,
  type RunWork,
} from './run-estimate';

const HOUR_MS = 3_600_000;
const NAMES: Readonly<Record<DpuMetric, string>> = {
  ComputeDPU: 'Compute',
  ReadDPU: 'Read',
  WriteDPU: 'Write',
  MultiRegionWriteDPU: 'Multi-Region Write',
  TotalDPU: 'Total',
};

const number = (value: number, digits = 2): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
/** A minute's name in UTC: `2026-11-21 08:15 UTC`. */
const minute = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What the cluster was metered: this month and the last hour, and where the month ends up. */
export function meteredSections(
  usage: MeteredUsage,
  region: string,
  nowMs: number,
  table?: readonly RegionPrice[],
): CostSection[] {
  const month = projectMonth(usage, region, nowMs, table);
  const fromMs = monthStartMs(nowMs);
  const newest = freshestMs(usage);
  const rows = DPU_METRICS.flatMap(metric => {
    const points = usage.dpu[metric];
    if (points.length === 0 && metric === 'MultiRegionWriteDPU') return [];
    const dpu = sumOf(points, fromMs, nowMs);
    const hour = sumOf(points, nowMs - HOUR_MS, nowMs);
    return [[NAMES[metric], number(hour), number(dpu), usdText(priceOf(dpu, region, table).usd)]];
  });
  const price = `$${month.price.usdPerMillionDpu} per million DPU and $${month.price.usdPerGbMonth} per GB-month, ${month.price.source}, seen ${month.price.asOf}`;
  return [
    {
      title: 'Metered by CloudWatch',
      head: ['DPU', 'Last hour', 'This month', 'Without free tier'],
      rows,
      notes: [
        newest === undefined
          ? 'CloudWatch has no figures for this cluster yet.'
          : `Newest figures: the ${Math.round(usage.periodMs / 60_000)} minutes from ${minute(newest)}.`,
        DELAY_NOTE,
      ],
    },
    {
      title: 'Month',
      head: ['', 'So far', `At its end`],
      rows: [
        ['DPU', number(month.soFarDpu, 0), number(month.projectedDpu, 0)],
        ['DPU beyond the free tier', usdText(month.soFarDpuUsd), usdText(month.projectedDpuUsd)],
        [
          'Storage',
          month.storageGb === undefined ? 'not measured yet' : `${number(month.storageGb)} GB`,
          usdText(month.storageUsd),
        ],
        ['Together', '', usdText(month.projectedUsd)],
      ],
      notes: [
        `Goes on as in ${month.basis}: ${number(month.dpuPerDay, 0)} DPU a day.`,
        `Free each month for the whole account: ${number(FREE_TIER.dpuPerMonth, 0)} DPU and ${FREE_TIER.storageGb} GB; this cluster alone leaves ${number(month.freeDpuLeft, 0)} DPU.`,
        month.priceConfirmed ? `${price}.` : `The price of ${region} is not known; taken: ${price}.`,
      ],
    },
  ];
}

/** What transactions like the measured one come to. */
export function estimateSection(
  statements: readonly MeasuredStatement[],
  work: RunWork,
  region: string,
  options: { local: boolean; table?: readonly RegionPrice[] | undefined; title?: string },
): CostSection {
  const { perTransaction, totalDpu: sum, price } = estimateRun(statements, work, region, options.table);
  const row = (name: string, dpu: Dpu): string[] => [
    name,
    dpuText(dpu.compute),
    dpuText(dpu.read),
    dpuText(dpu.write + (dpu.multiRegionWrite ?? 0)),
    dpuText(totalDpu(dpu)),
  ];
  const plain = statements.reduce((total, { dpu }) => total + totalDpu(dpu), 0);
  const alone = statements.reduce((total, { dpu }) => total + totalDpu(billedTransactionDpu([dpu])), 0);
  const one = totalDpu(perTransaction);
  const count = `${number(work.committed, 0)} committed${work.lost > 0 ? `, ${number(work.lost, 0)} lost attempts` : ''}`;
  return {
    title: options.title ?? 'Estimated from statements',
    head: ['DPU', 'Compute', 'Read', 'Write', 'Total'],
    rows: [
      ...statements.map(({ name, dpu }) => row(name, dpu)),
      row('One transaction, minimums applied', perTransaction),
    ],
    notes: [
      ...(options.local ? [LOCAL_NOTE] : []),
      `${count}: ${number(sum, sum < 10 ? 4 : 1)} DPU, ${usdText(price.usd)} (${price.price.region}, free tier not taken off).`,
      ...(one > 0 ? [`${shareText((one - plain) / one)} of a transaction is minimums.`] : []),
      ...(alone > one * 1.01
        ? [`Each statement as a transaction of its own would cost ${number(alone / one, 1)} times as much.`]
        : []),
    ],
  };
}

/** Estimate and metered side by side, for the same time. */
export function comparisonSection(estimatedDpu: number, meteredDpu: number, what: string): CostSection {
  const factor = estimatedDpu > 0 ? meteredDpu / estimatedDpu : undefined;
  return {
    title: 'Estimate and metered, side by side',
    head: [what, 'DPU'],
    rows: [
      ['Estimated from statements', number(estimatedDpu, 4)],
      ['Metered by CloudWatch', number(meteredDpu, 4)],
      ['Metered ÷ estimated', factor === undefined ? 'unknown' : number(factor, 2)],
    ],
    notes: [...WHY_ESTIMATES_DIFFER],
  };
}

/** The prices that are known, with their dates. */
export function pricesReport(table: readonly RegionPrice[]): CostReport {
  return {
    title: 'Prices of Aurora DSQL by Region',
    notes: [
      'AWS publishes prices by Region and changes them: each stands with the day and the place it was seen. Other Regions are reckoned with those of us-east-1.',
    ],
    sections: [
      {
        title: 'Prices',
        head: ['Region', '$ per million DPU', '$ per GB-month', 'Seen', 'Source'],
        rows: table.map(p => [p.region, String(p.usdPerMillionDpu), String(p.usdPerGbMonth), p.asOf, p.source]),
        notes: [],
      },
    ],
  };
}

/** The report as text for a clipboard. */
export function reportText({ title, notes, sections }: CostReport): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `# ${title}`,
    '',
    ...notes,
    ...sections.flatMap(section => [
      '',
      `## ${section.title}`,
      '',
      line(section.head),
      line(section.head.map((_, at) => (at === 0 ? '---' : '---:'))),
      ...section.rows.map(line),
      '',
      ...section.notes.map(note => `- ${note}`),
    ]),
    '',
  ].join('\n');
}
