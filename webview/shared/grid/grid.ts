import './grid.css';
import type { CellBlock, CellRange, ColumnView, ResultSort } from '../../../src/protocol/results-view';
import { h } from '../dom';
import { CellCache, type CellRequest } from './cell-cache';
import { columnWidths, rowHeadWidth } from './column-fit';
import { ColumnLayout } from './column-layout';
import { cellTitle } from './cell-title';
import { GridHeader, HEADER_PADDING } from './grid-header';
import { GridKeyboard } from './grid-keyboard';
import { GridMenu } from './grid-menu';
import { GridPointer } from './grid-pointer';
import { GridRows, rowHeightFor } from './grid-rows';
import { ScrollMap } from './scroll-map';
import { GridSelection, type CellPlace } from './selection';
import { TextRuler } from './text-ruler';

/** What a grid shows. Rows are asked for as they come into view. */
export interface GridContent {
  columns: readonly ColumnView[];
  rowCount: number;
  sorts: readonly ResultSort[];
  /** Other rows under the same numbers from now on. */
  version: number;
}

export interface GridEvents {
  fetch(request: CellRequest): Promise<CellBlock>;
  copy(): void;
  /** A cell's whole value is wanted. */
  open(place: CellPlace): void;
  sort(column: number, add: boolean): void;
  selectionChanged(): void;
  /** The text in a column's filter field; `apply` at once, else after a pause. */
  filter?(column: number, text: string, apply: boolean): void;
  /** Whether a search is on that finds this value. */
  isFound?(text: string | null): boolean;
}

/** A table of any size: only what is in view is in the document. Drawn once a frame, when something changed. */
export class Grid {
  readonly selection = new GridSelection();
  readonly rows = new GridRows();
  private readonly header = new GridHeader(
    (column, text) => {
      this.filters?.set(column, text);
      this.events.filter?.(column, text, false);
    },
    (column, apply) => {
      if (apply) this.events.filter?.(column, this.filters?.get(column) ?? '', true);
      this.element.focus();
    },
  );
  private filters: Map<number, string> | undefined;
  private readonly sizer = h('div', { class: 'grid-sizer', role: 'presentation' });
  private readonly canvas = h('div', { class: 'grid-canvas', role: 'presentation' });
  readonly element = h('div', { class: 'grid', role: 'grid', tabindex: 0, 'aria-multiselectable': 'true' });
  private readonly scrollMap = new ScrollMap();
  private readonly cache: CellCache;
  private ruler = new TextRuler();
  private layout = new ColumnLayout([]);
  private content: GridContent = { columns: [], rowCount: 0, sorts: [], version: -1 };
  private top = 0;
  private drawnTop = 0;
  private drawing = false;
  private starting = false;
  private fitted = false;
  private layoutStamp = 0;
  private readonly observer: ResizeObserver;

  constructor(
    readonly id: string,
    label: string,
    private readonly events: GridEvents,
  ) {
    this.element.setAttribute('aria-label', label);
    this.cache = new CellCache(
      request => events.fetch(request),
      () => this.changed(),
    );
    this.canvas.append(this.header.element, this.rows.element);
    this.sizer.append(this.canvas);
    this.element.append(this.sizer);
    this.element.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.element.addEventListener('wheel', event => this.wheel(event), { passive: false });
    this.element.addEventListener('pointerover', event => this.hover(event));
    new GridKeyboard(this, events);
    new GridPointer(this, events);
    new GridMenu(this);
    this.observer = new ResizeObserver(() => this.changed());
    this.observer.observe(this.element);
  }

  get columns(): readonly ColumnView[] {
    return this.content.columns;
  }

  get rowCount(): number {
    return this.content.rowCount;
  }

  /** The same for all rows, CSS pixels. */
  get rowHeight(): number {
    return rowHeightFor(this.ruler.fontSize);
  }

  get headWidth(): number {
    return rowHeadWidth(this.content.rowCount, this.ruler);
  }

  show(content: GridContent): void {
    const before = this.content;
    this.content = content;
    const sameColumns = JSON.stringify(before.columns) === JSON.stringify(content.columns);
    if (before.version !== content.version || !sameColumns) {
      this.cache.clear();
      this.selection.clear();
    }
    if (!sameColumns) {
      this.fitted = false;
      this.ruler = new TextRuler();
      this.element.style.setProperty('--row-height', `${this.rowHeight}px`);
      this.layout = new ColumnLayout(columnWidths(content.columns, [], this.ruler));
      this.header.clear();
      this.rows.clear();
      this.layoutStamp++;
    }
    if (String(before.rowCount).length !== String(content.rowCount).length) this.layoutStamp++;
    this.selection.resize(content.rowCount, content.columns.length);
    this.element.setAttribute('aria-rowcount', String(content.rowCount + 1));
    this.element.setAttribute('aria-colcount', String(content.columns.length + 1));
    this.changed();
  }

