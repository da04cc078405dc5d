import type { PlanMetric } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import { METRIC_NAMES } from './heat';

export interface ToolbarActions {
  metric(metric: PlanMetric): void;
  compare(): void;
  save(): void;
  export(): void;
}

/** What can be done with the plan, and what its nodes are coloured by. */
export class PlanToolbar {
  private readonly choice = h('select', { class: 'metric', 'aria-label': 'Colour nodes by' });
  readonly metrics = h('label', { class: 'metrics' }, h('span', { 'aria-hidden': 'true' }, 'Heat'), this.choice);
  private readonly save: ReturnType<typeof button>;
  readonly buttons: HTMLElement;

  constructor(actions: ToolbarActions) {
    this.choice.addEventListener('change', () => actions.metric(this.choice.value as PlanMetric));
    this.save = button({ label: 'Save', icon: icon('pin'), onClick: () => actions.save() });
    this.buttons = h(
      'div',
      { class: 'buttons', role: 'group', 'aria-label': 'Plan' },
      button({ label: 'Compare', icon: icon('detail'), onClick: () => actions.compare() }).element,
      this.save.element,
      button({ label: 'Export', icon: icon('export'), onClick: () => actions.export() }).element,
    );
  }

  setMetrics(metrics: readonly PlanMetric[], chosen: PlanMetric): void {
    this.choice.replaceChildren(...metrics.map(metric => h('option', { value: metric }, METRIC_NAMES[metric])));
    this.choice.value = chosen;
    this.choice.disabled = metrics.length === 0;
  }

  setSaved(saved: boolean): void {
    this.save.setLabel(saved ? 'Saved' : 'Save');
  }
}
