const MIN_COLUMN_WIDTH = 40;
const MAX_COLUMN_WIDTH = 1_200;

/** Widths of columns and where they begin, in pixels. */
export class ColumnLayout {
  private readonly widths: number[];
  private readonly lefts: number[] = [];

  constructor(widths: readonly number[]) {
    this.widths = widths.map(clampWidth);
    this.place(0);
  }

  get count(): number {
    return this.widths.length;
  }

  get totalWidth(): number {
    return this.left(this.count);
  }

  left(column: number): number {
    return this.lefts[column] ?? 0;
  }

  width(column: number): number {
    return this.widths[column] ?? 0;
  }

  resize(column: number, width: number): void {
    if (column >= this.count) return;
    this.widths[column] = clampWidth(width);
    this.place(column);
  }

  /** First and last column that a view from `left`, `width` wide, shows; `last` is before `first` when there is none. */
  range(left: number, width: number): { first: number; last: number } {
    const first = this.at(left);
    return { first, last: this.count === 0 ? -1 : Math.max(first, this.at(left + Math.max(0, width - 1))) };
  }

  /** The column at a place, the nearest one outside. */
  at(place: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.left(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private place(from: number): void {
    let left = this.lefts[from] ?? 0;
    for (let column = from; column < this.count; column++) {
      this.lefts[column] = left;
      left += this.width(column);
    }
    this.lefts[this.count] = left;
  }
}

const clampWidth = (width: number): number => Math.round(Math.min(Math.max(MIN_COLUMN_WIDTH, width), MAX_COLUMN_WIDTH));
