import type { ChapterViewState, TargetView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { icon } from '../shared/icons';
import { toolbar, type Toolbar } from '../shared/toolbar';
import { button } from '../shared/toolkit';
import type { ChapterActions } from './actions';

const STATES: Readonly<Record<TargetView['state'], string>> = {
  stopped: 'stopped, starts when a step runs',
  starting: 'starting…',
  running: 'running',
  stopping: 'stopping…',
  failed: 'failed',
};

/** Title, what is done, the target, and Run all. */
export class ChapterHeader {
  readonly element: HTMLElement;
  private readonly eyebrow = h('p', { class: 'eyebrow' });
  private readonly title = h('h1', { tabindex: -1 }, 'Loading…');
  private readonly summary = h('p', { class: 'summary' });
  private readonly bar = h('div', { class: 'meter-fill' });
  private readonly meter = h(
    'div',
    { class: 'meter', role: 'progressbar', 'aria-label': 'Steps done', 'aria-valuemin': 0 },
    this.bar,
  );
  private readonly done = h('span', { class: 'done-text' });
  private readonly target = h('p', { class: 'target' });
  private readonly runAll;
  private readonly next;
  private readonly reset;
  private readonly check;
  private readonly buttons: Toolbar;
  private readonly targetText = h('span', {});
  private readonly tags = h('span', { class: 'tags' });
  private readonly change;
  private readonly policy;
  private readonly start;

  constructor(actions: ChapterActions) {
    this.runAll = button({ label: 'Run all', look: 'primary', icon: icon('play'), onClick: () => actions.runAll() });
    this.next = button({
      label: 'Next',
      icon: icon('right'),
      iconSide: 'end',
      ariaLabel: 'Next open step',
      onClick: () => actions.next(),
    });
    this.check = button({
      label: 'Check',
      icon: icon('check'),
      ariaLabel: 'Check what is done',
      onClick: () => actions.check(),
    });
    this.reset = button({
      label: 'Reset',
      ariaLabel: 'Reset chapter',
      icon: icon('reset'),
      onClick: () => actions.resetChapter(),
    });
    this.change = button({
      label: 'Change',
      ariaLabel: 'Change where chapters run',
      onClick: () => actions.chooseTarget(),
    });
    this.policy = button({
      label: 'IAM policy',
      ariaLabel: 'Show the IAM policy that this chapter needs',
      onClick: () => actions.showPolicy(),
    });
    this.policy.element.hidden = true;
    this.start = button({ label: 'Start local cluster', onClick: () => actions.startCluster() });
    this.start.element.hidden = true;
    this.buttons = toolbar('Chapter', [
      this.runAll.element,
      this.next.element,
      this.check.element,
      this.reset.element,
      this.start.element,
    ]);
    this.target.append(
      h('span', { class: 'dot', 'aria-hidden': 'true' }),
      this.targetText,
      this.tags,
      this.change.element,
      this.policy.element,
    );
    this.element = h(
      'header',
      { class: 'chapter-header' },
      this.eyebrow,
      this.title,
      this.summary,
      this.target,
      h('div', { class: 'header-row' }, this.buttons.element, h('div', { class: 'steps-done' }, this.meter, this.done)),
    );
  }

  update(state: ChapterViewState): void {
    const total = state.steps.length;
    const done = state.steps.filter(step => step.status === 'done').length;
    this.eyebrow.textContent = `Chapter ${state.number}`;
    this.title.textContent = state.title;
    this.summary.textContent = state.summary;
    const failed = state.steps.filter(step => step.status === 'failed').length;
    const open = `${done} of ${total} ${total === 1 ? 'step' : 'steps'} done${failed > 0 ? `, ${failed} failed` : ''}`;
    this.done.textContent = done === total && total > 1 ? `All ${total} steps done` : open;
    this.meter.setAttribute('aria-valuemax', String(total));
    this.meter.setAttribute('aria-valuenow', String(done));
    this.bar.style.width = total === 0 ? '0' : `${(100 * done) / total}%`;
    this.meter.classList.toggle('full', done === total);
    // once all is done, running it again is not what comes next
    this.runAll.setLook(done === total ? 'secondary' : 'primary');
    this.next.setLook(done === total ? 'primary' : 'secondary');
    const { target } = state;
    this.target.querySelector('.dot')?.setAttribute('class', `dot ${target.state}`);
    this.targetText.textContent = `${target.label} · ${target.detail ?? STATES[target.state]}`;
    this.tags.replaceChildren(
      ...[
        target.scale === 'full' ? 'full size' : 'sized for a laptop',
        target.cost,
        state.draft ? 'preview of your text' : undefined,
        state.checking ? 'checking…' : undefined,
      ]
        .filter(tag => tag !== undefined)
        .map(tag => h('span', { class: tag === target.cost ? 'tag cost' : 'tag' }, tag)),
    );
    for (const each of [this.runAll, this.reset, this.check, this.change]) each.setDisabled(state.run !== undefined);
    this.policy.element.hidden = target.kind === 'local';
    this.start.element.hidden = target.state !== 'failed';
    this.buttons.refresh();
  }

  /** Moves the focus to the title, for a chapter that was just opened. */
  focus(): void {
    focusOnNews(this.title);
  }
}
