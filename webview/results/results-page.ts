import type {
  ActivityView,
  ResultsHostSide,
  ResultsState,
  ResultsViewMemory,
  ResultsViewSide,
  StatementView,
} from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { liveRegion } from '../shared/live-region';
import type { Host } from '../shared/rpc';
import { button } from '../shared/toolkit';
import { memoryOf } from './memory';
import { ResultTabs } from './result-tabs';
import { runNews } from './run-news';
import { StatementPane } from './statement-pane';
import { Toolbar } from './toolbar';

export type ResultsHost = Host<ResultsViewSide, ResultsHostSide, ResultsViewMemory>;

/** How often the elapsed time of a running statement is written. */
const TICK_MS = 100;

/** The whole view: a bar on top, a tab for every statement, and the pane of the one that is shown. */
export class ResultsPage {
  readonly element = h('main', { class: 'page' });
  private readonly toolbar: Toolbar;
  private readonly tabs: ResultTabs;
  private readonly holder = h('div', { class: 'pane-holder' });
  private readonly announcer = liveRegion();
  private readonly panes = new Map<number, StatementPane>();
  private state: ResultsState | undefined;
  private shown: StatementPane | undefined;
  /** The statement the user chose; else the view follows the run. */
  private chosen: number | undefined;

  constructor(private readonly host: ResultsHost) {
    const { channel } = host;
    this.toolbar = new Toolbar({
      cancel: () => void channel.call('cancel', null),
      find: () => this.shown?.openFind(),
      filter: () => this.shown?.toggleFilters(),
      detail: () => this.shown?.toggleDetail(),
      copy: (format, headers) => this.shown?.copy(format, headers),
      export: () => this.shown?.export(),
      plan: () => this.shown?.openPlan(),
      pin: pinned => void channel.call('pin', { pinned }),
      runAgain: () => this.runAgain(),
    });
    this.tabs = new ResultTabs(index => {
      this.chosen = index;
      this.draw();
    });
    this.element.append(this.toolbar.element, this.tabs.element, this.holder, this.announcer);
    channel.on('state', state => this.show(state));
    channel.on('menu', request => this.shown?.menu(request));
    channel.on('activity', activity => this.showActivity(activity));
    setInterval(() => this.state?.running && this.shown?.drawStatus(), TICK_MS);
    // the page goes away when its panel is hidden: what the user looks at is kept for its return
    document.addEventListener('visibilitychange', () => this.remember());
    window.addEventListener('pagehide', () => this.remember());
    this.element.addEventListener('focusout', () => this.remember());
  }

  async load(): Promise<void> {
    // what is shown is remembered: an event may show the state before the answer does
    const { place } = this.host.readMemory();
    const state = await this.host.channel.call('load', null);
    if (place?.run === state.run) this.chosen = place.shown;
    this.show(state);
    if (place?.run === state.run && place.row > 0) this.shown?.grid.startAt(place.row);
    this.element.classList.add('loaded');
  }

  private show(state: ResultsState): void {
    if (state.run !== this.state?.run && this.state) {
      this.chosen = undefined;
      for (const pane of this.panes.values()) pane.dispose();
      this.panes.clear();
    }
    const news = runNews(this.state, state);
    if (news) this.announce(news);
    this.state = state;
    this.remember();
    this.draw();
  }

  private draw(): void {
    const { state } = this;
    if (!state) return;
    const view = state.statements[this.chosen ?? followed(state.statements)];
    this.toolbar.draw(state, { hasRows: (view?.columns.length ?? 0) > 0, isPlan: isPlan(view) });
    this.tabs.draw(state.statements, view?.index);
    if (!view) {
      this.shown = undefined;
      this.holder.replaceChildren(...(state.gone ? [this.goneNotice(state)] : []));
      return;
    }
    this.shown = this.pane(view.index);
    if (this.holder.firstElementChild !== this.shown.element) this.holder.replaceChildren(this.shown.element);
    this.shown.draw(view);
  }

  private pane(index: number): StatementPane {
    let pane = this.panes.get(index);
    if (!pane) this.panes.set(index, (pane = new StatementPane(index, this.host, text => this.announce(text))));
    return pane;
  }

  private showActivity(activity: ActivityView | undefined): void {
    for (const [index, pane] of this.panes) pane.drawActivity(activity?.statement === index ? activity : undefined);
  }

  private goneNotice(state: ResultsState): HTMLElement {
    return h(
      'div',
      { class: 'gone' },
      h('p', {}, 'These rows were not kept when the window was closed or reloaded.'),
      state.canRunAgain && button({ label: 'Run Again', look: 'primary', onClick: () => this.runAgain() }).element,
    );
  }

  private runAgain(): void {
    void this.host.channel.call('runAgain', { all: false });
  }

  private announce(text: string): void {
    this.announcer.textContent = text;
  }

  private remember(): void {
    const { state } = this;
    if (!state) return;
    const place = { run: state.run, shown: this.chosen, row: this.shown?.grid.firstRow ?? 0 };
    this.host.writeMemory(memoryOf(state, this.host.readMemory(), place));
  }
}

/** The statement to show while the user has chosen none: the one that failed, that runs, or the last that has begun. */
function followed(statements: readonly StatementView[]): number {
  const failed = statements.findIndex(each => each.status === 'failed');
  if (failed >= 0) return failed;
  const begun = statements.filter(each => each.status !== 'pending' && each.status !== 'not-run');
  const withRows = begun.filter(each => each.columns.length > 0);
  return (begun.at(-1)?.status === 'running' ? begun : withRows).at(-1)?.index ?? begun.at(-1)?.index ?? 0;
}

/** What EXPLAIN answers, whole and in its own order. */
const isPlan = (view: StatementView | undefined): boolean =>
  view?.status === 'done' &&
  view.columns.length === 1 &&
  view.columns[0]?.name === 'QUERY PLAN' &&
  view.arrangement.sorts.length + view.arrangement.filters.length === 0;
