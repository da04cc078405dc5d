import type { StepView, StepViewStatus } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { formatDuration } from '../shared/format';
import { icon } from '../shared/icons';
import { proseNodes } from '../shared/prose';
import { toolbar, type Toolbar } from '../shared/toolbar';
import { button } from '../shared/toolkit';
import { actionBlock } from './action-block';
import type { ChapterActions } from './actions';
import { codeBar } from './code-bar';
import { checkTable } from './check-table';
import { whatFailed } from './what-failed';

const STATUS: Readonly<Record<StepViewStatus, string>> = {
  pending: 'not run yet',
  running: 'running',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
};

/** One step: prose with its results, what can be done with its code, checks. Parts are redrawn only when they changed, so that focus and open blocks stay. */
export class StepCard {
  readonly element: HTMLElement;
  private readonly badge = h('span', { class: 'badge', 'aria-hidden': 'true' });
  private readonly title: HTMLElement;
  private readonly meta = h('span', { class: 'meta' });
  private readonly body = h('div', { class: 'step-body' });
  private readonly code: HTMLElement;
  private readonly checks = h('div', { class: 'checks' });
  /** Results without a place in the prose. */
  private readonly results = h('div', { class: 'results' });
  /** Results below the block of the prose that made them, by its number. */
  private readonly placed = new Map<number, HTMLElement>();
  private readonly run;
  private readonly skip;
  private readonly reset;
  private readonly bar: Toolbar;
  private readonly shown = new Map<HTMLElement, string>();
  private stepId = '';
  private skipped = false;

  constructor(
    private readonly number: number,
    private readonly actions: ChapterActions,
  ) {
    const id = `step-${number}`;
    this.title = h('h2', { id, tabindex: -1 });
    this.run = button({ label: 'Run', icon: icon('play'), onClick: () => actions.runStep(this.stepId) });
    this.skip = button({
      label: 'Skip',
      icon: icon('skip'),
      onClick: () => actions.skipStep(this.stepId, !this.skipped),
    });
    this.reset = button({ label: 'Reset', icon: icon('reset'), onClick: () => actions.resetStep(this.stepId) });
    this.reset.element.title = 'Undoes this step, and before it the steps after it that were run';
    this.bar = toolbar(
      `Step ${number}`,
      [this.run.element, this.skip.element, this.reset.element],
      'step-buttons toolbar',
    );
    this.code = codeBar(number, () => this.stepId, actions);
    this.element = h(
      'section',
      { class: 'step', 'aria-labelledby': id },
      h(
        'div',
        { class: 'step-header' },
        this.badge,
        h('div', { class: 'step-title' }, this.title, this.meta),
        this.bar.element,
      ),
      this.body,
      this.results,
      this.code,
      this.checks,
    );
  }

  get id(): string {
    return this.stepId;
  }

  /** Moves the focus to the heading, and shows it unless told not to. */
  focus({ scroll } = { scroll: true }): void {
    focusOnNews(this.title, { preventScroll: true });
    if (scroll) this.element.scrollIntoView({ block: 'start' });
  }

  update(step: StepView, busy: boolean): void {
    if (this.stepId !== step.id) this.shown.clear();
    this.stepId = step.id;
    this.skipped = step.status === 'skipped';
    this.element.className = `step ${step.status}`;
    this.element.dataset.step = step.id;
    this.title.textContent = step.title;
    const open = step.status === 'pending' && (step.actions.length > 0 || step.note);
    this.meta.textContent = [
      open ? 'open' : STATUS[step.status],
      open || step.durationMs === undefined ? '' : formatDuration(step.durationMs),
      step.note ?? '',
      // at the top, too: the result may be far below
      step.status === 'failed' ? whatFailed(step) : '',
    ]
      .filter(Boolean)
      .join(' · ');
    const name = `step ${this.number}: ${step.title}`;
    const run = step.status === 'done' || step.status === 'failed' ? 'Run again' : 'Run';
    const skip = this.skipped ? 'Take up' : 'Skip';
    this.run.setLabel(run);
    this.skip.setLabel(skip);
    this.run.element.title = run === 'Run' ? '' : 'Undoes this step and the steps after it that were run, then runs it';
    // what is spoken begins with what is seen
    this.run.element.setAttribute('aria-label', `${run} ${name}`);
    this.skip.element.setAttribute('aria-label', `${skip} ${name}`);
    this.reset.element.setAttribute('aria-label', `Reset ${name}`);
    for (const each of [this.run, this.skip, this.reset]) each.setDisabled(busy);
    this.run.element.hidden = step.prose && step.status === 'done';
    this.skip.element.hidden = step.status === 'done' || step.status === 'running';
    this.reset.element.hidden = !step.canReset;
    this.code.hidden = step.code !== true;
    this.bar.refresh();
    this.draw(this.badge, step.status, () => [this.badgeContent(step.status)]);
    this.draw(this.body, step.bodyHtml, () => this.prose(step.bodyHtml));
    this.draw(this.checks, step.checks, () => (step.checks.length > 0 ? [checkTable(step.checks)] : []));
    const drawResults = (area: HTMLElement, block: number | undefined): void => {
      const given = step.actions.flatMap((action, place) =>
        (action.block !== undefined && this.placed.has(action.block) ? action.block : undefined) === block
          ? [{ action, place }]
          : [],
      );
      this.draw(area, given, () =>
        given.map(({ action, place }) =>
          actionBlock(action, this.actions, () => this.actions.openResult(this.stepId, place)),
        ),
      );
    };
    for (const [block, area] of this.placed) drawResults(area, block);
    drawResults(this.results, undefined);
  }

  /** The prose in parts, each with a place for the results of the code it ends with. */
  private prose(html: string): Node[] {
    for (const area of this.placed.values()) this.shown.delete(area);
    this.placed.clear();
    const parts: Node[] = [];
    let part = h('div', { class: 'prose' });
    for (const node of [...proseNodes(html, slug => this.actions.openChapter(slug)).childNodes]) {
      part.append(node);
      const block = blockIn(node);
      if (block === undefined) continue;
      const area = h('div', { class: 'results' });
      this.placed.set(block, area);
      parts.push(part, area);
      part = h('div', { class: 'prose' });
    }
    return part.childNodes.length > 0 ? [...parts, part] : parts;
  }

  private badgeContent(status: StepViewStatus): Node | string {
    if (status === 'done') return icon('check');
    if (status === 'failed') return icon('cross');
    if (status === 'skipped') return icon('skip');
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

/** The number of the last block of code in a node. */
function blockIn(node: Node): number | undefined {
  if (!(node instanceof HTMLElement)) return undefined;
  const last = node.dataset.block ?? [...node.querySelectorAll<HTMLElement>('[data-block]')].at(-1)?.dataset.block;
  return last === undefined ? undefined : Number(last);
}
