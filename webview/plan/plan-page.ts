import {
  PLAN_METRICS,
  type PlanHostSide,
  type PlanMetric,
  type PlanTab,
  type PlanView,
  type PlanViewMemory,
  type PlanViewSide,
  type PlanViewState,
} from '../../src/protocol/plan-view';
import { counted } from '../../src/base/number-text';
import { h } from '../shared/dom';
import { liveRegion } from '../shared/live-region';
import type { Host } from '../shared/rpc';
import { ComparePane } from './compare-pane';
import { FindBox } from './find-box';
import { Graph } from './graph';
import { METRIC_NAMES, spokenName } from './heat';
import { PlanToolbar } from './plan-toolbar';
import { RawText } from './raw-text';
import { link, SidePanel } from './side-panel';
import { Tabs } from './tabs';
import { TreeGrid } from './tree-grid';

type PlanHost = Host<PlanViewSide, PlanHostSide, PlanViewMemory>;

/** The whole viewer: graph, table and text of one plan with one selection, and what is known beside them. */
export class PlanPage {
  private readonly select = (node: number): void => this.setSelected(node, true);
  private readonly open = (): void => this.side.element.querySelector<HTMLElement>('button')?.focus();
  private readonly graph = new Graph({ select: this.select, open: this.open });
  private readonly grid = new TreeGrid({ select: this.select, open: this.open });
  private readonly text = new RawText(this.select);
  private readonly compare: ComparePane;
  private readonly side: SidePanel;
  private readonly find = new FindBox({
    found: hits => {
      const set = new Set(hits);
      this.graph.setHits(set);
      this.grid.setHits(set);
    },
    go: this.select,
    leave: () => this.focusPane(),
  });
  private readonly tabs = new Tabs(tab => this.showTab(tab));
  private readonly heading = h('h1', {});
  private readonly summary = h('p', { class: 'summary' });
  private readonly announcer = liveRegion();
  private readonly toolbar: PlanToolbar;
  private readonly pane = h('div', { class: 'pane' });
  readonly element: HTMLElement;
  private state: PlanViewState | undefined;
  private tab: PlanTab = 'graph';
  private selected = 0;
  metric: PlanMetric = 'time';

  constructor(private readonly host: PlanHost) {
    const { channel } = host;
    this.side = new SidePanel({
      select: this.select,
      copy: text => void channel.call('copy', { text }),
      openSql: text => void channel.call('openSql', { text }),
      tryIndex: sql => void channel.call('tryIndex', { sql }),
      countRows: () => void channel.call('countRows', {}),
    });
    this.compare = new ComparePane({
      select: this.select,
      swap: () => void channel.call('swapCompare', {}),
      end: () => void channel.call('endCompare', {}),
    });
    this.toolbar = new PlanToolbar({
      metric: metric => this.setMetric(metric),
      compare: () => void channel.call('compare', {}),
      save: () => void channel.call('save', {}),
      export: () => void channel.call('export', { metric: this.metric }),
    });
    this.element = h(
      'main',
      { class: 'page' },
      h('header', {}, this.heading, this.summary),
      h('div', { class: 'bar' }, this.tabs.element, this.toolbar.metrics, this.find.element, this.toolbar.buttons),
      h('div', { class: 'body' }, this.pane, this.side.element),
      this.announcer,
    );
    channel.on('state', state => this.show(state));
    document.addEventListener('keydown', event => {
      if (event.key !== 'f' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      event.preventDefault();
      this.find.focus();
    });
  }

  get plan(): PlanView {
    if (!this.state) throw new Error('no plan is shown yet');
    return this.state.plan;
  }

  /** Its end, how much was found, leads there: in a narrow panel that stands far below the graph. */
  private showSummary({ summary, findings }: PlanView): void {
    if (this.summary.textContent === summary) return;
    const found = counted(findings.length, 'finding');
    if (findings.length === 0 || !summary.endsWith(found)) this.summary.textContent = summary;
    else
      this.summary.replaceChildren(
        summary.slice(0, -found.length),
        link(found, () => this.side.showFindings()),
      );
  }

  async load(): Promise<void> {
    // before the first state, which may come as an event before the answer
    const { place } = this.host.readMemory();
    if (place) {
      this.tab = place.tab === 'compare' ? 'graph' : place.tab;
      this.metric = place.metric;
      this.selected = place.selected;
    }
    this.show(await this.host.channel.call('load', {}));
    this.element.classList.add('loaded');
  }

  private show(state: PlanViewState): void {
    const before = this.state;
    this.state = state;
    const { plan, comparison } = state;
    if (before?.plan.source.text !== plan.source.text) {
      const has = (metric: PlanMetric): boolean => plan.nodes.some(node => node.heat[metric]);
      const metrics = PLAN_METRICS.filter(has);
      if (!has(this.metric)) this.metric = metrics[0] ?? 'time';
      this.toolbar.setMetrics(metrics, this.metric);
      if (before || !plan.nodes[this.selected]) this.selected = plan.roots[0] ?? 0;
    }
    this.heading.textContent = plan.source.name;
    this.showSummary(plan);
    this.toolbar.setSaved(state.saved);
    if (comparison && !before?.comparison) this.tab = 'compare';
    if (!comparison && this.tab === 'compare') this.tab = 'graph';
    this.graph.mark(this.selected);
    this.graph.show(plan);
    this.grid.show(plan);
    this.text.show(plan);
    this.side.show(plan, state.countable);
    this.find.setNodes(plan.nodes);
    if (comparison) this.compare.show(comparison, plan);
    this.setMetric(this.metric);
    this.tabs.show(comparison !== undefined, this.tab);
    this.showTab(this.tab);
    this.setSelected(this.selected, false);
  }

  private showTab(tab: PlanTab): void {
    this.tab = tab;
    const panes = { graph: this.graph, table: this.grid, text: this.text, compare: this.compare };
    const { element } = panes[tab];
    this.pane.setAttribute('role', 'tabpanel');
    this.pane.id = 'plan-pane';
    this.pane.setAttribute('aria-labelledby', `tab-${tab}`);
    if (this.pane.firstElementChild !== element) this.pane.replaceChildren(element);
    if (this.state) this.setSelected(this.selected, false);
  }

  private focusPane(): void {
    if (this.tab === 'graph') this.graph.focus();
    else if (this.tab === 'table') this.grid.focus();
    else if (this.tab === 'text') this.text.element.focus();
  }

  private setMetric(metric: PlanMetric): void {
    this.metric = metric;
    this.graph.setMetric(metric);
    this.grid.setMetric(metric);
    this.compare.setMetric(metric);
    this.remember();
  }

  /** One selection for all panes. */
  private setSelected(node: number, announce: boolean): void {
    this.selected = node;
    if (announce) this.graph.select(node);
    else this.graph.mark(node);
    this.grid.select(node);
    this.text.mark(node);
    this.compare.mark(node);
    this.side.select(node);
    const view = this.state?.plan.nodes[node];
    // the graph and the table say it themselves, through their active descendant
    const itself = document.activeElement?.matches('[role=tree], [role=treegrid]');
    if (announce && view && !itself)
      this.announcer.textContent = `${METRIC_NAMES[this.metric]}: ${spokenName(view, this.metric)}`;
    this.remember();
  }

  private remember(): void {
    if (!this.state) return;
    const { tab, metric, selected } = this;
    this.host.writeMemory({ source: this.state.plan.source, place: { tab, metric, selected } });
  }
}
