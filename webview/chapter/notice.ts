import type { NoticeView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';

/** Why something could not be done, with the next step; in sight wherever the page is scrolled to, until it is dismissed. */
export class Notice {
  readonly element = h('div', { class: 'notice', role: 'alert', hidden: true });
  private dismissed: string | undefined;
  /** What had the focus when it came. */
  private asked: Element | null = null;

  update(notice: NoticeView | undefined): void {
    const key = JSON.stringify(notice);
    if (key === this.dismissed) return;
    this.dismissed = undefined;
    this.element.hidden = notice === undefined;
    this.element.className = `notice ${notice?.severity ?? ''}`;
    if (!notice) return this.element.replaceChildren();
    this.asked = document.activeElement;
    const dismiss = h('button', { class: 'dismiss', type: 'button', 'aria-label': 'Dismiss' }, icon('cross'));
    dismiss.addEventListener('click', () => {
      this.dismissed = key;
      this.element.hidden = true;
      if (this.asked instanceof HTMLElement) this.asked.focus({ preventScroll: true });
    });
    const words = h('div', { class: 'notice-words' }, h('strong', {}, notice.message));
    if (notice.nextStep) words.append(h('span', {}, notice.nextStep));
    this.element.replaceChildren(words, dismiss);
  }

  showError(error: unknown): void {
    const { message, nextStep } = error as { message?: unknown; nextStep?: unknown };
    this.update({
      severity: 'error',
      message: typeof message === 'string' ? message : String(error),
      ...(typeof nextStep === 'string' && { nextStep }),
    });
  }
}