  /** Something that is drawn has changed. */
  changed(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  }

  resizeColumn(column: number, width: number): void {
    this.layout.resize(column, width);
    this.layoutStamp++;
    this.changed();
  }

  columnWidth(column: number): number {
    return this.layout.width(column);
  }

  /** The cell under a point of the window; row -1 is the header, column -1 the row numbers. Points outside give the nearest. */
  placeAt(clientX: number, clientY: number): CellPlace {
    const box = this.element.getBoundingClientRect();
    const x = clientX - box.left - this.headWidth;
    const y = clientY - box.top - this.headerHeight;
    return {
      row: y < 0 ? -1 : Math.min(this.rowCount - 1, Math.floor((y + this.top) / this.rowHeight)),
      column: x < 0 ? -1 : this.layout.at(x + this.element.scrollLeft),
    };
  }

  get headerHeight(): number {
    // as the style sheet has it
    return (this.filters ? 2 : 1) * (this.rowHeight + HEADER_PADDING);
  }

  get filtering(): boolean {
    return this.filters !== undefined;
  }

  /** Shows or hides the row of filters. */
  showFilters(texts: ReadonlyMap<number, string> | undefined): void {
    this.filters = texts && new Map(texts);
    this.element.classList.toggle('with-filters', this.filters !== undefined);
    this.changed();
  }

  /** Puts the cursor into a column's filter. */
  focusFilter(column: number): void {
    this.reveal({ row: Math.floor(this.top / this.rowHeight), column });
    this.draw();
    this.header.field(column)?.focus();
  }

  /** The first row in view, to come back to. */
  get firstRow(): number {
    return Math.round(this.top / this.rowHeight);
  }

  /** Shows a row on top, as soon as the grid knows its size. */
  startAt(row: number): void {
    this.top = row * this.rowHeight;
    this.starting = true;
    this.changed();
  }

  /** As wide as what is in view needs. */
  fitColumn(column: number): void {
    const view = this.content.columns[column];
    if (!view) return;
    const first = this.firstRow;
    const cells = Array.from({ length: 100 }, (_, row) => [this.cache.get(first + row, column)]);
    const [width] = columnWidths([view], cells, this.ruler);
    if (width !== undefined) this.resizeColumn(column, width);
  }

  get ranges(): readonly CellRange[] {
    return this.selection.all;
  }

  /** Brings a cell into view and makes it the active one. */
  goTo(place: CellPlace, extend = false): void {
    if (this.rowCount === 0) return;
    if (extend) this.selection.extend(place);
    else this.selection.select(place);
    this.reveal(this.selection.active ?? place);
    this.selected();
  }

  reveal({ row, column }: CellPlace): void {
    const height = this.viewHeight;
    if (row * this.rowHeight < this.top) this.setTop(row * this.rowHeight);
    else if ((row + 1) * this.rowHeight > this.top + height) this.setTop((row + 1) * this.rowHeight - height);
    const left = this.layout.left(column);
    const width = this.element.clientWidth - this.headWidth;
    if (left < this.element.scrollLeft) this.element.scrollLeft = left;
    else if (left + this.layout.width(column) > this.element.scrollLeft + width)
      this.element.scrollLeft = Math.min(left, left + this.layout.width(column) - width);
  }

  selected(): void {
    this.changed();
    this.events.selectionChanged();
  }

  /** Moves the view, in pixels of the table. */
  scrollBy(pixels: number): void {
    this.setTop(this.top + pixels);
  }

  dispose(): void {
    this.observer.disconnect();
    this.cache.clear();
    this.element.remove();
  }

