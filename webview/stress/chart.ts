import uPlot from 'uplot';
import { h } from '../shared/dom';
import { onThemeChange, readPalette, type Palette } from './palette';

export interface ChartLine {
  label: string;
  color: keyof Palette;
  /** Lines differ by more than colour. */
  dash?: number[];
  /** Fills down to the next line, or to zero. */
  fill?: 'next' | 'zero';
  /** Not named while it has no value. */
  optional?: boolean;
  /** Steps: the value holds until the next point. */
  stepped?: boolean;
  /** What is not there is a gap; else neighbours are joined over it. */
  gaps?: boolean;
}

export interface ChartOptions {
  title: string;
  lines: ChartLine[];
  /** A value as text, with its unit. */
  format: (value: number) => string;
  /** Short, for the axis. */
  axis: (value: number) => string;
  height: number;
  /** X as text; seconds of the run when left out. */
  formatX?: (value: number) => string;
  /** Names a point under the pointer. At rest the legend then tells no values: those of the last point would stand there without its name. */
  formatPoint?: (x: number) => string;
  /** Logarithmic x, such as percentiles. */
  logX?: boolean;
  /** Lowest and highest y for the data's own; from zero when left out. */
  range?: (min: number, max: number) => [number, number];
  /** Charts with the same key share their cursor. */
  sync?: string;
}

/** Where each column stands. */
export type ChartData = [number[], ...(number | null)[][]];

const HALF_PIXEL = 0.5;

/**
 * A line chart that is drawn in animation frames, and only when it would look different: new data, or an axis that moved by half a pixel. Its
 * last values stand beside it as text; the drawing itself is hidden from screen readers.
 */
export class Chart {
  readonly element: HTMLElement;
  private readonly plotBox = h('div', { class: 'chart-plot', 'aria-hidden': 'true' });
  private readonly values: HTMLElement[];
  private readonly entries: HTMLElement[];
  private plot: uPlot | undefined;
  private data: ChartData;
  private xRange: [number, number] = [0, 10];
  private drawnRange: [number, number] = [0, 0];
  private dirty = false;
  private readonly stopTheme: () => void;
  private readonly resize: ResizeObserver;

