import type { StepView, StepViewStatus } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { formatDuration } from '../shared/format';
import { icon } from '../shared/icons';
import { proseNodes } from '../shared/prose';
import { button } from '../shared/toolkit';
import { actionBlock } from './action-block';
import type { ChapterActions } from './actions';
import { checkTable } from './check-table';

const STATUS: Readonly<Record<StepViewStatus, string>> = {
  pending: 'not run yet',
  running: 'running',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
};

/** One step: prose, Run and Reset, checks, results. Parts are redrawn only when they changed, so that focus and open blocks stay. */
export class StepCard {
  readonly element: HTMLElement;
  private readonly badge = h('span', { class: 'badge', 'aria-hidden': 'true' });
  private readonly title: HTMLElement;
  private readonly meta = h('span', { class: 'meta' });
  private readonly body = h('div', { class: 'prose' });
  private readonly checks = h('div', { class: 'checks' });
  private readonly results = h('div', { class: 'results' });
  private readonly run;
  private readonly reset;
  private readonly shown = new Map<HTMLElement, string>();
  private stepId = '';

  constructor(
    private readonly number: number,
    private readonly actions: ChapterActions,
  ) {
    const id = `step-${number}`;
    this.title = h('h2', { id });
    this.run = button({ label: 'Run', icon: icon('play'), onClick: () => actions.runStep(this.stepId) });
    this.reset = button({ label: 'Reset', icon: icon('reset'), onClick: () => actions.resetStep(this.stepId) });
    this.element = h(
      'section',
      { class: 'step', 'aria-labelledby': id },
      h(
        'div',
        { class: 'step-header' },
        this.badge,
        h('div', { class: 'step-title' }, this.title, this.meta),
        h('div', { class: 'step-buttons' }, this.run.element, this.reset.element),
      ),
      this.body,
      this.checks,
      this.results,
    );
  }

  update(step: StepView, busy: boolean): void {
    this.stepId = step.id;
    this.element.className = `step ${step.status}`;
    this.element.dataset.step = step.id;
    this.title.textContent = step.title;
    this.meta.textContent =
      step.durationMs === undefined
        ? STATUS[step.status]
        : `${STATUS[step.status]} · ${formatDuration(step.durationMs)}`;
    this.run.setLabel(step.status === 'done' || step.status === 'failed' ? 'Run again' : 'Run');
    this.run.element.setAttribute('aria-label', `Run step ${this.number}: ${step.title}`);
    this.reset.element.setAttribute('aria-label', `Reset step ${this.number}: ${step.title}`);
    this.run.setDisabled(busy);
    this.reset.setDisabled(busy);
    this.reset.element.hidden = !step.canReset || step.status === 'pending';
    this.draw(this.badge, step.status, () => [this.badgeContent(step.status)]);
    this.draw(this.body, step.bodyHtml, () => [proseNodes(step.bodyHtml)]);
    this.draw(this.checks, step.checks, () => (step.checks.length > 0 ? [checkTable(step.checks)] : []));
    this.draw(this.results, step.actions, () => step.actions.map(action => actionBlock(action, this.actions)));
  }

  private badgeContent(status: StepViewStatus): Node | string {
    if (status === 'done') return icon('check');
    if (status === 'failed') return icon('cross');
    if (status === 'running') return h('span', { class: 'spinner' });
    return String(this.number);
  }

  private draw(area: HTMLElement, model: unknown, make: () => (Node | string)[]): void {
    const key = JSON.stringify(model);
    if (this.shown.get(area) === key) return;
    this.shown.set(area, key);
    area.replaceChildren(...make());
  }
}
