import type { ColumnView } from '../../../src/protocol/results-view';
import { h } from '../dom';
import type { Cell } from './cell-cache';
import { cellLook } from './cell-text';
import type { ColumnLayout } from './column-layout';

/** Room for the icons of a row, CSS pixels. */
const LEAST_ROW_HEIGHT = 24;

/** The height of rows whose text is of this size, the same for all; both in CSS pixels. Fonts with high accents need 1.4 of their size. */
export const rowHeightFor = (fontSize: number): number => Math.max(LEAST_ROW_HEIGHT, Math.ceil(1.4 * fontSize) + 1);

/** What a drawing pass knows. */
export interface RowScene {
  columns: readonly ColumnView[];
  layout: ColumnLayout;
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
  /** Place of the view in the table. */
  top: number;
  left: number;
  rowHeight: number;
  headWidth: number;
  cell(row: number, column: number): Cell | undefined;
  /** Extra classes of a cell: selected, active, found. */
  marks(row: number, column: number): string;
  rowMark(row: number): string;
  /** Ids of cells are made of this. */
  idPrefix: string;
  /** Changes when cells of the same place may look different: widths, versions. */
  layoutStamp: number;
}

interface DrawnCell {
  element: HTMLElement;
  text: string;
  className: string;
  left: number;
}

interface DrawnRow {
  element: HTMLElement;
  head: HTMLElement;
  headClass: string;
  cells: Map<number, DrawnCell>;
  layoutStamp: number;
}

/** The rows that are in view, and no others, as elements. Elements of rows that leave are used for those that come. */
export class GridRows {
  readonly element = h('div', { class: 'grid-rows', role: 'presentation' });
  private readonly rows = new Map<number, DrawnRow>();

  draw(scene: RowScene): void {
    const free: DrawnRow[] = [];
    for (const [index, row] of this.rows)
      if (index < scene.firstRow || index > scene.lastRow) {
        free.push(row);
        this.rows.delete(index);
      }
    // screen readers read in the order of the document, so elements that are used again move to their place
    let before: Element | undefined;
    for (let index = scene.firstRow; index <= scene.lastRow; index++) {
      let row = this.rows.get(index);
      if (!row) {
        row = free.pop() ?? this.create();
        this.rows.set(index, row);
        row.element.setAttribute('aria-rowindex', String(index + 2));
        row.head.textContent = (index + 1).toLocaleString('en-US');
      }
      if (before && before.nextElementSibling !== row.element) before.after(row.element);
      else if (!before && this.element.firstElementChild !== row.element) this.element.prepend(row.element);
      before = row.element;
      row.element.style.transform = `translateY(${index * scene.rowHeight - scene.top}px)`;
      this.drawRow(row, index, scene);
    }
    for (const row of free) row.element.remove();
  }

  clear(): void {
    this.rows.clear();
    this.element.replaceChildren();
  }

  private create(): DrawnRow {
    const head = h('div', { class: 'row-head', role: 'rowheader', 'aria-colindex': 1 });
    const element = h('div', { class: 'grid-row', role: 'row' }, head);
    this.element.append(element);
    return { element, head, headClass: 'row-head', cells: new Map(), layoutStamp: -1 };
  }

  private drawRow(row: DrawnRow, index: number, scene: RowScene): void {
    const mark = `row-head${scene.rowMark(index)}`;
    if (row.headClass !== mark) row.head.className = row.headClass = mark;
    if (row.layoutStamp !== scene.layoutStamp) {
      row.layoutStamp = scene.layoutStamp;
      row.head.style.width = `${scene.headWidth}px`;
      for (const { element } of row.cells.values()) element.remove();
      row.cells.clear();
    }
    const free: DrawnCell[] = [];
    for (const [column, cell] of row.cells)
      if (column < scene.firstColumn || column > scene.lastColumn) {
        free.push(cell);
        row.cells.delete(column);
      }
    let beside: Element = row.head;
    for (let column = scene.firstColumn; column <= scene.lastColumn; column++) {
      let cell = row.cells.get(column);
      if (!cell) {
        cell = free.pop() ?? { element: h('div', { role: 'gridcell' }), text: '', className: '', left: NaN };
        row.cells.set(column, cell);
        cell.element.style.width = `${scene.layout.width(column)}px`;
        cell.element.setAttribute('aria-colindex', String(column + 2));
      }
      if (beside.nextElementSibling !== cell.element) beside.after(cell.element);
      beside = cell.element;
      const left = scene.headWidth + scene.layout.left(column) - scene.left;
      if (cell.left !== left) cell.element.style.transform = `translateX(${(cell.left = left)}px)`;
      this.drawCell(cell, index, column, scene);
    }
    for (const cell of free) cell.element.remove();
  }

  private drawCell(drawn: DrawnCell, row: number, column: number, scene: RowScene): void {
    const view = scene.columns[column];
    if (!view) return;
    const look = cellLook(scene.cell(row, column), view);
    const marks = scene.marks(row, column);
    const className = look.className + marks;
    if (drawn.text !== look.text) drawn.element.textContent = drawn.text = look.text;
    if (drawn.className !== className) {
      drawn.element.className = drawn.className = className;
      drawn.element.setAttribute('aria-selected', String(marks.includes(' selected')));
    }
    const id = `${scene.idPrefix}-${row}-${column}`;
    if (drawn.element.id !== id) {
      drawn.element.id = id;
      drawn.element.removeAttribute('title');
    }
  }
}
