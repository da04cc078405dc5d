import type { PlanView } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';

/** Lines drawn at once; a longer text is drawn around what is in sight. */
const LINE_HEIGHT = 18;
const SPARE_LINES = 30;

/** The plan as the server wrote it, with the lines of the selected node marked. A click on a line selects its node. */
export class RawText {
  private readonly lines = h('div', { class: 'raw-lines' });
  readonly element = h(
    'div',
    { class: 'raw', tabindex: 0, role: 'region', 'aria-label': 'Plan text; lines of the selected node are marked' },
    this.lines,
  );
  private texts: string[] = [];
  private plan: PlanView | undefined;
  private unread: ReadonlySet<number> = new Set();
  private selected = -1;

  constructor(private readonly select: (node: number) => void) {
    this.element.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.element);
    this.lines.addEventListener('click', event => {
      const line = (event.target as Element).closest<HTMLElement>('[data-line]');
      const node = this.plan?.lineNodes[Number(line?.dataset.line)] ?? -1;
      if (node >= 0 && document.getSelection()?.isCollapsed !== false) this.select(node);
    });
  }

  show(plan: PlanView): void {
    if (plan === this.plan) return;
    this.plan = plan;
    this.texts = plan.text.split('\n');
    this.unread = new Set(plan.unread.map(({ line }) => line - 1));
    const widest = this.texts.reduce((most, text) => Math.max(most, text.length), 0);
    this.lines.style.height = `${this.texts.length * LINE_HEIGHT}px`;
    this.lines.style.minWidth = `${widest + 8}ch`;
    this.draw();
  }

  mark(node: number): void {
    this.selected = node;
    const line = this.plan?.lineNodes.indexOf(node) ?? -1;
    const { scrollTop, clientHeight } = this.element;
    const top = line * LINE_HEIGHT;
    if (line >= 0 && clientHeight > 0 && (top < scrollTop || top + LINE_HEIGHT * 3 > scrollTop + clientHeight))
      this.element.scrollTop = Math.max(0, top - clientHeight / 3);
    this.draw();
  }

  draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / LINE_HEIGHT) - SPARE_LINES);
    const last = Math.min(this.texts.length, first + Math.ceil(clientHeight / LINE_HEIGHT) + 2 * SPARE_LINES);
    this.lines.replaceChildren(
      ...this.texts.slice(first, last).map((text, i) => {
        const line = first + i;
        const marked = this.plan?.lineNodes[line] === this.selected && this.selected >= 0;
        const unread = this.unread.has(line);
        const element = h(
          'div',
          { class: `raw-line${marked ? ' marked' : ''}${unread ? ' unread' : ''}`, 'data-line': line },
          h('span', { class: 'raw-number', 'aria-hidden': 'true' }, String(line + 1)),
          h(marked ? 'mark' : 'span', {}, text || ' '),
        );
        if (unread) element.title = 'This line was not understood.';
        element.style.top = `${line * LINE_HEIGHT}px`;
        return element;
      }),
    );
  }
}
