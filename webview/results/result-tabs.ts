import type { StatementView } from '../../src/protocol/results-view';
import { h } from '../shared/dom';
import { focusOnNews } from '../shared/focus';

const SIGNS: Readonly<Record<StatementView['status'], string>> = {
  pending: '·',
  running: '…',
  done: '✓',
  failed: '✗',
  cancelled: '⦸',
  'not-run': '–',
};

/** One tab for each statement of a run; none is drawn for a single one. */
export class ResultTabs {
  readonly element = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Statements' });
  private drawn = '';

  constructor(private readonly choose: (index: number) => void) {
    this.element.addEventListener('keydown', event => this.key(event));
  }

  draw(statements: readonly StatementView[], shown: number | undefined): void {
    this.element.hidden = statements.length < 2;
    const labels = statements.map(each => `${SIGNS[each.status]} ${each.index + 1} ${titleOf(each)}`);
    const drawn = JSON.stringify([labels, shown]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(
      ...statements.map((each, position) => {
        const tab = h(
          'button',
          {
            class: `tab ${each.status}`,
            role: 'tab',
            id: `tab-${each.index}`,
            'aria-selected': String(each.index === shown),
            'aria-controls': `pane-${each.index}`,
            tabindex: each.index === shown ? 0 : -1,
            title: each.sql.slice(0, 500),
          },
          labels[position],
        );
        tab.addEventListener('click', () => this.choose(each.index));
        return tab;
      }),
    );
    const current = this.element.querySelector<HTMLElement>('[aria-selected="true"]');
    if (hadFocus) focusOnNews(current);
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private key(event: KeyboardEvent): void {
    const tabs = [...this.element.querySelectorAll<HTMLElement>('.tab')];
    const at = tabs.findIndex(tab => tab === document.activeElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || !tabs[to]) return;
    event.preventDefault();
    this.choose(to);
    this.element.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }
}

/** A statement on one short line. */
function titleOf(statement: StatementView): string {
  const line = statement.sql
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 28 ? `${line.slice(0, 27)}…` : line;
}
