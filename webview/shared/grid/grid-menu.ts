import type { Grid } from './grid';

/**
 * What the editor's own menu is told of the place in a grid that it opens on (`webviewSection`): `cell`, or `cells` where a row, a column or
 * all is meant. As in a spreadsheet, what is not selected yet is selected by it.
 */
export class GridMenu {
  constructor(private readonly grid: Grid) {
    grid.element.addEventListener('contextmenu', event => this.opens(event));
  }

  private opens(event: MouseEvent): void {
    const { element, rowCount } = this.grid;
    delete element.dataset.vscodeContext;
    // a text field has the editor's menu for text
    if (event.target instanceof HTMLInputElement || rowCount === 0) return;
    if (event.target === element) return this.byKey(event);
    const webviewSection = this.select(event);
    element.dataset.vscodeContext = JSON.stringify({ webviewSection, preventDefaultContextMenuItems: true });
  }

  private select({ target, clientX, clientY }: MouseEvent): 'cell' | 'cells' {
    const { grid } = this;
    const { selection } = grid;
    // below the last row
    if (!(target instanceof Element) || !target.closest('[role=row]')) return 'cells';
    const { row, column } = grid.placeAt(clientX, clientY);
    const isCell = row >= 0 && column >= 0;
    if (isCell && selection.has(row, column)) selection.activate({ row, column });
    else if (isCell) selection.select({ row, column });
    else if (row >= 0 && !selection.hasRow(row)) selection.selectRows(row, row);
    else if (column >= 0 && row < 0 && !selection.hasColumn(column)) selection.selectColumns(column, column);
    else if (row < 0 && column < 0) selection.selectAll();
    grid.selected();
    return isCell ? 'cell' : 'cells';
  }

  /** Shift+F10 and the menu key mean the active cell: there the menu opens once that cell is drawn. */
  private byKey(event: MouseEvent): void {
    const { grid } = this;
    event.preventDefault();
    const active = grid.selection.active ?? { row: 0, column: 0 };
    if (grid.selection.active) grid.reveal(active);
    else grid.goTo(active);
    grid.changed();
    requestAnimationFrame(() => {
      const cell = document.getElementById(`${grid.id}-${active.row}-${active.column}`);
      if (!cell) return;
      const { left, bottom } = cell.getBoundingClientRect();
      const place = { clientX: left + MENU_INSET, clientY: bottom - 1 };
      cell.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...place }));
    });
  }
}

/** How far from its cell's left edge a menu opens by key, CSS pixels. */
const MENU_INSET = 12;
