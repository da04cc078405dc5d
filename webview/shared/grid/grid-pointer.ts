import type { Grid, GridEvents } from './grid';

type Drag =
  | { what: 'cells' | 'rows' }
  | { what: 'columns'; column: number }
  | { what: 'width'; column: number; startX: number; width: number };

/** Mouse, pen and finger in a grid: select by click and drag, sort by a header, change a column's width. */
export class GridPointer {
  private drag: Drag | undefined;
  private lastX = 0;
  private lastY = 0;
  private scrolling = false;

  constructor(
    private readonly grid: Grid,
    private readonly events: GridEvents,
  ) {
    const { element } = grid;
    element.addEventListener('pointerdown', event => this.down(event));
    element.addEventListener('pointermove', event => this.move(event));
    element.addEventListener('pointerup', event => this.up(event));
    element.addEventListener('pointercancel', () => (this.drag = undefined));
    element.addEventListener('dblclick', event => this.doubleClick(event));
  }

  private down(event: PointerEvent): void {
    const { grid } = this;
    const { element } = grid;
    const box = element.getBoundingClientRect();
    // scroll bars are the browser's
    if (event.button !== 0 || event.clientX - box.left > element.clientWidth) return;
    if (event.clientY - box.top > element.clientHeight || grid.rowCount === 0) return;
    if (event.target instanceof HTMLInputElement) return;
    const place = grid.placeAt(event.clientX, event.clientY);
    const add = event.ctrlKey || event.metaKey;
    element.setPointerCapture(event.pointerId);
    const handle = event.target instanceof Element ? event.target.closest('.column-handle') : null;
    if (handle) {
      const column = Number(handle.parentElement?.getAttribute('data-column'));
      this.drag = { what: 'width', column, startX: event.clientX, width: grid.columnWidth(column) };
      return;
    }
    if (place.row < 0 && place.column < 0) grid.selection.selectAll();
    else if (place.row < 0) {
      this.drag = { what: 'columns', column: place.column };
      return;
    } else if (place.column < 0) {
      const from = event.shiftKey ? grid.selection.anchorPlace.row : place.row;
      grid.selection.selectRows(from, place.row, add);
      this.drag = { what: 'rows' };
    } else {
      if (event.shiftKey && grid.selection.active) grid.selection.extend(place);
      else grid.selection.select(place, add);
      this.drag = { what: 'cells' };
    }
    grid.selected();
  }

  private move(event: PointerEvent): void {
    const { drag, grid } = this;
    if (!drag) return;
    this.lastX = event.clientX;
    this.lastY = event.clientY;
    if (drag.what === 'width') grid.resizeColumn(drag.column, drag.width + event.clientX - drag.startX);
    else if (drag.what !== 'columns') {
      this.extend();
      this.scrollAtEdge();
    }
  }

  private extend(): void {
    const { drag, grid } = this;
    const place = grid.placeAt(this.lastX, this.lastY);
    const row = Math.max(0, place.row);
    if (drag?.what === 'rows') grid.selection.selectRows(grid.selection.anchorPlace.row, row);
    else if (drag?.what === 'cells') grid.selection.extend({ row, column: Math.max(0, place.column) });
    grid.selected();
  }

  /** While the pointer is dragged above or below the rows, they move under it. */
  private scrollAtEdge(): void {
    if (this.scrolling) return;
    const step = () => {
      const box = this.grid.element.getBoundingClientRect();
      const above = box.top + this.grid.headerHeight - this.lastY;
      const below = this.lastY - box.bottom;
      const over = below > 0 ? below : above > 0 ? -above : 0;
      this.scrolling = this.drag !== undefined && over !== 0;
      if (!this.scrolling) return;
      const { rowHeight } = this.grid;
      this.grid.scrollBy(Math.sign(over) * Math.min(10 * rowHeight, rowHeight + over * 2));
      this.extend();
      requestAnimationFrame(step);
    };
    this.scrolling = true;
    requestAnimationFrame(step);
  }

  private up(event: PointerEvent): void {
    const { drag, grid } = this;
    this.drag = undefined;
    if (drag?.what !== 'columns') return;
    const { row, column } = grid.placeAt(event.clientX, event.clientY);
    // a hand that trembles on a header still clicks it; who leaves it does not
    if (row >= 0 || column !== drag.column) return;
    if (event.altKey || event.ctrlKey || event.metaKey) {
      grid.selection.selectColumns(column, column, event.ctrlKey || event.metaKey);
      grid.selected();
    } else this.events.sort(column, event.shiftKey);
  }

  private doubleClick(event: MouseEvent): void {
    const handle = event.target instanceof Element ? event.target.closest('.column-handle') : null;
    if (handle) {
      this.grid.fitColumn(Number(handle.parentElement?.getAttribute('data-column')));
      return;
    }
    const place = this.grid.placeAt(event.clientX, event.clientY);
    if (place.row >= 0 && place.column >= 0) this.events.open(place);
  }
}
