import type { NoticeView } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { iconButton } from './icon-button';

/** What the last request came to, where it needs telling. */
export class NoticeBar {
  readonly element = h('div', { class: 'notice', hidden: true });

  constructor(private readonly actions: { dismiss: () => void; open: (runId: string) => void }) {}

  update(notice: NoticeView | undefined): void {
    this.element.hidden = !notice;
    if (!notice) return;
    const { tone, message, nextStep, runId } = notice;
    const key = `${tone} ${runId ?? ''} ${message}`;
    if (this.element.dataset.key === key) return;
    this.element.dataset.key = key;
    this.element.className = `notice ${tone}`;
    // the end of a run is announced already
    if (runId === undefined) this.element.setAttribute('role', tone === 'bad' ? 'alert' : 'status');
    else this.element.removeAttribute('role');
    this.element.replaceChildren(
      h(
        'div',
        {},
        h('p', {}, message),
        nextStep !== undefined && h('p', { class: 'next-step' }, nextStep),
        runId !== undefined && this.opener(runId),
      ),
      iconButton('cross', 'Dismiss', () => {
        this.update(undefined);
        this.actions.dismiss();
      }),
    );
  }

  private opener(runId: string): HTMLElement {
    const open = h('button', { type: 'button', class: 'link' }, 'Open report');
    open.addEventListener('click', () => this.actions.open(runId));
    return open;
  }

  showError(error: unknown): void {
    this.update({ tone: 'bad', message: error instanceof Error ? error.message : String(error) });
  }
}
