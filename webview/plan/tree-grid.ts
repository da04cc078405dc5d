import type { PlanMetric, PlanView } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { METRIC_NAMES } from './heat';
import { COLUMNS, ROW_HEIGHT, treeRow } from './tree-row';
import { TreeRows } from './tree-rows';

/** Rows drawn beyond what is in sight. */
const SPARE_ROWS = 12;
const TYPE_AHEAD_MS = 700;

/** The plan as a table of its tree: an ARIA treegrid, of which only the rows in sight are in the page. */
export class TreeGrid {
  private readonly body = h('div', { class: 'rows', role: 'rowgroup' });
  private readonly grid = h(
    'div',
    { class: 'grid', role: 'treegrid', tabindex: 0, 'aria-label': 'Plan nodes', 'aria-colcount': COLUMNS.length + 1 },
    h(
      'div',
      { class: 'heads', role: 'rowgroup' },
      h(
        'div',
        { class: 'row head', role: 'row', 'aria-rowindex': 1 },
        h('div', { class: 'cell node', role: 'columnheader' }, 'Node'),
        ...COLUMNS.map(({ id, name, title }) =>
          h('div', { class: `cell col-${id}`, role: 'columnheader', title }, name),
        ),
      ),
    ),
    this.body,
  );
  readonly element = h('div', { class: 'tree' }, this.grid);
  private rows: TreeRows | undefined;
  private plan: PlanView | undefined;
  private metric: PlanMetric = 'time';
  private selected = 0;
  private hits: ReadonlySet<number> = new Set();
  private typed = '';
  private typedAt = 0;

  constructor(private readonly actions: { select(node: number): void; open(node: number): void }) {
    this.grid.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.grid);
    this.grid.addEventListener('keydown', event => this.key(event));
    this.body.addEventListener('click', event => this.click(event));
    this.body.addEventListener('dblclick', () => this.actions.open(this.selected));
  }

  show(plan: PlanView): void {
    if (this.plan !== plan) this.rows = new TreeRows(plan);
    this.plan = plan;
    this.draw();
  }

  setMetric(metric: PlanMetric): void {
    this.metric = metric;
    this.element.classList.toggle('by-time', metric === 'time');
    const head = this.grid.querySelector('.head .col-heat');
    if (head) head.textContent = METRIC_NAMES[metric];
    this.draw();
  }

  setHits(hits: ReadonlySet<number>): void {
    this.hits = hits;
    this.draw();
  }

  select(node: number): void {
    this.selected = node;
    this.rows?.reveal(node);
    this.bringIntoSight();
    this.draw();
  }

  focus(): void {
    this.grid.focus();
  }

  private bringIntoSight(): void {
    const place = this.rows?.placeOf(this.selected);
    if (place === undefined || this.grid.clientHeight === 0) return;
    const top = place * ROW_HEIGHT;
    const height = this.grid.clientHeight - ROW_HEIGHT;
    if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top + ROW_HEIGHT > this.grid.scrollTop + height) this.grid.scrollTop = top + ROW_HEIGHT - height;
  }

  /** Draws the rows in sight; the selected one is always there, since the focus is on it. */
  draw(): void {
    const { plan, rows } = this;
    if (!plan || !rows) return;
    const { visible } = rows;
    this.body.style.height = `${visible.length * ROW_HEIGHT}px`;
    this.grid.setAttribute('aria-rowcount', String(visible.length + 1));
    const first = Math.max(0, Math.floor(this.grid.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(visible.length, first + Math.ceil(this.grid.clientHeight / ROW_HEIGHT) + 2 * SPARE_ROWS);
    const places = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
    const own = rows.placeOf(this.selected);
    if (own !== undefined && (own < first || own >= last)) places.push(own);
    this.body.replaceChildren(
      ...places.flatMap(index => {
        const node = plan.nodes[visible[index] ?? -1];
        if (!node) return [];
        const { metric } = this;
        const selected = node.id === this.selected;
        return [treeRow(node, { index, open: rows.isOpen(node.id), selected, found: this.hits.has(node.id), metric })];
      }),
    );
    if (own === undefined) this.grid.removeAttribute('aria-activedescendant');
    else this.grid.setAttribute('aria-activedescendant', `row-${this.selected}`);
  }

  private click(event: MouseEvent): void {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>('[data-node]');
    if (!row) return;
    const node = Number(row.dataset.node);
    this.actions.select(node);
    if (target.closest('.twisty')) this.setOpen(node, this.rows?.isOpen(node) === false);
  }

  private setOpen(node: number, open: boolean): void {
    this.rows?.setOpen(node, open);
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const { rows, plan } = this;
    const node = plan?.nodes[this.selected];
    if (!rows || !node || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = rows.placeOf(node.id) ?? 0;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW_HEIGHT) - 2);
    const go = (index: number): void => {
      const to = rows.visible[Math.min(Math.max(index, 0), rows.visible.length - 1)];
      if (to !== undefined) this.actions.select(to);
    };
    const open = rows.isOpen(node.id);
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(place + 1),
      ArrowUp: () => go(place - 1),
      PageDown: () => go(place + page),
      PageUp: () => go(place - page),
      Home: () => go(0),
      End: () => go(rows.visible.length - 1),
      ArrowRight: () => (open === false ? this.setOpen(node.id, true) : open && go(place + 1)),
      ArrowLeft: () =>
        open ? this.setOpen(node.id, false) : node.parent !== undefined && this.actions.select(node.parent),
      '*': () => {
        rows.openSiblings(node.id);
        this.draw();
      },
      Enter: () => this.actions.open(node.id),
    };
    const move = moves[event.key];
    if (move) move();
    else if (event.key.length === 1 && event.key !== ' ') this.typeAhead(event.key, place);
    else return;
    event.preventDefault();
  }

  private typeAhead(key: string, place: number): void {
    const now = Date.now();
    this.typed = now - this.typedAt < TYPE_AHEAD_MS ? this.typed + key.toLowerCase() : key.toLowerCase();
    this.typedAt = now;
    const { visible } = this.rows!;
    const from = this.typed.length === 1 ? place + 1 : place;
    for (let i = 0; i < visible.length; i++) {
      const node = this.plan?.nodes[visible[(from + i) % visible.length]!];
      if (!node?.title.toLowerCase().startsWith(this.typed)) continue;
      this.actions.select(node.id);
      return;
    }
  }
}
