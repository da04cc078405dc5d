import type {
  ResultsHostSide,
  ResultsState,
  ResultsViewMemory,
  ResultsViewSide,
  StatementView,
} from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import type { Host } from '../shared/rpc';
import { ResultTabs } from './result-tabs';
import { StatementPane } from './statement-pane';
import { Toolbar } from './toolbar';

export type ResultsHost = Host<ResultsViewSide, ResultsHostSide, ResultsViewMemory>;

/** The whole view: a bar on top, a tab for every statement, and the pane of the one that is shown. */
export class ResultsPage {
  readonly element = h('main', { class: 'page' });
  private readonly toolbar: Toolbar;
  private readonly tabs: ResultTabs;
  private readonly holder = h('div', { class: 'pane-holder' });
  private readonly panes = new Map<number, StatementPane>();
  private state: ResultsState | undefined;
  /** The statement the user chose; else the view follows the run. */
  private chosen: number | undefined;

  constructor(private readonly host: ResultsHost) {
    this.toolbar = new Toolbar(host);
    this.tabs = new ResultTabs(index => {
      this.chosen = index;
      this.draw();
    });
    this.element.append(this.toolbar.element, this.tabs.element, this.holder);
    host.channel.on('state', state => this.show(state));
  }

  async load(): Promise<void> {
    this.show(await this.host.channel.call('load', null));
    this.element.classList.add('loaded');
  }

  private show(state: ResultsState): void {
    if (state.run !== this.state?.run) {
      this.chosen = undefined;
      for (const pane of this.panes.values()) pane.dispose();
      this.panes.clear();
    }
    this.state = state;
    this.draw();
  }

  private draw(): void {
    const { state } = this;
    if (!state) return;
    this.toolbar.draw(state);
    const shown = state.statements[this.chosen ?? followed(state.statements)];
    this.tabs.draw(state.statements, shown?.index);
    if (!shown) {
      this.holder.replaceChildren();
      return;
    }
    let pane = this.panes.get(shown.index);
    if (!pane) this.panes.set(shown.index, (pane = new StatementPane(shown.index, this.host)));
    if (this.holder.firstElementChild !== pane.element) this.holder.replaceChildren(pane.element);
    pane.draw(shown);
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
