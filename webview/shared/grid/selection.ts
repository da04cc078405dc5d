import type { CellRange } from '../../../src/protocol/results-view';

export interface CellPlace {
  row: number;
  column: number;
}

/** Ranges of cells, of which the last one grows; the active cell is where the keyboard is. */
export class GridSelection {
  active: CellPlace | undefined;
  private anchor: CellPlace = { row: 0, column: 0 };
  private ranges: CellRange[] = [];
  private rowCount = 0;
  private columnCount = 0;

  get all(): readonly CellRange[] {
    return this.ranges;
  }

  /** Forgets what lies outside. */
  resize(rowCount: number, columnCount: number): void {
    const grew = rowCount >= this.rowCount && columnCount === this.columnCount;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    if (!grew) this.clear();
  }

  clear(): void {
    this.active = undefined;
    this.anchor = { row: 0, column: 0 };
    this.ranges = [];
  }

  /** One cell; `add` keeps the ranges that are there. */
  select(place: CellPlace, add = false): void {
    const cell = this.clamp(place);
    this.active = cell;
    this.anchor = cell;
    this.push(rangeOf(cell, cell), add);
  }

  /** Makes a selected cell the active one; the ranges stay. */
  activate(place: CellPlace): void {
    this.active = this.clamp(place);
  }

  /** From the anchor to this cell. */
  extend(place: CellPlace): void {
    const cell = this.clamp(place);
    this.active = cell;
    this.ranges = [...this.ranges.slice(0, -1), rangeOf(this.anchor, cell)];
  }

  selectRows(first: number, last: number, add = false): void {
    const from = this.clamp({ row: first, column: 0 });
    const to = this.clamp({ row: last, column: this.columnCount - 1 });
    this.active = { row: to.row, column: this.active?.column ?? 0 };
    this.anchor = from;
    this.push(rangeOf(from, to), add);
  }

  selectColumns(first: number, last: number, add = false): void {
    const from = this.clamp({ row: 0, column: first });
    const to = this.clamp({ row: this.rowCount - 1, column: last });
    this.active = { row: this.active?.row ?? 0, column: to.column };
    this.anchor = from;
    this.push(rangeOf(from, to), add);
  }

  selectAll(): void {
    const { active } = this;
    this.selectRows(0, this.rowCount - 1);
    this.active = active ?? { row: 0, column: 0 };
    this.anchor = { row: 0, column: 0 };
  }

  has(row: number, column: number): boolean {
    return this.ranges.some(
      each => row >= each.firstRow && row <= each.lastRow && column >= each.firstColumn && column <= each.lastColumn,
    );
  }

  /** Whether the whole row is selected. */
  hasRow(row: number): boolean {
    return this.ranges.some(
      each =>
        row >= each.firstRow &&
        row <= each.lastRow &&
        each.firstColumn === 0 &&
        each.lastColumn === this.columnCount - 1,
    );
  }

  /** Whether the whole column is selected. */
  hasColumn(column: number): boolean {
    return this.ranges.some(
      each =>
        column >= each.firstColumn &&
        column <= each.lastColumn &&
        each.firstRow === 0 &&
        each.lastRow === this.rowCount - 1,
    );
  }

  /** Whether any cell of the row is selected. */
  touchesRow(row: number): boolean {
    return this.ranges.some(each => row >= each.firstRow && row <= each.lastRow);
  }

  touchesColumn(column: number): boolean {
    return this.ranges.some(each => column >= each.firstColumn && column <= each.lastColumn);
  }

  get anchorPlace(): CellPlace {
    return this.anchor;
  }

  /** Cells in all ranges; those in two count twice. */
  get cellCount(): number {
    return this.ranges.reduce(
      (sum, each) => sum + (each.lastRow - each.firstRow + 1) * (each.lastColumn - each.firstColumn + 1),
      0,
    );
  }

  private push(range: CellRange, add: boolean): void {
    this.ranges = this.rowCount === 0 || this.columnCount === 0 ? [] : add ? [...this.ranges, range] : [range];
  }

  private clamp({ row, column }: CellPlace): CellPlace {
    return {
      row: Math.min(Math.max(0, row), Math.max(0, this.rowCount - 1)),
      column: Math.min(Math.max(0, column), Math.max(0, this.columnCount - 1)),
    };
  }
}

const rangeOf = (a: CellPlace, b: CellPlace): CellRange => ({
  firstRow: Math.min(a.row, b.row),
  lastRow: Math.max(a.row, b.row),
  firstColumn: Math.min(a.column, b.column),
  lastColumn: Math.max(a.column, b.column),
});
