import type { PlanTab } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';

const NAMES: Readonly<Record<PlanTab, string>> = { graph: 'Graph', table: 'Table', text: 'Text', compare: 'Compare' };

/** The views of the plan as an ARIA tab list: arrows, Home and End move. */
export class Tabs {
  readonly element = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Views of the plan' });
  private shown: PlanTab[] = [];
  private tab: PlanTab = 'graph';

  constructor(private readonly choose: (tab: PlanTab) => void) {
    this.element.addEventListener('keydown', event => {
      const at = this.shown.indexOf(this.tab);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.shown.length - 1 }[event.key];
      const tab = to === undefined ? undefined : this.shown[(to + this.shown.length) % this.shown.length];
      if (!tab) return;
      event.preventDefault();
      this.go(tab);
      document.getElementById(`tab-${tab}`)?.focus();
    });
  }

  show(comparison: boolean, tab: PlanTab): void {
    this.shown = comparison ? ['graph', 'table', 'text', 'compare'] : ['graph', 'table', 'text'];
    this.tab = tab;
    this.draw();
  }

  private go(tab: PlanTab): void {
    this.tab = tab;
    this.draw();
    this.choose(tab);
  }

  private draw(): void {
    const focused = this.element.contains(document.activeElement);
    this.element.replaceChildren(
      ...this.shown.map(tab => {
        const selected = tab === this.tab;
        const element = h(
          'button',
          {
            id: `tab-${tab}`,
            type: 'button',
            class: 'tab',
            role: 'tab',
            'aria-selected': String(selected),
            'aria-controls': 'plan-pane',
            tabindex: selected ? 0 : -1,
          },
          NAMES[tab],
        );
        element.addEventListener('click', () => this.go(tab));
        return element;
      }),
    );
    if (focused) focusOnNews(document.getElementById(`tab-${this.tab}`));
  }
}
