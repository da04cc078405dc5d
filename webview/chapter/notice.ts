import type { NoticeView } from '../../src/protocol/chapter-view';
import { h } from '../shared/dom';

/** Why something could not be done, with the next step. */
export class Notice {
  readonly element = h('div', { class: 'notice', role: 'alert', hidden: true });

  update(notice: NoticeView | undefined): void {
    this.element.hidden = notice === undefined;
    this.element.className = `notice ${notice?.severity ?? ''}`;
    this.element.replaceChildren(
      ...(notice
        ? [h('strong', {}, notice.message), ...(notice.nextStep ? [h('span', {}, notice.nextStep)] : [])]
        : []),
    );
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
