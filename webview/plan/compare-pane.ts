import type {
  PlanComparisonRow,
  PlanComparisonView,
  PlanMetric,
  PlanNodeView,
  PlanView,
} from '../../src/protocol/plan-view';
import { h, type Attributes } from '../shared/dom';
import { button } from '../shared/toolkit';
import { CompareGraphs } from './compare-graphs';

export interface CompareActions {
  select(node: number): void;
  swap(): void;
  end(): void;
}

const CHANGES: Readonly<Record<PlanComparisonRow['change'], string>> = {
  same: 'same',
  figures: 'other figures',
  replaced: 'read in another way',
  added: 'new',
  removed: 'gone',
};
/** Comparisons with more nodes begin with those that differ; no more rows than the last number are drawn. */
const MANY_ROWS = 200;
const MAX_ROWS = 1_000;

/** Two plans: what is told of them, their measures, and their nodes side by side. */
export class ComparePane {
  readonly element = h('div', { class: 'compare' });
  private readonly graphs: CompareGraphs;
  private readonly pairs = h('tbody', { role: 'rowgroup' });
  private readonly more = h('p', { class: 'more muted' });
  private shown: PlanComparisonView | undefined;

  constructor(private readonly actions: CompareActions) {
    this.graphs = new CompareGraphs(node => actions.select(node));
    this.element.addEventListener('click', event => {
      const row = (event.target as Element).closest<HTMLElement>('tr[data-after]');
      if (row) this.actions.select(Number(row.dataset.after));
    });
  }

  show(comparison: PlanComparisonView, after: PlanView): void {
    if (this.shown === comparison) return;
    this.shown = comparison;
    const { before, verdict, better, facts, rows } = comparison;
    this.drawPairs(comparison, after, rows.length > MANY_ROWS);
    this.graphs.show(comparison, after);
    this.element.replaceChildren(
      h(
        'div',
        { class: 'compare-head' },
        h('div', {}, h('b', {}, 'Before: '), nameOf(before)),
        h('div', {}, h('b', {}, 'After: '), nameOf(after)),
        button({ label: 'Swap', ariaLabel: 'Swap before and after', onClick: () => this.actions.swap() }).element,
        button({ label: 'End Comparison', onClick: () => this.actions.end() }).element,
      ),
      h('h2', { class: `verdict ${better}` }, verdict[0] ?? ''),
      h('ul', { class: 'verdicts' }, ...verdict.slice(1).map(sentence => h('li', {}, sentence))),
      h(
        'table',
        { class: 'measures', role: 'table' },
        h('caption', { class: 'visually-hidden' }, 'Measures of the two plans'),
        heads('Measure', 'Before', 'After', 'Change'),
        h(
          'tbody',
          { role: 'rowgroup' },
          ...facts.map(fact =>
            h(
              'tr',
              ROW,
              h('th', { scope: 'row', role: 'rowheader' }, fact.name),
              h('td', { ...cellOf('Before'), class: 'number' }, fact.before),
              h('td', { ...cellOf('After'), class: 'number' }, fact.after),
              h(
                'td',
                {
                  ...cellOf('Change'),
                  class: fact.better === undefined ? '' : fact.better ? 'better' : 'worse',
                },
                sign(fact),
                fact.change,
              ),
            ),
          ),
        ),
      ),
      this.graphs.element,
      h(
        'table',
        { class: 'pairs', role: 'table' },
        h('caption', { class: 'visually-hidden' }, 'Nodes of the two plans, matched'),
        heads('Node before', 'Node after', 'Change', 'Difference'),
        this.pairs,
      ),
      this.more,
    );
  }

  private drawPairs(comparison: PlanComparisonView, after: PlanView, onlyDifferent: boolean): void {
    const { before, rows } = comparison;
    const told = onlyDifferent ? rows.filter(({ change }) => change !== 'same') : rows;
    const drawn = told.slice(0, MAX_ROWS);
    this.pairs.replaceChildren(...drawn.map(row => pairRow(row, before, after)));
    this.more.replaceChildren();
    if (drawn.length === rows.length) return;
    this.more.append(
      `${drawn.length} of ${rows.length} nodes are shown${onlyDifferent ? ', those that differ' : ''}. `,
    );
    if (!onlyDifferent) return;
    const all = button({ label: 'Show All', onClick: () => this.drawPairs(comparison, after, false) });
    this.more.append(all.element);
  }

  setMetric(metric: PlanMetric): void {
    this.graphs.setMetric(metric);
  }

  mark(node: number): void {
    this.graphs.mark(node);
    for (const row of this.element.querySelectorAll<HTMLElement>('tr[data-after]'))
      row.classList.toggle('selected', Number(row.dataset.after) === node);
  }
}

const nameOf = ({ source }: PlanView): string => [source.name, source.connection].filter(part => part).join(' · ');

const sign = ({ better }: { better?: boolean }): string => (better === undefined ? '' : better ? '▼ ' : '▲ ');

/** Drawn as blocks in a narrow panel, it stays a table for who hears it. */
const ROW = { role: 'row' };
const cellOf = (column: string): Attributes => ({ role: 'cell', 'data-column': column });

function heads(...names: string[]): HTMLElement {
  return h('thead', {}, h('tr', {}, ...names.map(name => h('th', { scope: 'col' }, name))));
}

function pairRow(row: PlanComparisonRow, before: PlanView, after: PlanView): HTMLElement {
  const cell = (column: string, node: PlanNodeView | undefined): HTMLElement => {
    const element = h(
      'td',
      { ...cellOf(column), class: node ? `pair ${node.layer}` : 'pair none' },
      node ? `${node.title} ${node.object ?? ''}` : '–',
    );
    element.style.setProperty('--depth', String(Math.min(row.level - 1, 16)));
    return element;
  };
  return h(
    'tr',
    { ...ROW, class: row.change, 'data-after': row.after },
    cell('Node before', row.before === undefined ? undefined : before.nodes[row.before]),
    cell('Node after', row.after === undefined ? undefined : after.nodes[row.after]),
    h('td', cellOf('Change'), h('span', { class: 'change' }, CHANGES[row.change])),
    h(
      'td',
      { role: 'cell', class: 'differences' },
      ...row.differences.map(({ name, change, better }) =>
        h('span', { class: better === undefined ? '' : better ? 'better' : 'worse' }, `${name} ${change}`),
      ),
    ),
  );
}
