import type { FindAnswer, FindQuery } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { formatCount } from '../shared/format';
import { icon } from '../shared/icons';
import { toolButton } from './tool-button';

/** How long after the last key the search begins. */
const PAUSE_MS = 150;

export interface FindBarEvents {
  /** `step`: to the next one; else the first from where the user is. */
  find(query: FindQuery, step: 'next' | 'previous' | 'here'): void;
  close(): void;
}

/** The field to search in all rows, with the count of the cells found and the steps to the next and the previous one. */
export class FindBar {
  private readonly field = h('input', {
    class: 'find-field',
    type: 'text',
    spellcheck: 'false',
    placeholder: 'Find in all rows',
    'aria-label': 'Find in all rows',
  });
  private readonly matchCase = toolButton({ label: 'Aa', hint: 'Match case', onClick: () => this.toggleCase() });
  private readonly count = h('span', { class: 'find-count', role: 'status', 'aria-live': 'polite' });
  readonly element: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly events: FindBarEvents) {
    this.matchCase.setAttribute('aria-pressed', 'false');
    const step = (to: 'next' | 'previous') => () => this.search(to);
    this.element = h(
      'div',
      { class: 'find-bar', role: 'search', hidden: true },
      this.field,
      this.matchCase,
      this.count,
      toolButton({ icon: icon('left'), hint: 'Previous match (Shift+Enter)', onClick: step('previous') }),
      toolButton({ icon: icon('right'), hint: 'Next match (Enter)', onClick: step('next') }),
      toolButton({ icon: icon('cross'), hint: 'Close (Escape)', onClick: () => events.close() }),
    );
    this.field.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search('here'), PAUSE_MS);
    });
    this.field.addEventListener('keydown', event => {
      if (event.key === 'Enter') this.search(event.shiftKey ? 'previous' : 'next');
      else if (event.key === 'Escape') events.close();
      else return;
      event.preventDefault();
    });
  }

  get query(): FindQuery | undefined {
    const text = this.field.value;
    if (this.element.hidden || text === '') return undefined;
    return { text, matchCase: this.matchCase.getAttribute('aria-pressed') === 'true' };
  }

  open(): void {
    this.element.hidden = false;
    this.field.focus();
    this.field.select();
  }

  hide(): void {
    this.element.hidden = true;
    clearTimeout(this.timer);
  }

  show(answer: FindAnswer | undefined): void {
    if (!answer) this.count.textContent = '';
    else if (!answer.hit) this.count.textContent = 'No match';
    else
      this.count.textContent = `${formatCount(answer.hit.ordinal)} of ${formatCount(answer.count)}${answer.more ? '+' : ''}`;
  }

  private toggleCase(): void {
    const pressed = this.matchCase.getAttribute('aria-pressed') === 'true';
    this.matchCase.setAttribute('aria-pressed', String(!pressed));
    this.search('here');
  }

  private search(step: 'next' | 'previous' | 'here'): void {
    clearTimeout(this.timer);
    const { query } = this;
    if (query) this.events.find(query, step);
    else this.show(undefined);
  }
}
