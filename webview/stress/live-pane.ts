import type { LiveRun, RunFigures, SeriesColumns, SeriesName, SeriesUpdate } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import { countTable, FigureList, mainFigures, thresholdTable, verdict } from './figures';
import { RunCharts } from './run-charts';

const LEAST_SECONDS = 5;
/** The axis runs on between two ticks, but not further than this. */
const MOST_AHEAD_MS = 400;
/** Tables below the charts are drawn anew at most so often; figures and charts with every tick. */
const TABLES_INTERVAL_MS = 500;

/** The run under way: figures, charts, conditions, health. Drawn in animation frames: what came with a tick once, the axis of time with each. */
export class LivePane {
  readonly element: HTMLElement;
  private readonly title = h('h2', {});
  private readonly text = h('p', { class: 'phase' });
  private readonly fill = h('div', { class: 'meter-fill' });
  private readonly meter = h('div', { class: 'meter', role: 'progressbar', 'aria-label': 'Progress' }, this.fill);
  private readonly figures = new FigureList('Figures of the run');
  private readonly below = h('div', { class: 'below' });
  private readonly stop;
  private charts: RunCharts | undefined;
  private columns: SeriesColumns | undefined;
  private epoch = -1;
  private shownId: string | undefined;
  private live: LiveRun | undefined;
  private receivedAt = 0;
  private tablesAt = -Infinity;
  private shownTables = '';
  /** What came last is not drawn yet. */
  private isNew = false;
  private frame = 0;

  constructor(private readonly actions: { stop: () => void; reload: () => void }) {
    this.stop = button({ label: 'Stop', icon: icon('stop'), onClick: () => this.actions.stop() });
    this.element = h(
      'section',
      { class: 'live', hidden: true, 'aria-label': 'Run under way' },
      h('div', { class: 'live-head' }, this.title, this.stop.element),
      this.text,
      this.meter,
      this.figures.element,
      this.below,
    );
  }

  update(live: LiveRun | undefined, series: SeriesUpdate | undefined): void {
    this.live = live;
    this.element.hidden = live === undefined;
    if (!live) return this.end();
    if (live.id !== this.shownId) this.begin(live.id);
    this.receivedAt = performance.now();
    this.isNew = true;
    if (series && !this.take(series)) this.actions.reload();
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** What was drawn so far of the run under way. */
  get points(): SeriesColumns | undefined {
    return this.columns;
  }

  focus(): void {
    focusOnNews(this.stop.element);
  }

  private begin(id: string): void {
    this.end();
    this.shownId = id;
    this.tablesAt = -Infinity;
    this.shownTables = '';
    this.below.replaceChildren();
    if (id === '') return;
    this.charts = new RunCharts(96, 'live');
    this.figures.element.after(this.charts.element);
  }

  private end(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.charts?.element.remove();
    this.charts?.dispose();
    this.charts = undefined;
    this.columns = undefined;
    this.epoch = -1;
    this.shownId = undefined;
  }

  /** @returns false when points are missing between what is here and what came. */
  private take({ epoch, from, columns }: SeriesUpdate): boolean {
    if (from === 0) {
      this.columns = columns;
      this.epoch = epoch;
    } else {
      const own = this.columns;
      if (!own || epoch !== this.epoch || own.atMs.length !== from) return false;
      if (columns.atMs.length === 0) return true;
      for (const name of Object.keys(columns) as SeriesName[]) (own[name] as (number | null)[]).push(...columns[name]);
    }
    if (this.columns) this.charts?.setData(this.columns);
    return true;
  }

  private draw(): void {
    this.frame = 0;
    const { live, charts } = this;
    if (!live) return;
    if (this.isNew) this.drawNews(live);
    if (!charts || live.phase !== 'running' || !live.figures) return;
    const ahead = Math.min(MOST_AHEAD_MS, performance.now() - this.receivedAt);
    charts.setRange(0, Math.max(LEAST_SECONDS, (live.figures.elapsedMs + ahead) / 1_000));
    charts.draw();
    if (ahead < MOST_AHEAD_MS) this.frame = requestAnimationFrame(() => this.draw());
  }

  private drawNews(live: LiveRun): void {
    this.isNew = false;
    this.drawHead(live);
    this.figures.element.hidden = live.figures === undefined;
    if (!live.figures) return;
    this.figures.update(mainFigures(live.figures));
    this.drawTables(live.figures);
  }

  private drawHead(live: LiveRun): void {
    const { ordinal } = live;
    setText(this.title, live.name);
    const place = ordinal ? `Run ${ordinal.number} of ${ordinal.of}. ` : '';
    const origin = live.origin === 'chapter' ? 'of a chapter, ' : '';
    setText(this.text, `${place}${phaseText(live)} (${origin}${live.targetName})`);
    this.stop.setDisabled(live.stopping);
    this.meter.classList.toggle('indeterminate', live.fraction === undefined);
    if (live.fraction === undefined) this.meter.removeAttribute('aria-valuenow');
    else {
      const percent = (100 * live.fraction).toFixed(1);
      const whole = String(Math.round(Number(percent)));
      if (this.meter.getAttribute('aria-valuenow') !== whole) this.meter.setAttribute('aria-valuenow', whole);
      this.fill.style.width = `${percent}%`;
    }
  }

  private drawTables(figures: RunFigures): void {
    const now = performance.now();
    if (now - this.tablesAt < TABLES_INTERVAL_MS) return;
    this.tablesAt = now;
    const { outage, balance, generator, thresholds, errors, hotKeys } = figures;
    const shown = JSON.stringify([outage, balance, generator, thresholds, errors, hotKeys]);
    if (shown === this.shownTables) return;
    this.shownTables = shown;
    const parts = [
      outage && verdict(outage),
      balance && verdict(balance, 'Sum of balances '),
      generator && verdict(generator),
      thresholdTable(thresholds),
      countTable('Failed calls by class', errors),
      countTable('Hot keys: conflicts', hotKeys.slice(0, 5)),
    ];
    this.below.replaceChildren(...parts.filter(part => part !== undefined));
  }
}

function phaseText({ phase, text, stopping, figures }: LiveRun): string {
  if (stopping) return 'Stopping…';
  if (phase === 'preparing') return text || 'Preparing…';
  if (phase === 'finishing') return 'Counting the money…';
  // the clock starts when all workers have their connections
  if (!figures || figures.elapsedMs <= 0) return 'Connecting…';
  return text ? `Running: ${text}` : 'Running';
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