  /** How many rows the keys for a page move. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.viewHeight / this.rowHeight) - 1);
  }

  private get viewHeight(): number {
    return Math.max(this.rowHeight, this.element.clientHeight - this.headerHeight);
  }

  private setTop(top: number): void {
    this.top = this.scrollMap.clamp(top);
    this.element.scrollTop = this.scrollMap.toScroll(this.top);
    this.changed();
  }

  private scrolled(): void {
    // our own move: the scroll bar stands where the place says, to the pixel it can show
    if (Math.abs(this.element.scrollTop - this.scrollMap.toScroll(this.top)) > 1 || !this.scrollMap.scaled)
      this.top = this.scrollMap.toTop(this.element.scrollTop);
    this.changed();
  }

  /** Beyond the browser's limit a pixel of the scroll bar is many of the table, so the wheel moves the table itself. */
  private wheel(event: WheelEvent): void {
    if (!this.scrollMap.scaled || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? this.rowHeight : event.deltaMode === 2 ? this.viewHeight : 1;
    this.scrollBy(event.deltaY * unit);
    this.element.scrollLeft += event.deltaX;
  }

  private draw(): void {
    const { element, content, layout, scrollMap } = this;
    const width = element.clientWidth;
    const height = element.clientHeight;
    if (width === 0 || height === 0) return;
    scrollMap.set(content.rowCount * this.rowHeight, this.viewHeight);
    this.top = scrollMap.clamp(this.top);
    this.sizer.style.height = `${scrollMap.trackHeight + this.headerHeight}px`;
    this.sizer.style.width = `${layout.totalWidth + this.headWidth}px`;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (this.starting && content.rowCount > 0) {
      this.starting = false;
      element.scrollTop = scrollMap.toScroll(this.top);
    }
    const left = element.scrollLeft;
    const columns = layout.range(left, width - this.headWidth);
    const firstRow = Math.min(Math.floor(this.top / this.rowHeight), Math.max(0, content.rowCount - 1));
    const lastRow = Math.min(content.rowCount - 1, Math.floor((this.top + this.viewHeight) / this.rowHeight));
    if (columns.last >= 0 && lastRow >= firstRow)
      this.cache.want(
        { firstRow, lastRow, firstColumn: columns.first, lastColumn: columns.last, rowCount: content.rowCount },
        this.top < this.drawnTop ? -1 : 1,
      );
    this.drawnTop = this.top;
    this.fit();
    const shared = {
      columns: content.columns,
      layout: this.layout,
      firstColumn: columns.first,
      lastColumn: columns.last,
      left,
      headWidth: this.headWidth,
    };
    this.header.draw({
      ...shared,
      sorts: content.sorts,
      filters: this.filters,
      mark: column => (this.selection.touchesColumn(column) ? ' touched' : ''),
    });
    this.rows.draw({
      ...shared,
      firstRow,
      lastRow,
      top: this.top,
      rowHeight: this.rowHeight,
      cell: (row, column) => this.cache.get(row, column),
      marks: (row, column) => this.marks(row, column),
      rowMark: row => (this.selection.touchesRow(row) ? ' touched' : ''),
      idPrefix: this.id,
      layoutStamp: this.layoutStamp,
    });
    this.pointAtActive(firstRow, lastRow, columns.first, columns.last);
  }

  /** What a cell has to say beyond its text, once the pointer is on it. */
  private hover(event: PointerEvent): void {
    const target = event.target instanceof Element ? event.target.closest('.cell') : null;
    if (!target || target.hasAttribute('title')) return;
    const [row, column] = target.id.split('-').slice(-2).map(Number);
    const view = this.content.columns[column ?? -1];
    const cell = view && this.cache.get(row ?? -1, column ?? -1);
    const title = view && cell && cellTitle(cell, view);
    if (title) target.setAttribute('title', title);
  }

  private marks(row: number, column: number): string {
    const { active } = this.selection;
    const found = this.events.isFound?.(this.cache.get(row, column)?.value ?? null) === true;
    return (
      (found ? ' found' : '') +
      (this.selection.has(row, column) ? ' selected' : '') +
      (active?.row === row && active.column === column ? ' active' : '')
    );
  }

  /** The screen reader follows the active cell while it is in the document. */
  private pointAtActive(firstRow: number, lastRow: number, firstColumn: number, lastColumn: number): void {
    const { active } = this.selection;
    const there =
      active &&
      active.row >= firstRow &&
      active.row <= lastRow &&
      active.column >= firstColumn &&
      active.column <= lastColumn;
    if (there) this.element.setAttribute('aria-activedescendant', `${this.id}-${active.row}-${active.column}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  /** Widths by the first rows, once they are here. */
  private fit(): void {
    if (this.fitted || this.cache.get(0, 0) === undefined) return;
    this.fitted = true;
    const sample = Array.from({ length: Math.min(50, this.rowCount) }, (_, row) =>
      this.content.columns.map((_column, column) => this.cache.get(row, column)),
    );
    this.layout = new ColumnLayout(columnWidths(this.content.columns, sample, this.ruler));
    this.layoutStamp++;
    this.changed();
  }
}
