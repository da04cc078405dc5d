import type { StatementView } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { formatCount } from '../shared/format';

/** Says that the row limit has cut the result, and offers the rest where the statement may be run again. */
export class LimitBar {
  private readonly text = h('span');
  private readonly link = h('button', { class: 'link', type: 'button' }, 'Fetch all rows');
  readonly element = h('p', { class: 'limit', hidden: true }, this.text, this.link);

  constructor(fetchAll: () => void) {
    this.link.addEventListener('click', fetchAll);
  }

  draw(view: StatementView): void {
    this.element.hidden = !view.limited;
    this.link.hidden = !view.canFetchAll;
    this.text.textContent = `Limited to the first ${formatCount(view.rowsFetched)} rows. `;
    this.link.title = 'Runs the statement again without the row limit';
  }
}
