import type { PlanNodeView } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { findNodes } from './find';

/** A field that finds nodes: Enter goes to the next one, Shift+Enter to the one before, Escape leaves. */
export class FindBox {
  private readonly input = h('input', {
    type: 'search',
    class: 'find-input',
    placeholder: 'Find a node',
    'aria-label': 'Find a node by type, table, index or condition',
    spellcheck: 'false',
  });
  private readonly count = h('span', { class: 'find-count', role: 'status' });
  readonly element = h('div', { class: 'find', role: 'search' }, this.input, this.count);
  private nodes: readonly PlanNodeView[] = [];
  private hits: number[] = [];
  private at = -1;

  constructor(
    private readonly actions: { found(hits: readonly number[]): void; go(node: number): void; leave(): void },
  ) {
    this.input.addEventListener('input', () => this.search(true));
    this.input.addEventListener('keydown', event => {
      if (event.key === 'Enter' && this.hits.length > 0) this.step(event.shiftKey ? -1 : 1);
      else if (event.key === 'Escape') {
        this.input.value = '';
        this.search(false);
        this.actions.leave();
      } else return;
      event.preventDefault();
    });
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  setNodes(nodes: readonly PlanNodeView[]): void {
    this.nodes = nodes;
    this.search(false);
  }

  private search(go: boolean): void {
    this.hits = findNodes(this.nodes, this.input.value);
    this.at = -1;
    this.actions.found(this.hits);
    if (go && this.hits.length > 0) this.step(1);
    else this.write();
  }

  private step(by: number): void {
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    const node = this.hits[this.at];
    if (node !== undefined) this.actions.go(node);
    this.write();
  }

  private write(): void {
    const searching = this.input.value.trim() !== '';
    this.count.textContent = !searching
      ? ''
      : this.hits.length === 0
        ? 'none'
        : `${this.at + 1} of ${this.hits.length}`;
  }
}
