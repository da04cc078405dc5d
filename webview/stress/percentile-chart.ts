import { formatDuration } from '../shared/format';
import { Chart, type ChartData } from './chart';
import type { Palette } from './palette';
import { shortDuration } from './run-charts';

/** A cumulative distribution to be drawn. */
export interface Distribution {
  label: string;
  /** [percentile, milliseconds], ascending. */
  points: readonly [number, number][];
}

const COLORS: readonly (keyof Palette)[] = ['blue', 'orange', 'purple', 'good', 'bad', 'warn'];
const DASHES: readonly (number[] | undefined)[] = [undefined, [6, 3], [2, 2], [8, 3, 2, 3], [3, 5], [10, 4]];

/** Line colours and dashes of several runs. */
export const lineLook = (at: number) => {
  const dash = DASHES[at % DASHES.length];
  return { color: COLORS[at % COLORS.length] ?? 'blue', ...(dash && { dash }) };
};

/** Latency by percentile, as HDR plotters draw it: x is 1 / (1 - percentile), logarithmic, so that each nine takes the same room. */
export function percentileChart(distributions: readonly Distribution[], height: number): Chart | undefined {
  // a run keeps its look where another one has nothing to show
  const shown = distributions
    .map((distribution, at) => ({ ...distribution, look: lineLook(at) }))
    .filter(({ points }) => points.length > 1);
  if (shown.length === 0) return undefined;
  const chart = new Chart({
    title: 'Latency by percentile',
    lines: shown.map(({ label, look }) => ({ label, ...look })),
    format: formatDuration,
    axis: shortDuration,
    formatX: value => percentText(value),
    formatPoint: pointName,
    logX: true,
    height,
  });
  const tails = shown.map(({ points }) => points.filter(([percentile]) => percentile < 100));
  const xs = [...new Set(tails.flat().map(([percentile]) => tailOf(percentile)))].sort((a, b) => a - b);
  const columns = tails.map(points => {
    const values = new Map(points.map(([percentile, ms]) => [tailOf(percentile), ms]));
    return xs.map(x => values.get(x) ?? null);
  });
  chart.setData([xs, ...columns] as ChartData);
  chart.setRange(1, Math.max(10, xs.at(-1) ?? 10));
  return chart;
}

const tailOf = (percentile: number): number => 100 / (100 - percentile);

/** `p99.2`: as many digits as tell it from its neighbours. */
const pointName = (tail: number): string => `p${Number((100 - 100 / tail).toFixed(Math.ceil(Math.log10(tail))))}`;

/** `90 %` of 10, `99.9 %` of 1000. */
function percentText(tail: number): string {
  const nines = Math.log10(tail);
  if (Math.abs(nines - Math.round(nines)) > 0.01) return '';
  const percent = 100 - 100 / tail;
  return `${Number(percent.toFixed(Math.max(0, Math.round(nines) - 2)))} %`;
}
