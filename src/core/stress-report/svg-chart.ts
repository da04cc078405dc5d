import { escapeMarkup } from '../../base/markup';

/** A line of a chart; `y` absent where there is no figure. */
export interface ChartLine {
  name: string;
  /** A CSS class of the report's style sheet. */
  tone: 'a' | 'b' | 'c' | 'd';
  points: { x: number; y: number | undefined }[];
}

/** What a chart shows. */
export interface Chart {
  title: string;
  /** Unit of y, written at its axis. */
  unit: string;
  lines: ChartLine[];
  /** Text of a value of x. */
  xLabel?: (x: number) => string;
}

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 64;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
/** Points drawn per line: more than pixels say nothing. */
const MAX_DRAWN = 720;

/** A line chart as inline SVG, with a title for readers who do not see it. Empty when there is nothing to draw. */
export function svgChart({ title, unit, lines: given, xLabel = x => `${round(x)} s` }: Chart): string {
  const lines = given.filter(({ points }) => points.length > 0);
  const all = lines.flatMap(({ points }) => points.filter(({ y }) => y !== undefined)) as { x: number; y: number }[];
  if (all.length < 2) return '';
  const extent = (values: number[]): [number, number] =>
    values.reduce<[number, number]>(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
  const [x0, x1] = extent(all.map(({ x }) => x));
  // one moment makes no line
  if (x0 === x1) return '';
  const [low, high] = extent(all.map(({ y }) => y));
  const bottom = low < 0 ? -niceCeiling(-low) : 0;
  const top = high > 0 || low === 0 ? niceCeiling(high) : 0;
  const px = (x: number): number => LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT);
  const py = (y: number): number => HEIGHT - BOTTOM - ((y - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(share => {
    const value = bottom + (top - bottom) * share;
    const y = py(value).toFixed(1);
    const label = `<text class="axis" x="${LEFT - 8}" y="${y}" text-anchor="end" dy="0.32em">${short(value)}</text>`;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>${label}`;
  });
  const times = [x0, (x0 + x1) / 2, x1].map(
    (x, i) =>
      `<text class="axis" x="${px(x).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="${['start', 'middle', 'end'][i]}">${escapeMarkup(xLabel(x))}</text>`,
  );
  const paths = lines.map(
    line =>
      `<path class="line ${line.tone}" d="${pathOf(line.points, px, py)}"><title>${escapeMarkup(line.name)}</title></path>`,
  );
  const legend = lines
    .map(({ name, tone }) => `<span><i class="key ${tone}"></i>${escapeMarkup(name)}</span>`)
    .join(' ');
  return (
    `<figure><figcaption>${escapeMarkup(title)} <small>${escapeMarkup(unit)}</small> <span class="legend">${legend}</span></figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">${grid.join('')}${times.join('')}${paths.join('')}</svg></figure>`
  );
}

function pathOf(points: ChartLine['points'], px: (x: number) => number, py: (y: number) => number): string {
  let pen = false;
  let path = '';
  for (const { x, y } of thinned(points)) {
    if (y !== undefined) path += `${pen ? 'L' : 'M'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`;
    pen = y !== undefined;
  }
  return path;
}

/** The highest point of each group of neighbours, so that no peak is lost. */
function thinned(points: ChartLine['points']): ChartLine['points'] {
  const group = Math.ceil(points.length / MAX_DRAWN);
  if (group <= 1) return points;
  const kept: ChartLine['points'] = [];
  for (let i = 0; i < points.length; i += group)
    kept.push(points.slice(i, i + group).reduce((best, point) => ((point.y ?? -1) > (best.y ?? -1) ? point : best)));
  return kept;
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find(step => step * power >= value) ?? 10) * power;
}

const round = (value: number): number => Number(value.toFixed(value < 10 ? 1 : 0));
const short = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 });
