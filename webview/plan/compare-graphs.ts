import type { PlanComparisonRow, PlanComparisonView, PlanMetric, PlanView } from '../../src/protocol/plan-view';
import { h } from '../shared/dom';
import { Graph } from './graph';
import type { NodeNote } from './graph-node';

const CHANGES: Readonly<Record<PlanComparisonRow['change'], string>> = {
  same: '',
  figures: '',
  replaced: 'read in another way',
  added: 'new',
  removed: 'gone',
};

/** Where there is little room. */
const SHORT: Partial<Record<PlanComparisonRow['change'], string>> = { replaced: 'replaced' };

/** Both plans as graphs, in step: a node that is selected in one is selected in the other, and stays at the same place when one is moved. */
export class CompareGraphs {
  private readonly before: Graph;
  private readonly after: Graph;
  readonly element: HTMLElement;
  /** The nodes' likes in the other plan. */
  private toAfter = new Map<number, number>();
  private toBefore = new Map<number, number>();
  /** The pair that stays in step. */
  private anchor: { before: number; after: number } = { before: 0, after: 0 };

  constructor(select: (after: number) => void) {
    const open = (): void => undefined;
    this.before = new Graph(
      {
        select: node => {
          const after = this.toAfter.get(node);
          this.before.select(node);
          if (after !== undefined) select(after);
        },
        open,
        moved: () => this.after.follow(this.anchor.after, this.before.lookAt(this.anchor.before)),
      },
      { id: 'before', label: 'Plan before' },
    );
    this.after = new Graph(
      { select, open, moved: () => this.before.follow(this.anchor.before, this.after.lookAt(this.anchor.after)) },
      { id: 'after', label: 'Plan after' },
    );
    const side = (title: string, graph: Graph): HTMLElement =>
      h('figure', { class: 'compare-side' }, h('figcaption', {}, title), graph.element);
    this.element = h('div', { class: 'compare-graphs' }, side('Before', this.before), side('After', this.after));
  }

  show({ before, rows }: PlanComparisonView, after: PlanView): void {
    const pairs = rows.flatMap(row => (row.before === undefined || row.after === undefined ? [] : [row]));
    this.toAfter = new Map(pairs.map(row => [row.before!, row.after!]));
    this.toBefore = new Map(pairs.map(row => [row.after!, row.before!]));
    this.anchor = { before: pairs[0]?.before ?? before.roots[0] ?? 0, after: pairs[0]?.after ?? after.roots[0] ?? 0 };
    this.before.show(before);
    this.after.show(after);
    this.before.setNotes(notesOf(rows, 'before'));
    this.after.setNotes(notesOf(rows, 'after'));
  }

  setMetric(metric: PlanMetric): void {
    this.before.setMetric(metric);
    this.after.setMetric(metric);
  }

  /** Selects the node of the plan after, and its like. */
  mark(after: number): void {
    const before = this.toBefore.get(after);
    if (before !== undefined) this.anchor = { before, after };
    this.after.select(after);
    if (before === undefined) return;
    this.before.mark(before);
    this.before.follow(before, this.after.lookAt(after));
  }
}

function notesOf(rows: readonly PlanComparisonRow[], side: 'before' | 'after'): Map<number, NodeNote> {
  const notes = new Map<number, NodeNote>();
  for (const row of rows) {
    const node = row[side];
    if (node === undefined) continue;
    const { change, differences } = row;
    const told = differences.map(({ name, change: by }) => `${name} ${by}`);
    const word = CHANGES[change];
    // what changed is written where it came to be
    const first = side === 'after' ? differences[0] : undefined;
    const text = first ? `${first.change}${/\d$/.test(first.change) ? ` ${first.name}` : ''}` : (SHORT[change] ?? word);
    notes.set(node, { change, text, spoken: [word, ...(side === 'after' ? told : [])].filter(Boolean).join(', ') });
  }
  return notes;
}
