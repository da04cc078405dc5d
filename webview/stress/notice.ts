import type { NoticeView } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { iconButton } from './icon-button';

/** What the last request came to, where it needs telling. */
export class NoticeBar {
  readonly element = h('div', { class: 'notice', hidden: true });

  constructor(private readonly dismiss: () => void) {}

  update(notice: NoticeView | undefined): void {
    this.element.hidden = !notice;
    if (!notice) return;
    const { tone, message, nextStep } = notice;
    const key = `${tone} ${message}`;
    if (this.element.dataset.key === key) return;
    this.element.dataset.key = key;
    this.element.className = `notice ${tone}`;
    this.element.setAttribute('role', tone === 'bad' ? 'alert' : 'status');
    this.element.replaceChildren(
      h('div', {}, h('p', {}, message), nextStep !== undefined && h('p', { class: 'next-step' }, nextStep)),
      iconButton('cross', 'Dismiss', () => {
        this.update(undefined);
        this.dismiss();
      }),
    );
  }

  showError(error: unknown): void {
    this.update({ tone: 'bad', message: error instanceof Error ? error.message : String(error) });
  }
}