  constructor(private readonly options: ChartOptions) {
    this.values = options.lines.map(() => h('span', { class: 'legend-value' }, '–'));
    this.entries = options.lines.map((line, at) =>
      h('li', {}, legendMark(line), h('span', {}, line.label), this.values[at]),
    );
    const legend = h('ul', { class: 'legend' }, ...this.entries);
    this.element = h(
      'figure',
      { class: 'chart' },
      h('figcaption', {}, h('span', { class: 'chart-title' }, options.title), legend),
      this.plotBox,
    );
    this.plotBox.style.height = `${options.height}px`;
    this.data = [[], ...options.lines.map(() => [])];
    this.stopTheme = onThemeChange(() => this.rebuild());
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.plotBox);
  }

  /** Takes columns; they are drawn in the next `draw`. */
  setData(data: ChartData): void {
    this.data = data;
    this.dirty = true;
    for (const [at, line] of data.slice(1).entries()) {
      const last = line.findLast(value => value !== null);
      const entry = this.entries[at];
      const isHidden = this.options.lines[at]?.optional === true && typeof last !== 'number';
      if (entry && entry.hidden !== isHidden) entry.hidden = isHidden;
      this.setValue(at, this.atRest(last));
    }
  }

  setRange(min: number, max: number): void {
    this.xRange = [min, max];
  }

  /** To be called in an animation frame. @returns whether something was drawn. */
  draw(): boolean {
    const { plot } = this;
    if (!plot) return false;
    const [min, max] = this.xRange;
    const perPixel = (max - min) / Math.max(1, plot.bbox.width / devicePixelRatio);
    const moved =
      Math.abs(min - this.drawnRange[0]) > perPixel * HALF_PIXEL ||
      Math.abs(max - this.drawnRange[1]) > perPixel * HALF_PIXEL;
    if (!this.dirty && !moved) return false;
    plot.batch(() => {
      if (this.dirty) plot.setData(this.data, false);
      plot.setScale('x', { min, max });
    });
    this.drawnRange = [min, max];
    this.dirty = false;
    return true;
  }

  dispose(): void {
    this.stopTheme();
    this.resize.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  private atRest(last: number | null | undefined): string {
    if (this.options.formatPoint) return '';
    return typeof last === 'number' ? this.options.format(last) : '–';
  }

  private setValue(at: number, text: string): void {
    const element = this.values[at];
    if (element && element.textContent !== text) element.textContent = text;
  }

  private fit(): void {
    const width = this.plotBox.clientWidth;
    if (width === 0) return;
    if (!this.plot) return this.rebuild();
    if (this.plot.width !== width) {
      this.plot.setSize({ width, height: this.options.height });
      this.dirty = true;
      this.draw();
    }
  }

  private rebuild(): void {
    const width = this.plotBox.clientWidth;
    if (width === 0) return;
    this.plot?.destroy();
    this.plot = new uPlot(this.uplotOptions(width), this.data, this.plotBox);
    this.dirty = true;
    this.draw();
  }

  private uplotOptions(width: number): uPlot.Options {
    const { lines, height, format, axis, formatX, logX, range, sync } = this.options;
    const palette = readPalette();
    const axisBase = { stroke: palette.muted, grid: { stroke: palette.grid, width: 1 }, ticks: { show: false } };
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    return {
      width,
      height,
      legend: { show: false },
      // the last label of a logarithmic axis stands at its very end
      padding: [6, logX ? 26 : 14, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { size: 5 }, ...(sync !== undefined && { sync: { key: sync } }) },
      scales: {
        x: { time: false, ...(logX && { distr: 3, log: 10 }) },
        y: { range: (_, min, max) => yRange(range, min, max) },
      },
      axes: [
        {
          ...axisBase,
          font,
          size: 22,
          gap: 5,
          space: 56,
          ...(formatX
            ? {
                values: (_: uPlot, ticks: (number | null)[]) => ticks.map(tick => (tick === null ? '' : formatX(tick))),
              }
            : { values: (_: uPlot, ticks: number[]) => secondsTexts(ticks), incrs: SECONDS_STEPS }),
        },
        { ...axisBase, font, size: 44, gap: 4, space: 26, values: (_, ticks) => ticks.map(axis) },
      ],
      series: [
        {},
        ...lines.map(line => ({
          label: line.label,
          stroke: palette[line.color],
          width: 1.5,
          points: { show: false },
          spanGaps: line.gaps !== true,
          ...(line.dash && { dash: line.dash }),
          ...(line.fill === 'zero' && { fill: translucent(palette[line.color]) }),
          ...(line.stepped && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
          value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
        })),
      ],
      bands: lines.flatMap((line, at) =>
        line.fill === 'next'
          ? [{ series: [at + 1, at + 2] as [number, number], fill: translucent(palette[line.color]) }]
          : [],
      ),
      hooks: { setCursor: [plot => this.showCursor(plot)] },
    };
  }

  /** Under the pointer the legend tells that point's values, else the last. */
  private showCursor(plot: uPlot): void {
    const at = plot.cursor.idx;
    const { format, formatPoint } = this.options;
    const x = typeof at === 'number' ? this.data[0][at] : undefined;
    const name = x === undefined || !formatPoint ? '' : ` at ${formatPoint(x)}`;
    for (const [index, line] of this.data.slice(1).entries()) {
      const value = typeof at === 'number' ? line[at] : undefined;
      const text = typeof value === 'number' ? `${format(value)}${name}` : '–';
      this.setValue(index, typeof at === 'number' ? text : this.atRest(line.findLast(item => item !== null)));
    }
  }
}

/** Steps of an axis of seconds: whole parts of a minute, and of an hour. */
const SECONDS_STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
];

/** `0 s`, `12 s`; where the axis goes on for two minutes and more `0:00`, `2:30`. */
function secondsTexts(values: readonly number[]): string[] {
  if ((values.at(-1) ?? 0) < 120) return values.map(value => `${Number(value.toFixed(1))} s`);
  return values.map(value => `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, '0')}`);
}

function yRange(range: ChartOptions['range'], min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  if (range) return range(min, max);
  return [0, max <= 0 ? 1 : max * 1.08];
}

/** A resolved colour, `rgb(…)` or `color(srgb …)`, as a fill that lets the grid through. */
const translucent = (color: string): string => {
  const channels = /^(rgba?\(|color\(srgb )([^/)]+)/.exec(color);
  if (!channels) return color;
  const [red, green, blue] = (channels[2] ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(channel => (channels[1] === 'color(srgb ' ? 255 * Number(channel) : Number(channel)));
  return `rgba(${red}, ${green}, ${blue}, 0.16)`;
};

function legendMark({ color, dash }: ChartLine): HTMLElement {
  return h('span', { class: `legend-mark ${color}${dash ? ' dashed' : ''}`, 'aria-hidden': 'true' });
}
