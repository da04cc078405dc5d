import type { PlanView } from '../../src/protocol/plan-view';

/** Which rows of the table are there: the nodes in plan order without those below a closed one. */
export class TreeRows {
  private readonly closed = new Set<number>();
  private rows: number[] = [];
  private readonly places = new Map<number, number>();

  constructor(private readonly plan: PlanView) {
    this.rebuild();
  }

  get visible(): readonly number[] {
    return this.rows;
  }

  /** The place of a node among the rows; undefined below a closed one. */
  placeOf(node: number): number | undefined {
    return this.places.get(node);
  }

  /** Undefined for a leaf. */
  isOpen(node: number): boolean | undefined {
    return (this.plan.nodes[node]?.children.length ?? 0) > 0 ? !this.closed.has(node) : undefined;
  }

  setOpen(node: number, open: boolean): void {
    if (open) this.closed.delete(node);
    else this.closed.add(node);
    this.rebuild();
  }

  /** Opens everything above a node. */
  reveal(node: number): void {
    let opened = false;
    for (let above = this.plan.nodes[node]?.parent; above !== undefined; above = this.plan.nodes[above]?.parent)
      opened = this.closed.delete(above) || opened;
    if (opened) this.rebuild();
  }

  openSiblings(node: number): void {
    const parent = this.plan.nodes[node]?.parent;
    const among = parent === undefined ? this.plan.roots : (this.plan.nodes[parent]?.children ?? []);
    for (const id of among) this.closed.delete(id);
    this.rebuild();
  }

  private rebuild(): void {
    this.rows = [];
    this.places.clear();
    const stack = [...this.plan.roots].reverse();
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      this.places.set(id, this.rows.length);
      this.rows.push(id);
      const children = this.closed.has(id) ? [] : (this.plan.nodes[id]?.children ?? []);
      for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
    }
  }
}
