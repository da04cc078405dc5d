import type { ResultsState } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import { button } from '../shared/toolkit';
import type { ResultsHost } from './results-page';

/** Where the run took place, whether it goes on, and what can be done with it as a whole. */
export class Toolbar {
  private readonly target = h('span', { class: 'target' });
  private readonly spinner = h('span', { class: 'spinner', 'aria-hidden': 'true' });
  private readonly cancel;
  readonly element: HTMLElement;

  constructor(host: ResultsHost) {
    this.cancel = button({
      label: 'Cancel',
      icon: icon('stop'),
      onClick: () => void host.channel.call('cancel', null),
    });
    this.element = h('header', { class: 'toolbar' }, this.target, this.spinner, this.cancel.element);
  }

  draw(state: ResultsState): void {
    this.target.textContent = state.target ? state.target.name + (state.target.readOnly ? ' · read-only' : '') : '';
    this.target.className = `target ${state.target?.environment ?? ''}`;
    this.spinner.hidden = !state.running;
    this.cancel.element.hidden = !state.running;
    this.cancel.setDisabled(state.cancelling);
    this.cancel.setLabel(state.cancelling ? 'Cancelling…' : 'Cancel');
  }
}
