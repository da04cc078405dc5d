import type { SessionsViewState } from '../../src/protocol/sessions-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';
import { icon } from '../shared/icons';
import { toolbar, type Toolbar } from '../shared/toolbar';
import { button } from '../shared/toolkit';
import type { SessionsActions } from './actions';

/** The script's orders to choose from, and what can be done with the chosen one. */
export class OrderBar {
  private readonly orders = h('div', { class: 'orders', role: 'radiogroup', 'aria-label': 'Order of the lines' });
  private readonly play;
  private readonly next;
  private readonly back;
  private readonly reset;
  private readonly cancel;
  private readonly buttons: Toolbar;
  readonly element: HTMLElement;
  private drawn = '';

  constructor(private readonly actions: SessionsActions) {
    this.play = button({
      label: 'Play This Order',
      icon: icon('play'),
      look: 'primary',
      onClick: () => actions.play(),
    });
    this.next = button({ label: 'Next Line', icon: icon('right'), onClick: () => actions.runNext() });
    this.back = button({ label: 'Step Back', icon: icon('left'), onClick: () => actions.stepBack() });
    this.reset = button({ label: 'Reset', icon: icon('reset'), onClick: () => actions.reset() });
    this.cancel = button({ label: 'Cancel', icon: icon('stop'), onClick: () => actions.cancel() });
    const buttons = [this.play, this.next, this.back, this.reset, this.cancel].map(({ element }) => element);
    this.buttons = toolbar('Play', buttons, 'actions');
    this.element = h('div', { class: 'order-bar' }, this.orders, this.buttons.element);
  }

  update(state: SessionsViewState): void {
    const { orders, order, phase, timeline, columns } = state;
    const key = JSON.stringify([orders, order]);
    if (key !== this.drawn) this.draw(state);
    this.drawn = key;
    const busy = phase === 'running' || phase === 'starting';
    const none = columns.length === 0;
    this.play.setLabel(
      phase === 'finished'
        ? 'Play Again'
        : timeline.rows.length > 0 && state.nextStep
          ? 'Play the Rest'
          : 'Play This Order',
    );
    this.play.setDisabled(none);
    this.next.setDisabled(busy || none);
    this.back.setDisabled(busy || timeline.rows.length === 0);
    this.reset.setDisabled(busy || phase === 'ready');
    // the one that comes is there before the other goes, and may take its focus
    const [shown, gone] = busy ? [this.cancel, this.play] : [this.play, this.cancel];
    shown.element.hidden = false;
    gone.element.hidden = true;
    this.buttons.refresh();
  }

  /** Native radio buttons: the arrow keys choose. The one that has the focus keeps it. */
  private draw({ orders, order }: SessionsViewState): void {
    const focused = this.orders.contains(document.activeElement);
    this.orders.replaceChildren(
      ...orders.map(({ name, steps }) => {
        const input = h('input', { type: 'radio', name: 'order', checked: name === order });
        input.addEventListener('change', () => this.actions.chooseOrder(name));
        return h(
          'label',
          { class: name === order ? 'order chosen' : 'order', title: steps },
          input,
          h('span', {}, name),
        );
      }),
    );
    if (focused) focusOnNews(this.orders.querySelector<HTMLInputElement>('input:checked'));
  }
}
